/**
 * Correct outputs: on awkward data, in every order, and a false alarm where an order is not correct.
 */
import { describe, expect, test } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { operand } from '../../src/core/operands.ts';
import { AWKWARD_FILLS, type AwkwardFill, fillAwkwardly } from '../../src/diagnose/awkward-fills.ts';
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

describe.each(['float32', 'float64'] as const)('awkward data in %s', (dtype) => {
  const problem = describeProblem('mb1ic6ih7oc4kh3', { bias: true, dtype });
  const run = (fill: AwkwardFill) => {
    const operands = fillAwkwardly(problem, fill, 5489);
    return { operands, direct: directConvolution(problem, operands) };
  };

  test.each(AWKWARD_FILLS)('%s has a bias, is finite, and repeats', (fill) => {
    const { operands, direct } = run(fill);
    expect(operands.bias?.data).toHaveLength(4);
    expect(direct.output.every(Number.isFinite)).toBe(true);
    expect(fillAwkwardly(problem, fill, 5489)).toEqual(operands);
    expect(fillAwkwardly(problem, fill, 5490)).not.toEqual(operands);
  });

  test('subnormal sums are subnormal, and not 0', () => {
    const smallestNormal = dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
    const { operands, direct } = run('subnormal');
    const sizes = [...direct.output, ...(operands.bias?.data ?? [])].map(Math.abs);
    expect(sizes.every((size) => size < smallestNormal)).toBe(true);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(sizes.length / 2);
  });

  test('cancelling sums are small beside their terms', () => {
    const { output, magnitudeAt } = run('cancelling').direct;
    const ratios = output.map((value, i) => Math.abs(value) / magnitudeAt(i));
    expect(Math.max(...ratios)).toBeLessThan(0.1);
  });

  test('mixed magnitudes span thirty powers of two', () => {
    const sizes = operand(run('mixed').operands, 'input').data.map(Math.abs);
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(2 ** 30);
  });
});
