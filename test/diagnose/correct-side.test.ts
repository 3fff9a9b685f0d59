/**
 * Correct outputs in every order, and a false alarm where an order is not correct.
 */
import { expect, test } from 'vitest';
import { judgeCorrectOutputs } from '../../src/diagnose/correct-side.ts';
import { SUMMATION_ORDERS } from '../../src/diagnose/summation-orders.ts';

const FEW = { leastElements: 5_000, seed: 7 };

test('none is rejected, and the run repeats from its seed', () => {
  const judged = judgeCorrectOutputs({ ...FEW, orders: SUMMATION_ORDERS });
  expect(judged.falseAlarms).toEqual([]);
  expect(judged.elements).toBeGreaterThanOrEqual(FEW.leastElements);
  expect(judged.orders).toEqual(['unfold–GEMM–fold', ...SUMMATION_ORDERS.map(({ name }) => name)]);
  expect(judgeCorrectOutputs({ ...FEW, orders: SUMMATION_ORDERS })).toEqual(judged);
  expect(judgeCorrectOutputs({ ...FEW, orders: SUMMATION_ORDERS, seed: 8 })).not.toEqual(judged);
});

test.each([
  [
    'loses its last term',
    (x: Float64Array, w: Float64Array, n: number) =>
      x.slice(0, n - 1).reduce((s, v, i) => s + v * (w[i] as number), 0),
  ],
  [
    'sums magnitudes',
    (x: Float64Array, w: Float64Array, n: number) =>
      x.slice(0, n).reduce((s, v, i) => s + Math.abs(v * (w[i] as number)), 0),
  ],
])('an order that %s is rejected by both witnesses', (name, dot) => {
  const { falseAlarms } = judgeCorrectOutputs({ ...FEW, orders: [{ name, dot }] });
  expect(new Set(falseAlarms.map(({ witness }) => witness))).toEqual(new Set(['exact', 'rounding']));
  expect(new Set(falseAlarms.map(({ order }) => order))).toEqual(new Set([name]));
});

test('says how far it is', () => {
  const shares: number[] = [];
  judgeCorrectOutputs({ ...FEW, orders: [], onProgress: (share) => shares.push(share) });
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});
