/**
 * Words of the command line as values, each refused with its rule where it is not one.
 */
import { ToolError } from '../core/errors.ts';
import type { PerAxis } from '../core/params.ts';

/** `x`, `,` or `×`. */
const BETWEEN = /[x,\u00d7]/;

/** `3`, `3x5`, `-1x0`, `8x16x16`, also with `,` or `×` between. */
export function parsePerAxis(flag: string): (word: string) => PerAxis {
  return (word) => {
    // As Python writes a size, too.
    const parts = word
      .replace(/^\s*[([](.*?),?\s*[)\]]\s*$/, '$1')
      .split(BETWEEN)
      .map((part) => part.trim());
    if (!parts.every((part) => /^-?\d+$/.test(part))) {
      throw badValue(
        flag,
        word,
        'it must be an integer, or height x width such as 3x5, or depth x height x width',
      );
    }
    const numbers = parts.map(Number);
    return numbers.length === 1 ? (numbers[0] as number) : numbers;
  };
}

/** As parsePerAxis, and `same` and `valid`. */
export function parsePadding(flag: string): (word: string) => PerAxis | 'same' | 'valid' {
  const parse = parsePerAxis(flag);
  return (word) => (word === 'same' || word === 'valid' ? word : parse(word));
}

/** A whole number, which the problem's own rules judge further. */
export function parseInteger(flag: string): (word: string) => number {
  return (word) => {
    const value = Number(word);
    if (!/^-?\d+$/.test(word)) throw badValue(flag, word, 'it must be an integer');
    if (!Number.isSafeInteger(value)) throw badValue(flag, word, 'it must be smaller than 2^53');
    return value;
  };
}

/** A whole number of at least 1. */
export function parseCount(flag: string): (word: string) => number {
  const parse = parseInteger(flag);
  return (word) => {
    const value = parse(word);
    if (value < 1) throw badValue(flag, word, 'it must be at least 1');
    return value;
  };
}

/** A tolerance: a number of at least 0. */
export function parseTolerance(flag: string): (word: string) => number {
  return (word) => {
    const value = word.trim() === '' ? Number.NaN : Number(word);
    if (!(value >= 0 && Number.isFinite(value))) {
      throw badValue(flag, word, 'it must be a number of at least 0, such as 1e-5');
    }
    return value;
  };
}

/** `1x8x20x8`, `(1, 8, 20, 8)`, `20x8` of the convolution's N and C_out, or `L=9`. */
export function parseSymptom(flag: string): (word: string) => { shape: number[] } | { L: number } {
  return (word) => {
    const columns = /^\s*L\s*=\s*(\d+)\s*$/i.exec(word)?.[1];
    if (columns !== undefined) return { L: Number(columns) };
    const sizes = word
      .replace(/^\s*[([]|[)\]]\s*$/g, '')
      .split(BETWEEN)
      .map((size) => size.trim());
    if (!sizes.every((size) => /^\d+$/.test(size)) || (sizes.length !== 2 && sizes.length !== 4)) {
      throw badValue(
        flag,
        word,
        'it must be a shape such as 1x8x20x8, a size such as 20x8, or columns such as L=9',
      );
    }
    return { shape: sizes.map(Number) };
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `500M`, `2GiB`, `1073741824`: bytes, in binary units. */
export function parseBytes(flag: string): (word: string) => number {
  return (word) => {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(word) ?? [];
    const factor = unit === undefined ? undefined : UNITS[unit.toUpperCase()];
    if (digits === undefined || factor === undefined) {
      throw badValue(flag, word, 'it must be a size such as 500M or 2GiB');
    }
    return Number(digits) * factor;
  };
}

/** One of a closed list. */
export function parseChoice<T extends string>(flag: string, choices: readonly T[]): (word: string) => T {
  return (word) => {
    const found = choices.find((choice) => choice === word);
    if (found === undefined) throw badValue(flag, word, `it must be one of ${choices.join(', ')}`);
    return found;
  };
}

/** Some of a closed list, separated by commas. */
export function parseChoices<T extends string>(flag: string, choices: readonly T[]): (word: string) => T[] {
  const parse = parseChoice(flag, choices);
  return (word) => [...new Set(word.split(',').map((part) => parse(part.trim())))];
}

/** As parseChoices, and `all`. */
export function parseChoicesOrAll<T extends string>(
  flag: string,
  choices: readonly T[],
): (word: string) => readonly T[] {
  const parse = parseChoices<T | 'all'>(flag, [...choices, 'all']);
  return (word) => {
    const chosen = parse(word);
    return choices.filter((choice) => chosen.includes(choice) || chosen.includes('all'));
  };
}

function badValue(flag: string, word: string, rule: string): ToolError {
  return new ToolError('bad-option', `${flag} is ${JSON.stringify(word)}, but ${rule}`);
}
