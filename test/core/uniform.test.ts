import { expect, it } from 'vitest';
import { uniform32, uniform64 } from '../../src/core/uniform.ts';

/** Hands out these words, in order. */
function of(...words: number[]): () => number {
  return () => words.shift() as number;
}

it('a float32 takes the low 24 bits of a word', () => {
  expect(uniform32(of(0xff_000001))).toBe(2 ** -24);
  expect(uniform32(of(0xffffffff))).toBe(1 - 2 ** -24);
});

it('a float64 takes the low 21 bits of the first word above all 32 of the second', () => {
  expect(uniform64(of(0xffe00001, 3))).toBe(2 ** -21 + 3 * 2 ** -53);
  expect(uniform64(of(0xffffffff, 0xffffffff))).toBe(1 - 2 ** -53);
});
