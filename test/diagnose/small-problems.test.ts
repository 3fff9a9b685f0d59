/**
 * The order in which small problems come, recounted on the problems themselves.
 */
import { expect, test } from 'vitest';
import { inputShape, outputShape, type Problem, weightShape } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { formatToken } from '../../src/core/token.ts';
import { smallProblems } from '../../src/diagnose/small-problems.ts';

/** All with at most two departures, and some with three. */
const MANY = 3000;

function first(count: number): Problem[] {
  const problems: Problem[] = [];
  for (const problem of smallProblems()) {
    if (problems.push(problem) === count) break;
  }
  return problems;
}

const numbersOf = (problem: Problem) =>
  [inputShape(problem), weightShape(problem), outputShape(problem)].reduce(
    (sum, shape) => sum + elementCount(shape),
    problem.bias ? problem.outChannels : 0,
  );

/** How many hyperparameters are not the plainest, of a problem without padding. */
function departuresOf({ batch, inChannels, outChannels, groups, bias, axes }: Problem): number {
  const [h, w] = axes as [Problem['axes'][0], Problem['axes'][0]];
  const keys = ['inputSize', 'kernelSize', 'stride', 'dilation'] as const;
  return [
    batch > 1,
    inChannels > groups,
    outChannels > groups,
    groups > 1,
    bias,
    axes.some(({ stride }) => stride > 1),
    axes.some(({ dilation }) => dilation > 1),
    ...keys.map((key) => h[key] !== w[key]),
  ].filter(Boolean).length;
}

const isUnpadded = ({ axes }: Problem) =>
  axes.every((axis) => axis.paddingBegin === 0 && axis.paddingEnd === 0);
const isLarge = ({ axes }: Problem) => axes.some(({ inputSize }) => inputSize > 5);

test('the plainest comes first, and what holds as many numbers by the size of its kernel', () => {
  const tokens = first(3).map((problem) => formatToken(problem).token);
  expect(tokens).toEqual(['mb1ic1ih1oc1kh1', 'mb1ic1ih2oc1kh1', 'mb1ic1ih2oc1kh2']);
});

test('departures grow, and within them how many numbers a problem holds', () => {
  const seen = new Set<string>();
  let [departures, numbers] = [0, 0];
  const counts: number[] = [];
  for (const problem of first(MANY)) {
    const key = JSON.stringify(problem);
    // The same windows written with an end padding that none reaches are that problem again, later.
    const isNew = !seen.has(key);
    seen.add(key);
    if (!isNew || !isUnpadded(problem) || isLarge(problem)) continue;
    const own = departuresOf(problem);
    expect(own, key).toBeGreaterThanOrEqual(departures);
    if (own === departures) expect(numbersOf(problem), key).toBeGreaterThanOrEqual(numbers);
    [departures, numbers] = [own, numbersOf(problem)];
    counts[own] = (counts[own] ?? 0) + 1;
  }
  // Square ones of 1 to 5 pixels and up to 3 taps that fit: 5 + 4 + 3. The others as many as there are.
  expect(counts[0]).toBe(12);
  expect(departures).toBe(3);
});

test('each problem has up to 5 pixels, 3 taps and a step of 2 along an axis, or is one of two large ones', () => {
  const problems = first(MANY);
  const plain = problems.filter((problem) => !isLarge(problem));
  for (const { axes, batch } of plain) {
    expect(batch).toBeLessThanOrEqual(2);
    for (const { kernelSize, stride, dilation, outputSize } of axes) {
      expect(kernelSize <= 3 && stride <= 2 && dilation <= 2 && outputSize >= 1).toBe(true);
      if (kernelSize === 1) expect(dilation).toBe(1);
    }
  }
  const large = new Set(problems.filter(isLarge).map(({ axes }) => axes[0]?.inputSize));
  expect(large).toEqual(new Set([182, 256]));
});

test('each pair of channels and groups comes, each kernel size, and each way to pad one pixel', () => {
  const problems = first(MANY);
  const kinds = <T>(of: (problem: Problem) => T) => new Set(problems.map(of));
  expect(kinds(({ inChannels, outChannels, groups }) => [inChannels, outChannels, groups].join())).toEqual(
    new Set(['1,1,1', '2,1,1', '1,2,1', '2,2,1', '2,2,2', '2,4,2', '4,2,2', '4,4,2']),
  );
  const paddings = kinds(({ axes: [h] }) => `${h?.paddingBegin},${h?.paddingEnd}`);
  for (const padding of ['0,0', '1,1', '0,1', '1,0']) expect(paddings).toContain(padding);
});

test('the same comes again of another search', () => {
  expect(first(500)).toEqual(first(500));
});
