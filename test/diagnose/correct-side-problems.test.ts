/**
 * The problems that correct outputs are made of, and how many.
 */
import { describe, expect, test } from 'vitest';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import type { Problem } from '../../src/core/problem.ts';
import { drawProblem, judgeCorrectOutputs } from '../../src/diagnose/correct-side.ts';

const SEED = 3;

function drawn(): Problem[] {
  const next = mersenneTwister(SEED);
  return Array.from({ length: 300 }, (_, turn) => drawProblem(next, turn));
}

test('of each direction and dtype in turn, 2-D as often as both others', () => {
  const problems = drawn();
  expect(problems.slice(0, 6).map(({ direction }) => direction)).toEqual([
    'forward',
    'grad-input',
    'grad-weight',
    'forward',
    'grad-input',
    'grad-weight',
  ]);
  const dtypes = ['float32', 'float64', 'float16', 'bfloat16'];
  expect(problems.slice(0, 8).map(({ dtype }) => dtype)).toEqual([...dtypes, ...dtypes]);
  const ranks = problems.slice(0, 12).map(({ axes }) => axes.length);
  expect(ranks).toEqual([2, 1, 2, 3, 1, 2, 3, 2, 2, 3, 2, 1]);
});

describe('every hyperparameter is drawn', () => {
  /** The least and the most of what `of` lists of the problems with so many axes. */
  const range = (isOf: (rank: number) => boolean, of: (problem: Problem) => readonly number[]) => {
    const numbers = drawn()
      .filter(({ axes }) => isOf(axes.length))
      .flatMap(of);
    return [Math.min(...numbers), Math.max(...numbers)];
  };
  const any = () => true;
  const deep = (rank: number) => rank === 3;
  const flat = (rank: number) => rank < 3;

  test('from the same ranges in any dimension', () => {
    expect(range(any, ({ batch }) => [batch])).toEqual([1, 2]);
    expect(range(any, ({ groups }) => [groups])).toEqual([1, 3]);
    expect(range(any, ({ outChannels, groups }) => [outChannels / groups])).toEqual([1, 2]);
    expect(range(any, ({ axes }) => axes.map(({ stride }) => stride))).toEqual([1, 3]);
    expect(range(any, ({ axes }) => axes.map(({ dilation }) => dilation))).toEqual([1, 2]);
    expect(range(any, ({ axes }) => axes.map(({ paddingBegin }) => paddingBegin))).toEqual([0, 2]);
  });

  test('from smaller ones of three', () => {
    const perGroup = ({ inChannels, groups }: Problem) => [inChannels / groups];
    expect([range(deep, perGroup), range(flat, perGroup)]).toEqual([
      [1, 4],
      [1, 16],
    ]);
    const inputs = ({ axes }: Problem) => axes.map(({ inputSize }) => inputSize);
    expect([range(deep, inputs), range(flat, inputs)]).toEqual([
      [5, 6],
      [5, 8],
    ]);
    const kernels = ({ axes }: Problem) => axes.map(({ kernelSize }) => kernelSize);
    expect([range(deep, kernels), range(flat, kernels)]).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });

  test('paddings of the two ends are alike but for zeros, of which they are not', () => {
    const problems = drawn();
    const modes = new Set(problems.map(({ paddingMode }) => paddingMode));
    expect(modes).toEqual(new Set(['zeros', 'reflect', 'replicate', 'circular']));
    const uneven = problems.filter(({ axes }) => axes.some((axis) => axis.paddingBegin !== axis.paddingEnd));
    expect(new Set(uneven.map(({ paddingMode }) => paddingMode))).toEqual(new Set(['zeros']));
  });

  test('a convolution has a bias', () => {
    for (const { direction, bias } of drawn()) expect(bias).toBe(direction === 'forward');
  });
});

describe('a run', () => {
  const never = { name: 'never', dot: () => Number.NaN };
  const judge = (leastElements: number, orders = [never]) =>
    judgeCorrectOutputs({ orders, leastElements, seed: SEED });

  test('gives an alarm of each fill of each problem for an order that is never right', () => {
    const { falseAlarms, problems } = judge(5000);
    const fills = [...new Set(falseAlarms.map(({ problem }) => problem))].map((one) =>
      falseAlarms.filter(({ problem }) => problem === one).map(({ fill }) => fill),
    );
    const all = ['integer', 'uniform', 'normal', 'mixed', 'cancelling', 'subnormal'];
    const halves = ['uniform', 'normal'];
    expect(fills).toHaveLength(problems);
    expect(fills.slice(0, 4)).toEqual([all, all, halves, halves].slice(0, problems));
    for (const { fill, order, witness } of falseAlarms) {
      expect([order, witness]).toEqual(['never', fill === 'integer' ? 'exact' : 'rounding']);
    }
  });

  test('goes on until so many elements were judged, and tells how far it is', () => {
    const one = judge(1, []);
    expect(one.problems).toBe(1);
    expect([judge(one.elements, []).problems, judge(one.elements + 1, []).problems]).toEqual([1, 2]);
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    judgeCorrectOutputs({ orders: [], leastElements: one.elements * 2, seed: SEED, onProgress });
    expect([shares[0], shares.at(-1)]).toEqual([0.5, 1]);
  });
});
