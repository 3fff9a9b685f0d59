/**
 * The header of an .npy file: a Python dict literal with exactly the keys descr, fortran_order and shape.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * A parser of exactly what numpy has ever written, Python 2's `3L` included, with no recursion: a file can only fail.
 */
import { ToolError } from '../core/errors.ts';
import type { Shape } from '../core/shape.ts';
import { quote } from './quote.ts';

export interface NpyHeader {
  /** numpy's dtype string, such as '<f4', as the file has it. */
  readonly descr: string;
  /** True where the first index runs fastest. */
  readonly fortranOrder: boolean;
  readonly shape: Shape;
}

/** numpy 1's limit (numpy 2 has 64), and more than a convolution has use for. */
const MAX_RANK = 32;

/** The text, and how far it has been read. */
interface Cursor {
  readonly text: string;
  readonly name: string;
  at: number;
}

/** The header that `text` spells; throws ToolError where it is anything else. */
export function parseNpyHeader(text: string, name: string): NpyHeader {
  const cursor: Cursor = { text, name, at: 0 };
  const found: { -readonly [Key in keyof NpyHeader]?: NpyHeader[Key] } = {};
  const seen = new Set<string>();
  need(cursor, '{');
  while (!take(cursor, '}')) {
    const key = readString(cursor, 'a key in quotes');
    if (seen.has(key)) throw wrongKeys(cursor, `has the key ${quote(key)} twice`);
    seen.add(key);
    need(cursor, ':');
    switch (key) {
      case 'descr':
        found.descr = readDescr(cursor);
        break;
      case 'fortran_order':
        found.fortranOrder = readBoolean(cursor);
        break;
      case 'shape':
        found.shape = readShape(cursor);
        break;
      default:
        throw wrongKeys(cursor, `has the key ${quote(key)}`);
    }
    if (take(cursor, ',')) continue;
    need(cursor, '}', "',' or '}'");
    break;
  }
  skipSpace(cursor);
  if (cursor.at < text.length) throw unexpected(cursor, 'nothing more');
  if (!text.endsWith('\n')) throw unexpected(cursor, 'a newline');
  const { descr, fortranOrder, shape } = found;
  if (descr === undefined) throw wrongKeys(cursor, 'has no key "descr"');
  if (fortranOrder === undefined) throw wrongKeys(cursor, 'has no key "fortran_order"');
  if (shape === undefined) throw wrongKeys(cursor, 'has no key "shape"');
  return { descr, fortranOrder, shape };
}

function readDescr(cursor: Cursor): string {
  skipSpace(cursor);
  // A structured dtype is a list of its fields, a subarray dtype a tuple; neither needs reading to be refused.
  if (/[[({]/y.test(cursor.text.charAt(cursor.at))) {
    throw new ToolError(
      'bad-file',
      `${cursor.name} holds records (dtype ${quote(rest(cursor))}), but a tensor holds one number per element`,
      'save one field by itself: numpy.save(path, x["field"])',
    );
  }
  return readString(cursor, "the dtype in quotes, such as '<f4',");
}

function readBoolean(cursor: Cursor): boolean {
  if (takeMatch(cursor, /True\b/y) !== undefined) return true;
  if (takeMatch(cursor, /False\b/y) !== undefined) return false;
  throw unexpected(cursor, 'True or False as fortran_order');
}

function readShape(cursor: Cursor): Shape {
  const sizes: number[] = [];
  need(cursor, '(', 'shape as a tuple, such as (2, 3) or (3,),');
  while (!take(cursor, ')')) {
    sizes.push(readSize(cursor));
    if (take(cursor, ',')) continue;
    if (sizes.length === 1) throw unexpected(cursor, "',' after the only size, as in (3,),");
    need(cursor, ')', "',' or ')'");
    break;
  }
  if (sizes.length <= MAX_RANK) return sizes;
  throw new ToolError(
    'bad-file',
    `${cursor.name} has a shape of ${sizes.length} dimensions, but at most ${MAX_RANK} are read`,
    'drop the dimensions of size 1: numpy.save(path, x.squeeze())',
  );
}

function readSize(cursor: Cursor): number {
  skipSpace(cursor);
  const word = takeMatch(cursor, /[^\s,()[\]{}]+/y);
  if (word === undefined) throw unexpected(cursor, 'a size');
  const size = /^(?:0|[1-9]\d*)L?$/.test(word) ? Number(word.replace('L', '')) : Number.NaN;
  if (Number.isSafeInteger(size)) return size;
  throw new ToolError(
    'bad-file',
    `${cursor.name} has the size ${quote(word)} in its shape, but a size is an integer from 0 to 2^53 - 1`,
    SAVE_AGAIN,
  );
}

function readString(cursor: Cursor, what: string): string {
  const quoted = takeMatch(cursor, /'[^'\\\n]*'|"[^"\\\n]*"/y);
  if (quoted === undefined) throw unexpected(cursor, what);
  return quoted.slice(1, -1);
}

function need(cursor: Cursor, symbol: string, what = `'${symbol}'`): void {
  if (!take(cursor, symbol)) throw unexpected(cursor, what);
}

function take(cursor: Cursor, symbol: string): boolean {
  skipSpace(cursor);
  if (!cursor.text.startsWith(symbol, cursor.at)) return false;
  cursor.at += symbol.length;
  return true;
}

/** The match of the sticky `pattern` at the cursor, after any space. */
function takeMatch(cursor: Cursor, pattern: RegExp): string | undefined {
  skipSpace(cursor);
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text)?.[0];
  cursor.at += match?.length ?? 0;
  return match;
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t\r\n]/.test(cursor.text.charAt(cursor.at))) cursor.at++;
}

function rest(cursor: Cursor): string {
  return cursor.text.slice(cursor.at).trimEnd();
}

const SAVE_AGAIN = 'the file is damaged or was not written by numpy; save it again with numpy.save(path, x)';

function unexpected(cursor: Cursor, what: string): ToolError {
  const found = rest(cursor);
  const place = `at character ${cursor.at + 1} of its npy header`;
  return new ToolError(
    'bad-file',
    `${cursor.name} ${found === '' ? 'ends' : `has ${quote(found)}`} ${place}, but ${what} must stand there`,
    SAVE_AGAIN,
  );
}

function wrongKeys(cursor: Cursor, fact: string): ToolError {
  return new ToolError(
    'bad-file',
    `${cursor.name} ${fact} in its npy header, but the keys are descr, fortran_order and shape, each once`,
    SAVE_AGAIN,
  );
}
