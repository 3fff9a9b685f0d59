/**
 * The moves by which a failing problem is made small, one hyperparameter at a time.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { type Fails, shrink } from '../../src/diagnose/shrink.ts';
import { firstSimilar } from '../../src/diagnose/similar.ts';

const LARGE: ConvParams = {
  batch: 4,
  groups: 2,
  inChannels: 8,
  outChannels: 12,
  bias: true,
  inputSize: [19, 23],
  kernelSize: [3, 4],
  stride: [2, 3],
  padding: [2, 3],
  dilation: [2, 3],
};
const large = resolveProblem(LARGE);

const changes = (problem: Problem, fails: Fails) =>
  shrink(problem, fails)?.passing.map(({ change }) => change);
const axis = ({ axes }: Problem, a: number) => axes[a] as Problem['axes'][number];

test('what fails whatever it is becomes one tap of one pixel', () => {
  const shrunk = shrink(large, () => true);
  const smallest = describeProblem('mb1ic1ih1iw1oc1kh1kw1');
  expect(shrunk).toMatchObject({ smallest, passing: [], condition: undefined });
  expect(shrink(large, () => false)).toBeUndefined();
});

describe('what it fails by is kept, and what passes differs in that alone', () => {
  test.each([
    ['batch 1', ({ batch }: Problem) => batch > 1, ['batch', 2]],
    ['groups 1', ({ groups }: Problem) => groups > 1, ['groups', 2]],
    ['in_channels 1', ({ inChannels }: Problem) => inChannels > 1, ['inChannels', 2]],
    ['out_channels 1', ({ outChannels }: Problem) => outChannels > 1, ['outChannels', 2]],
    ['no bias', ({ bias }: Problem) => bias, ['bias', true]],
  ] as const)('%s', (change, fails, [key, value]) => {
    const shrunk = shrink(large, fails);
    expect(shrunk?.smallest[key]).toBe(value);
    const [passing] = shrunk?.passing ?? [];
    expect(passing?.change).toBe(change);
    expect(passing && fails(passing.problem)).toBe(false);
    const { inputSize, kernelSize, stride, dilation, paddingBegin } = axis(shrunk?.smallest as Problem, 0);
    expect([inputSize, kernelSize, stride, dilation, paddingBegin]).toEqual([1, 1, 1, 1, 0]);
  });

  test.each([
    ['stride_h 1', 0, 'stride', 2],
    ['stride_w 1', 1, 'stride', 2],
    ['dilation_h 1', 0, 'dilation', 2],
    ['dilation_w 1', 1, 'dilation', 2],
    ['padding_h 0', 0, 'paddingBegin', 1],
    ['padding_w 0', 1, 'paddingEnd', 1],
    ['H_in 1', 0, 'inputSize', 2],
    ['W_in 1', 1, 'inputSize', 2],
  ] as const)('%s', (change, a, key, value) => {
    const shrunk = shrink(large, (problem) => axis(problem, a)[key] >= value);
    const { smallest, passing } = shrunk as NonNullable<typeof shrunk>;
    expect(axis(smallest, a)[key]).toBe(value);
    expect(passing.map((one) => one.change)).toEqual([change]);
    const other = axis(smallest, 1 - a);
    expect([other.inputSize, other.kernelSize, other.stride, other.dilation]).toEqual([1, 1, 1, 1]);
    expect([smallest.batch, smallest.groups, smallest.inChannels, smallest.bias]).toEqual([1, 1, 1, false]);
  });

  test.each([
    ['kH 1', 0],
    ['kW 1', 1],
  ] as const)('%s', (change, a) => {
    const { smallest, passing } = shrink(large, (problem) => axis(problem, a).kernelSize > 1) ?? {};
    expect(smallest && [axis(smallest, a).kernelSize, axis(smallest, 1 - a).kernelSize]).toEqual([2, 1]);
    expect(passing?.map((one) => one.change)).toEqual([change]);
  });

  test('zero points', () => {
    const quantised = resolveProblem({ ...LARGE, dtype: 'uint8', inputZeroPoint: 5, weightZeroPoint: 7 });
    expect(changes(quantised, ({ zeroPoints }) => zeroPoints.input === 5)).toEqual(['input_zero_point 0']);
    expect(changes(quantised, ({ zeroPoints }) => zeroPoints.weight === 7)).toEqual(['weight_zero_point 0']);
    expect(shrink(quantised, () => true)?.smallest.zeroPoints).toEqual({ input: 0, weight: 0 });
  });

  test('of a transposed convolution in its own words', () => {
    const transposed = describeProblem('mb1ic3ih4oc2kh2', { transposed: true });
    expect([transposed.inChannels, transposed.outChannels]).toEqual([2, 3]);
    expect(changes(transposed, ({ inChannels }) => inChannels > 1)).toEqual(['out_channels 1']);
    expect(changes(transposed, ({ outChannels }) => outChannels > 1)).toEqual(['in_channels 1']);
    expect(changes(transposed, (problem) => axis(problem, 0).inputSize > 1)).toEqual(['H_out 1']);
    const one = describeProblem('mb1ic1iw4oc1kw2');
    expect(changes(one, (problem) => axis(problem, 0).inputSize > 1)).toEqual(['W_in 1']);
  });
});

describe('a number is tried at its least, its half and one less', () => {
  /** The numbers in the order in which they are tried, the first one last seen failing. */
  function tried(start: ConvParams, of: (problem: Problem) => number, least: number): number[] {
    const asked: number[] = [];
    shrink(resolveProblem(start), (problem) => {
      asked.push(of(problem));
      return of(problem) >= least;
    });
    return asked;
  }
  const ONE: ConvParams = { inChannels: 1, outChannels: 1, inputSize: 1, kernelSize: 1 };

  test('from where it fails again', () => {
    // 9 fails; then 1, 4, 8; then of 8: 1, 4, 7; and so on to 6, which none below does.
    const batches = tried({ ...ONE, batch: 9 }, ({ batch }) => batch, 6);
    expect(batches.slice(0, 14)).toEqual([9, 1, 4, 8, 1, 4, 7, 1, 3, 6, 1, 3, 5, 1]);
  });

  test('of groups those that divide them, with as many channels of each', () => {
    const groups = tried({ ...ONE, groups: 6, inChannels: 12, outChannels: 18 }, (one) => one.groups, 6);
    // 3 of 6, not 5; then with fewer channels the same again.
    expect(groups.slice(0, 7)).toEqual([6, 1, 3, 6, 1, 3, 6]);
    expect(groups).not.toContain(5);
    const kept: Problem[] = [];
    shrink(resolveProblem({ ...ONE, groups: 6, inChannels: 12, outChannels: 18 }), (problem) => {
      kept.push(problem);
      return problem.inChannels / problem.groups === 2 && problem.outChannels / problem.groups === 3;
    });
    expect(kept[1]).toMatchObject({ groups: 1, inChannels: 2, outChannels: 3 });
  });

  test('of channels by the group, and at the least one of each', () => {
    const start = { ...ONE, groups: 3, inChannels: 12, outChannels: 15 };
    const channels = tried(start, (one) => (one.groups === 3 ? one.inChannels : 0), 6);
    // Of four in each group one, then two.
    expect(channels.filter((count) => count > 0).slice(0, 3)).toEqual([12, 3, 6]);
    const perGroup = (problem: Problem) => problem.groups === 3 && problem.inChannels > 3;
    expect(changes(resolveProblem(start), perGroup)).toEqual(['groups 1', 'in_channels 3']);
    const perOutput = (problem: Problem) => problem.groups === 3 && problem.outChannels > 3;
    expect(changes(resolveProblem(start), perOutput)).toEqual(['groups 1', 'out_channels 3']);
    const outputs = tried(start, (one) => (one.groups === 3 ? one.outChannels : 0), 6);
    expect(outputs.filter((count) => count > 0 && count < 15).slice(0, 2)).toEqual([3, 6]);
  });

  test('of paddings below 0 towards 0', () => {
    const crop = { ...ONE, inputSize: 9, padding: -2 };
    const fails = (problem: Problem) => axis(problem, 0).paddingBegin !== 0;
    const { smallest, passing } = shrink(resolveProblem(crop), fails) ?? {};
    expect(smallest && axis(smallest, 0).paddingBegin).toBe(1);
    expect(passing?.map(({ change }) => change)).toEqual(['padding_h 0']);
  });

  test('of one axis, whose ends become alike, while the other stays', () => {
    const uneven = resolveProblem({ ...LARGE, padding: [3, 2], paddingEnd: [1, 4] });
    const ends = ({ axes }: Problem) =>
      axes.map(({ paddingBegin, paddingEnd }) => [paddingBegin, paddingEnd]);
    const { smallest, passing } = shrink(uneven, (problem) => axis(problem, 0).paddingBegin === 3) ?? {};
    expect(smallest && ends(smallest)).toEqual([
      [3, 1],
      [0, 0],
    ]);
    const tried = passing?.filter(({ change }) => change.startsWith('padding_h'));
    expect(tried?.map(({ change, problem }) => [change, ends(problem)[0]])).toEqual([
      ['padding_h 0', [0, 0]],
      ['padding_h 1', [1, 1]],
      ['padding_h 2', [2, 2]],
    ]);
  });
});

test('three that pass are told, and a condition is tried on them and on problems like both', () => {
  const fails = ({ batch }: Problem) => batch >= 5;
  const start = resolveProblem({ ...LARGE, batch: 5 });
  const shrunk = shrink(start, fails);
  expect(shrunk?.passing.map(({ change }) => change)).toEqual(['batch 1', 'batch 2', 'batch 4']);
  const similar = (problem: Problem) => firstSimilar(problem, 120).length;
  const moves = 3;
  expect(shrunk?.tried).toBe(moves + similar(shrunk?.smallest as Problem) + similar(start));
  const several = shrink(large, ({ batch, groups }) => batch > 1 && groups > 1);
  expect(several?.passing.map(({ change }) => change)).toEqual(['batch 1', 'groups 1']);
  const many = shrink(large, ({ batch, bias, inChannels, outChannels }) => {
    return batch > 1 && bias && inChannels > 1 && outChannels > 1;
  });
  expect(many?.passing.map(({ change }) => change)).toEqual(['batch 1', 'in_channels 1', 'out_channels 1']);
  expect(shrink(large, ({ batch }) => batch > 1)?.condition?.words).toBe('N > 1');
});
