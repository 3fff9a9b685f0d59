/**
 * Random valid problems as the option words of a command line.
 */
import type fc from 'fast-check';
import type { ConvParams } from '../../src/core/params.ts';
import { params } from '../problems.ts';

/** `--in-channels=2 …`, in every way to say where an axis ends. */
export function problemWords(): fc.Arbitrary<string[]> {
  return params().map(wordsOf);
}

function wordsOf({ bias, ...sizes }: ConvParams): string[] {
  const words = Object.entries(sizes).flatMap(([key, value]) => {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === undefined ? [] : [`--${flag}=${Array.isArray(value) ? value.join('x') : value}`];
  });
  return bias ? [...words, '--bias'] : words;
}
