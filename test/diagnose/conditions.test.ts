/**
 * Each condition is found again by a sample that it labels, and no other is taken for it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { conditionOf } from '../../src/diagnose/conditions.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { anyProblems, problems } from '../problems.ts';
import { tiny } from './tiny.ts';

const SEED = { seed: 11, numRuns: 400 };
/** Problems of one, two and three dimensions, and some in which much is alike. */
const SAMPLE: readonly Problem[] = [
  ...fc.sample(problems(), SEED),
  ...fc.sample(anyProblems(['forward']), SEED),
  tiny({ inChannels: 16, outChannels: 16, inputSize: [4, 4], kernelSize: 1 }),
  tiny({ inChannels: 8, outChannels: 8, inputSize: [8, 1], kernelSize: 1 }),
];

const H: Axis = {
  inputSize: 1,
  kernelSize: 1,
  stride: 1,
  dilation: 1,
  paddingBegin: 0,
  paddingEnd: 0,
  outputSize: 1,
};
const height = ({ axes }: Problem) => axes.at(-2) ?? H;
const width = ({ axes }: Problem) => axes.at(-1) as Axis;
const depth = ({ axes }: Problem) => axes.at(-3) ?? H;
const total = ({ axes }: Problem, of: (axis: Axis) => number) =>
  axes.reduce((all, axis) => all * of(axis), 1);
const taps = (problem: Problem) => total(problem, ({ kernelSize }) => kernelSize);
const windows = (problem: Problem) => total(problem, ({ outputSize }) => outputSize);
const K = (problem: Problem) => (problem.inChannels / problem.groups) * taps(problem);
const differ = (of: keyof Axis) => (problem: Problem) => height(problem)[of] !== width(problem)[of];
const onSome = (holds: (axis: Axis) => boolean) => (problem: Problem) => [H, ...problem.axes].some(holds);
const isOff = (count: number, block: number) => count !== Math.round(count / block) * block;

/** True where two windows of some axis meet in a pixel, and the other axes have one to read. */
function overlap({ axes }: Problem): boolean {
  const readers = axes.map((axis) => {
    const counts = new Map<number, number>();
    for (let o = 0; o < axis.outputSize; o++)
      for (let k = 0; k < axis.kernelSize; k++) {
        const at = o * axis.stride + k * axis.dilation - axis.paddingBegin;
        if (at >= 0 && at < axis.inputSize) counts.set(at, (counts.get(at) ?? 0) + 1);
      }
    return Math.max(0, ...counts.values());
  });
  return readers.reduce((all, most) => all * most, 1) > 1;
}

const CASES: readonly (readonly [string, (problem: Problem) => boolean])[] = [
  ['stride > 1', onSome(({ stride }) => stride >= 2)],
  ['dilation > 1 with a kernel > 1', onSome(({ dilation, kernelSize }) => dilation >= 2 && kernelSize >= 2)],
  ['padding ≠ 0', onSome(({ paddingBegin, paddingEnd }) => paddingBegin !== 0 || paddingEnd !== 0)],
  ['padding > 0', onSome(({ paddingBegin }) => paddingBegin >= 1)],
  ['groups > 1', ({ groups }) => groups >= 2],
  ['groups > 1 and C_out/groups > 1', ({ groups, outChannels }) => groups >= 2 && outChannels > groups],
  ['groups > 1 and C_in/groups > 1', ({ groups, inChannels }) => groups >= 2 && inChannels > groups],
  ['N > 1', ({ batch }) => batch >= 2],
  ['N > 1 and C_out > 1', ({ batch, outChannels }) => batch >= 2 && outChannels >= 2],
  ['N > 1 and C_in > 1', ({ batch, inChannels }) => batch >= 2 && inChannels >= 2],
  ['C_in > 1', ({ inChannels }) => inChannels >= 2],
  ['C_in/groups > 1', ({ inChannels, groups }) => inChannels > groups],
  ['C_out > 1', ({ outChannels }) => outChannels >= 2],
  ['C_out > 1 and L > 1', (problem) => problem.outChannels >= 2 && windows(problem) >= 2],
  ['C_in/groups > 1 and kH·kW > 1', (problem) => K(problem) > taps(problem) && taps(problem) >= 2],
  ['kH·kW > 1', (problem) => taps(problem) >= 2],
  ['kH·kW > 1 and L > 1', (problem) => taps(problem) >= 2 && windows(problem) >= 2],
  ['K > 1 and L > 1', (problem) => K(problem) >= 2 && windows(problem) >= 2],
  ['kD > 1', (problem) => depth(problem).kernelSize >= 2],
  ['kH > 1', (problem) => height(problem).kernelSize >= 2],
  ['kW > 1', (problem) => width(problem).kernelSize >= 2],
  ['kH > 1 and kW > 1', (problem) => [height, width].every((axis) => axis(problem).kernelSize >= 2)],
  ['windows overlap', overlap],
  ['stride_h ≠ stride_w', differ('stride')],
  ['stride ≠ dilation', onSome(({ stride, dilation }) => stride !== dilation)],
  ['padding_h ≠ padding_w', differ('paddingBegin')],
  ['dilation_h ≠ dilation_w', differ('dilation')],
  [
    'dilation_h ≠ dilation_w with a kernel > 1',
    (problem) => differ('dilation')(problem) && height(problem).kernelSize * width(problem).kernelSize >= 2,
  ],
  ['kH ≠ kW', differ('kernelSize')],
  ['H_in ≠ W_in', differ('inputSize')],
  ['H_out ≠ W_out', differ('outputSize')],
  ['W_out ≠ W_in', (problem) => width(problem).outputSize !== width(problem).inputSize],
  ['L > 1', (problem) => windows(problem) >= 2],
  ['H_out > 1', (problem) => height(problem).outputSize >= 2],
  ['W_out > 1', (problem) => width(problem).outputSize >= 2],
  ['H_out > 1 and W_out > 1', (problem) => [height, width].every((axis) => axis(problem).outputSize >= 2)],
  ['padding > 0 and stride > 1', onSome(({ paddingBegin, stride }) => paddingBegin >= 1 && stride >= 2)],
  ['the paddings of the two ends differ', onSome((axis) => axis.paddingBegin !== axis.paddingEnd)],
  ['a bias', ({ bias }) => bias],
  ...[4, 8, 16].flatMap((block): [string, (problem: Problem) => boolean][] => [
    [`K is not a multiple of ${block}`, (problem) => isOff(K(problem), block)],
    [`C_out is not a multiple of ${block}`, ({ outChannels }) => isOff(outChannels, block)],
    [`L is not a multiple of ${block}`, (problem) => isOff(windows(problem), block)],
  ]),
];

