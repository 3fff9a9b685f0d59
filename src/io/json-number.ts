/**
 * The elements of a JSON tensor: numbers that float64 takes without loss of digits, and words for those JSON lacks.
 */
import { quote } from './quote.ts';

/** A number, or what stands there instead: `holds` names it, `rule` says why it is none, `hint` what to do. */
export type JsonElement =
  | { readonly kind: 'number'; readonly value: number; readonly length: number }
  | { readonly kind: 'refused'; readonly holds: string; readonly rule: string; readonly hint: string };

const SPELT: Readonly<Record<string, number>> = {
  '"NaN"': Number.NaN,
  '"Infinity"': Number.POSITIVE_INFINITY,
  '"-Infinity"': Number.NEGATIVE_INFINITY,
};

/** How programs write without quotes what JSON has no number for. */
const UNQUOTED = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/** RFC 8259, section 6. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The element at `at`; undefined where nothing that resembles one begins there. */
export function readJsonElement(text: string, at: number): JsonElement | undefined {
  switch (text.charAt(at)) {
    case '"':
      return readString(text, at);
    case '{':
      return refused(
        'an object',
        'but a tensor is nested arrays of numbers',
        'write the numbers as an array',
      );
    default: {
      const pattern = /[\w.+-]+/y;
      pattern.lastIndex = at;
      const word = pattern.exec(text)?.[0];
      return word === undefined ? undefined : readWord(word);
    }
  }
}

function readString(text: string, at: number): JsonElement {
  for (const [spelling, value] of Object.entries(SPELT)) {
    if (text.startsWith(spelling, at)) return { kind: 'number', value, length: spelling.length };
  }
  const start = text.slice(at + 1, at + 100); // all that a message shows
  return refused(
    `the string ${quote(start.split('"', 1).join(''))}`,
    'but of strings only "NaN", "Infinity" and "-Infinity" stand for numbers',
    'write numbers without quotes',
  );
}

function readWord(word: string): JsonElement {
  const [spelling, sign = '', nan] = UNQUOTED.exec(word) ?? [];
  if (spelling !== undefined) {
    const quoted = nan === undefined ? `"${sign === '-' ? '-' : ''}Infinity"` : '"NaN"';
    return refused(
      `the bare word ${word}`,
      'but JSON has no number of that name',
      `write ${quoted}, in quotes`,
    );
  }
  if (!JSON_NUMBER.test(word)) {
    const kind = /^[a-z_]/i.test(word) ? 'the word' : 'the characters';
    return refused(
      `${kind} ${quote(word)}`,
      'but an element is a JSON number',
      'write a number such as -1.5e-3',
    );
  }
  const value = Number(word);
  if (!Number.isFinite(value)) {
    return refused(
      `the number ${quote(word)}`,
      'but the largest float64 is 1.7976931348623157e308',
      'write "Infinity" or "-Infinity", in quotes, if that is meant',
    );
  }
  if (losesDigits(word, value)) {
    return refused(
      `the integer ${quote(word)}`,
      `but the nearest float64 is ${BigInt(value)}`,
      'write it with a decimal point if a rounded value will do',
    );
  }
  return { kind: 'number', value, length: word.length };
}

/** 9007199254740993 does. What JavaScript prints for a float64 does not, although 2^60 comes out as 1152921504606847000. */
function losesDigits(word: string, value: number): boolean {
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(word)) return false;
  return BigInt(word) !== BigInt(value) && word !== String(value);
}

function refused(holds: string, rule: string, hint: string): JsonElement {
  return { kind: 'refused', holds, rule, hint };
}
