/**
 * Tensors as nested JSON arrays: `[[1, 2], [3, "NaN"]]` has shape (2, 2); a bare number has shape ().
 *
 * Read in one pass, not by JSON.parse: that one rounds 9007199254740993 without a word, says where it failed in
 * words that change with the version of Node.js, and leaves nested arrays that a walk over deep files would overflow on.
 */
import { ToolError } from '../core/errors.ts';
import { jsonNumber, wordForNumber } from './json-number.ts';
import { quote } from './quote.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** As in .npy files. */
const MAX_RANK = 32;

const BYTE_ORDER_MARK = '\ufeff';

/** An array whose end has not been read yet. */
interface OpenArray {
  readonly parent: OpenArray | undefined;
  /** Number of arrays around it. */
  readonly depth: number;
  /** Elements read so far; while one of them is being read, that one's index. */
  count: number;
}

/** What has been read, and how far. */
interface Reader {
  readonly text: string;
  readonly name: string;
  at: number;
  inner: OpenArray | undefined;
  /** Number of arrays around every number: fixed by the first number, or the first empty array. */
  rank: number | undefined;
  /** Size by depth, fixed by the first array that ends there. */
  readonly sizes: number[];
  values: Float64Array;
  count: number;
}

/** The tensor that `text` spells; `name` is what the user knows the file by, and begins every message. */
export function decodeTensorJson(text: string, name: string): StoredTensor {
  const reader: Reader = {
    text,
    name,
    at: 0,
    inner: undefined,
    rank: undefined,
    sizes: [],
    values: new Float64Array(16),
    count: 0,
  };
  refuseNoArray(reader);
  do {
    skipSpace(reader);
    if (take(reader, '[')) {
      open(reader);
      if (!take(reader, ']')) continue;
      close(reader);
    } else {
      readNumber(reader);
    }
    endElements(reader);
  } while (reader.inner !== undefined);
  skipSpace(reader);
  if (reader.at < text.length) throw unexpected(reader, 'nothing more');
  return { storedDtype: 'float64', shape: reader.sizes, values: reader.values.slice(0, reader.count) };
}

/** Texts that are no array from the start on, of which something better can be said than where they fail. */
function refuseNoArray(reader: Reader): void {
  const { text, name } = reader;
  skipSpace(reader);
  const tell = (fact: string, hint: string) => new ToolError('bad-file', `${name} ${fact}`, hint);
  if (text.startsWith(BYTE_ORDER_MARK)) {
    throw tell('begins with a byte order mark, but JSON has none', 'save it as UTF-8 without BOM');
  }
  if (reader.at === text.length) {
    throw tell('is empty', 'write nested arrays of numbers, such as [[1, 2], [3, 4]]');
  }
  if (text.startsWith('{', reader.at)) {
    throw tell(
      'holds a JSON object, but a tensor is nested arrays of numbers',
      'write the array by itself, such as [[1, 2], [3, 4]]',
    );
  }
}

function open(reader: Reader): void {
  const { inner, rank } = reader;
  const depth = inner === undefined ? 0 : inner.depth + 1;
  if (depth === rank) {
    const sibling = reader.sizes[depth - 1] === 0 ? 'empty' : 'a number';
    throw ragged(
      reader,
      `${path(inner)} is an array`,
      `${firstPath(sibling === 'empty' ? depth - 1 : depth)} is ${sibling}`,
    );
  }
  if (depth === MAX_RANK) {
    throw new ToolError(
      'bad-file',
      `${reader.name} nests arrays deeper than ${MAX_RANK} at ${position(reader)}, but at most ${MAX_RANK} dimensions are read`,
      'drop the brackets of dimensions of size 1',
    );
  }
  reader.inner = { parent: inner, depth, count: 0 };
  skipSpace(reader);
}

/** Ends the innermost array, its bracket read. */
function close(reader: Reader): void {
  const { inner, sizes } = reader;
  if (inner === undefined) return;
  const { parent, depth, count } = inner;
  if (count === 0) reader.rank ??= depth + 1;
  const size = sizes[depth];
  if (size === undefined) sizes[depth] = count;
  else if (size !== count) {
    throw ragged(reader, `${path(parent)} has ${elements(count)}`, `${firstPath(depth)} has ${size}`);
  }
  reader.inner = parent;
}

/** An element has been read: moves on to the next one, out of every array that ends before it. */
function endElements(reader: Reader): void {
  while (reader.inner !== undefined) {
    reader.inner.count++;
    skipSpace(reader);
    if (take(reader, ',')) return;
    if (!take(reader, ']')) throw unexpected(reader, "',' or ']'");
    close(reader);
  }
}

function readNumber(reader: Reader): void {
  const { inner, name } = reader;
  const depth = inner === undefined ? 0 : inner.depth + 1;
  const begin = reader.at;
  const word = takeWord(reader);
  if (word === '') throw unexpected(reader, 'a number or an array');
  const value = jsonNumber(word);
  if (typeof value === 'string') {
    const where = inner === undefined ? '' : ` at index ${path(inner)}`;
    throw new ToolError('bad-file', `${name} holds ${quote(word)}${where}, ${value}`, wordForNumber(word));
  }
  reader.rank ??= depth;
  if (depth !== reader.rank) {
    throw ragged(reader, `${path(inner)} is a number`, `${firstPath(depth)} is an array`);
  }
  append(reader, value);
  reader.at = begin + word.length;
}