/** What parts those that fail by `fails` from the others. */
const found = (sample: readonly Problem[], fails: (problem: Problem) => boolean) =>
  conditionOf(sample.map((problem) => ({ problem, fails: fails(problem) })));

describe('one condition', () => {
  test.each(CASES)('%s', (words, holds) => {
    const condition = found(SAMPLE, holds);
    expect(condition?.words).toBe(words);
    expect(SAMPLE.map((problem) => condition?.holds(sizesOf(problem)))).toEqual(SAMPLE.map(holds));
  });

  test('is the first of those that part the sample', () => {
    const [one, two] = [tiny({}), tiny({ inputSize: [4], kernelSize: 2, stride: 2, batch: 2 })];
    expect(found([one, two], (problem) => problem === two)?.words).toBe('stride > 1');
    expect(found([one, two], (problem) => problem === one)).toBeUndefined();
  });

  test('is none where none fails, or all do', () => {
    expect(found(SAMPLE.slice(0, 3), () => true)).toBeUndefined();
    expect(found(SAMPLE.slice(0, 3), () => false)).toBeUndefined();
    expect(conditionOf([])).toBeUndefined();
  });

  test('is told in the words of a transposed convolution', () => {
    const turned = (params: ConvParams) => tiny({ transposed: true, ...params });
    const [reads, writes] = [turned({ inChannels: 2 }), turned({ outChannels: 2 })];
    expect(found([reads, writes], (problem) => problem === reads)?.words).toBe('C_in > 1');
    expect(found([reads, writes], (problem) => problem === writes)?.words).toBe('C_out > 1');
    const plain = [tiny({ inChannels: 2 }), tiny({ outChannels: 2 })] as const;
    expect(found(plain, (problem) => problem === plain[0])?.words).toBe('C_in > 1');
  });
});

describe('two conditions', () => {
  const all = [0, 1, 2, 3].map((i) => tiny({ batch: 1 + (i % 2), bias: i > 1 }));

  test('are joined by "and" where both must hold', () => {
    const both = found(all, ({ batch, bias }) => batch > 1 && bias);
    expect(both?.words).toBe('N > 1, and a bias');
    expect(all.map((problem) => both?.holds(sizesOf(problem)))).toEqual([false, false, false, true]);
  });

  test('are joined by "or" where one suffices', () => {
    const either = found(all, ({ batch, bias }) => batch > 1 || bias);
    expect(either?.words).toBe('N > 1, or a bias');
    expect(all.map((problem) => either?.holds(sizesOf(problem)))).toEqual([false, true, true, true]);
  });

  test('are none where no two part the sample', () => {
    expect(found(all, ({ batch, bias }) => batch > 1 !== bias)).toBeUndefined();
  });
});
