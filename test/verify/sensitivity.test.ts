import { expect, it } from 'vitest';
import type { DirectResult } from '../../src/core/direct.ts';
import { measureSensitivity, type Sensitivity } from '../../src/verify/sensitivity.ts';

interface Tried extends Pick<Sensitivity, 'taps' | 'isSample'> {
  readonly asked: number[];
}

/** So many elements of so many terms, of which only the first is ever listed, and where it is asked for. */
function sampled(elements: number, terms: number, hasBias: boolean): Tried {
  const asked: number[] = [];
  const one = { x: Float64Array.of(1, 1), w: Float64Array.of(1, 1), n: hasBias ? 2 : 1 };
  const direct = {
    output: new Float64Array(elements),
    allTerms: elements * terms,
    termsOf(element: number) {
      asked.push(element);
      return one;
    },
  } as unknown as DirectResult;
  const { share, ...tried } = measureSensitivity(direct, new Float64Array(elements), hasBias, () => 0.5);
  expect(share).toBe(1);
  return { asked, ...tried };
}

it('of up to 2^15 taps each element is asked', () => {
  expect(sampled(8, 2 ** 12, false)).toEqual({ asked: [0, 1, 2, 3, 4, 5, 6, 7], taps: 8, isSample: false });
});

it('a bias is no tap', () => {
  const { asked, taps } = sampled(2 ** 12, 9, true);
  expect([asked.length, taps]).toEqual([2 ** 12, 2 ** 12]);
});

it('of more, as many elements as make up 2^15 taps, spread by the golden ratio', () => {
  // 0, 0.618, 1.236 and 1.854 of 8 elements, without the whole.
  expect(sampled(8, 2 ** 13, false)).toEqual({ asked: [0, 4, 1, 6], taps: 4, isSample: true });
  expect(sampled(8, 2 ** 12 + 1, false).asked).toHaveLength(8);
});
