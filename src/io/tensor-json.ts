/**
 * Tensors as nested JSON arrays: `[[1, 2], [3, "NaN"]]` has shape (2, 2); a bare number has shape ().
 *
 * Read in one pass, not by JSON.parse: that one rounds 9007199254740993 without a word, tells failures in words that
 * change with the version of Node.js, and returns nested arrays, on which a walk overflows where a file is deep.
 */
import { ToolError } from '../core/errors.ts';
import { readJsonElement } from './json-number.ts';
import { quote } from './quote.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** As in .npy files. */
const MAX_RANK = 32;

const BYTE_ORDER_MARK = '\ufeff';

const WRITE_ARRAYS = 'write nested arrays of numbers, such as [[1, 2], [3, 4]]';

/** An array whose end has not been read yet. */
interface OpenArray {
  readonly parent: OpenArray | undefined;
  /** Number of arrays open, this one included. */
  readonly depth: number;
  /** Elements read so far: the index of the one that is being read. */
  count: number;
}

/** The text, how far it has been read, and what it held. */
interface Reader {
  readonly text: string;
  readonly name: string;
  at: number;
  inner: OpenArray | undefined;
  /** Number of arrays around each number: fixed by the first number, or by the first array that is empty. */
  rank: number | undefined;
  /** Sizes, outermost first: each fixed by the first array that ends at its depth. */
  readonly sizes: number[];
  values: Float64Array;
  count: number;
}

/** The tensor that `text` spells; `name` is what the user knows the file by, and begins every message. */
export function decodeTensorJson(text: string, name: string): StoredTensor {
  const values = new Float64Array(16);
  const reader: Reader = {
    text,
    name,
    at: 0,
    inner: undefined,
    rank: undefined,
    sizes: [],
    values,
    count: 0,
  };
  refuseOtherTexts(reader);
  do readElement(reader);
  while (reader.inner !== undefined);
  if (skipSpace(reader) < text.length) throw unexpected(reader, 'nothing, since the tensor has ended,');
  return { storedDtype: 'float64', shape: reader.sizes, values: reader.values.slice(0, reader.count) };
}

/** Texts of which something better can be said than where they fail. */
function refuseOtherTexts(reader: Reader): void {
  const { text, name } = reader;
  if (text.startsWith(BYTE_ORDER_MARK)) {
    const fact = 'begins with a byte order mark, but JSON has none';
    throw new ToolError('bad-file', `${name} ${fact}`, 'save the file as UTF-8 without a byte order mark');
  }
  if (skipSpace(reader) === text.length) {
    throw new ToolError(
      'bad-file',
      `${name} is empty, but a tensor has at least one pair of brackets`,
      WRITE_ARRAYS,
    );
  }
  if (text.startsWith('{', reader.at)) {
    const fact = 'holds a JSON object, but a tensor is nested arrays of numbers';
    throw new ToolError('bad-file', `${name} ${fact}`, WRITE_ARRAYS);
  }
}

/** Reads one number, or an opening bracket, and every bracket that closes behind it. */
function readElement(reader: Reader): void {
  skipSpace(reader);
  if (take(reader, '[')) {
    open(reader);
    if (!take(reader, ']')) return;
    close(reader);
  } else {
    readNumber(reader);
  }
  while (reader.inner !== undefined) {
    reader.inner.count++;
    if (take(reader, ',')) return;
    if (!take(reader, ']')) throw unexpected(reader, "',' or ']'");
    close(reader);
  }
}

function open(reader: Reader): void {
  const { inner, rank, sizes } = reader;
  const depth = inner?.depth ?? 0;
  if (depth === rank) {
    const first =
      sizes[depth - 1] === 0 ? `${firstIndex(depth - 1)} is empty` : `${firstIndex(depth)} is a number`;
    throw ragged(reader, `${path(inner)} is an array`, first);
  }
  if (depth === MAX_RANK) {
    throw new ToolError(
      'bad-file',
      `${reader.name} opens a bracket within ${MAX_RANK} others at ${position(reader)}, ` +
        `but at most ${MAX_RANK} dimensions are read`,
      'leave out the brackets of dimensions of size 1',
    );
  }
  reader.inner = { parent: inner, depth: depth + 1, count: 0 };
}

/** Ends the innermost array, whose bracket has been read. */
function close(reader: Reader): void {
  const { inner, sizes } = reader;
  if (inner === undefined) return;
  const { parent, depth, count } = inner;
  const size = sizes[depth - 1];
  if (count === 0) reader.rank ??= depth;
  if (size === undefined) sizes[depth - 1] = count;
  else if (size !== count) {
    throw ragged(
      reader,
      `${path(parent)} has length ${count}`,
      `${firstIndex(depth - 1)} has length ${size}`,
    );
  }
  reader.inner = parent;
}

function readNumber(reader: Reader): void {
  const { inner, name } = reader;
  const element = readJsonElement(reader.text, reader.at);
  if (element === undefined) throw unexpected(reader, 'a number or an array');
  if (element.kind === 'refused') {
    const where = inner === undefined ? '' : ` at index ${path(inner)}`;
    throw new ToolError('bad-file', `${name} holds ${element.holds}${where}, ${element.rule}`, element.hint);
  }
  const depth = inner?.depth ?? 0;
  reader.rank ??= depth;
  if (depth !== reader.rank)
    throw ragged(reader, `${path(inner)} is a number`, `${firstIndex(depth)} is an array`);
  append(reader, element.value);
  reader.at += element.length;
}

/** Doubles the room where it is full: text says its number of elements only when it ends. */
function append(reader: Reader, value: number): void {
  if (reader.count === reader.values.length) {
    const larger = new Float64Array(2 * reader.count);
    larger.set(reader.values);
    reader.values = larger;
  }
  reader.values[reader.count++] = value;
}

function take(reader: Reader, symbol: string): boolean {
  const taken = reader.text.charAt(skipSpace(reader)) === symbol;
  if (taken) reader.at++;
  return taken;
}

/** Skips what JSON calls whitespace; returns where it ends. */
function skipSpace(reader: Reader): number {
  const { text } = reader;
  let code = text.charCodeAt(reader.at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)
    code = text.charCodeAt(++reader.at);
  return reader.at;
}

/** `[1][0]`: the index of the element that is being read within `inner`. */
function path(inner: OpenArray | undefined): string {
  let indices = '';
  for (let array = inner; array !== undefined; array = array.parent) indices = `[${array.count}]${indices}`;
  return indices;
}

/** The index of the first element within `depth` arrays. */
function firstIndex(depth: number): string {
  return '[0]'.repeat(depth);
}

function position({ text, at }: Reader): string {
  let line = 1;
  let begin = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', begin)) {
    line++;
    begin = end + 1;
  }
  return `line ${line}, column ${at - begin + 1}`;
}

function ragged(reader: Reader, fact: string, first: string): ToolError {
  return new ToolError(
    'bad-file',
    `${reader.name} is ragged: ${fact}, but ${first}`,
    'give every array at the same depth the same length',
  );
}

function unexpected(reader: Reader, what: string): ToolError {
  const found = reader.text.slice(reader.at).trimEnd();
  return new ToolError(
    'bad-file',
    `${reader.name} ${found === '' ? 'ends' : `has ${quote(found)}`} at ${position(reader)}, but ${what} must stand there`,
    found === '' ? 'the file is cut short; write it again' : WRITE_ARRAYS,
  );
}
