import { describe, expect, it } from 'vitest';
import { mersenneTwister } from '../../src/core/mt19937.ts';

function words(seed: number, count: number): number[] {
  const next = mersenneTwister(seed);
  return Array.from({ length: count }, () => next());
}

describe('the Mersenne Twister', () => {
  it("gives its authors' first words for their seed 5489", () => {
    expect(words(5489, 5)).toEqual([3499211612, 581869302, 3890346734, 3586334585, 545404204]);
  });

  it('gives the 10000th word that the C++ standard requires of std::mt19937', () => {
    expect(words(5489, 10_000).at(-1)).toBe(4123659995);
  });

  it('takes seeds modulo 2^32, negative ones too', () => {
    expect(words(5489 + 2 ** 32, 700)).toEqual(words(5489, 700));
    expect(words(5489 - 2 ** 32, 700)).toEqual(words(5489, 700));
    expect(words(-1, 700)).toEqual(words(2 ** 32 - 1, 700));
    expect(words(5490, 3)).not.toEqual(words(5489, 3));
  });

  it('takes the largest seeds without rounding them', () => {
    expect(words(2 ** 53 - 1, 3)).toEqual(words(2 ** 32 - 1, 3));
    expect(words(2 - 2 ** 53, 3)).toEqual(words(2, 3));
  });
});
