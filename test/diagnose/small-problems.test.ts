/**
 * Small problems come in the order that is promised, and all of them.
 */
import { describe, expect, test } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import type { Problem } from '../../src/core/problem.ts';
import { COMMON_KIND, type Kind } from '../../src/diagnose/kind.ts';
import { smallProblems } from '../../src/diagnose/small-problems.ts';
import { upTo } from './tiny.ts';

/** The first `count` problems of a kind. */
function first(count: number, kind?: Kind): Problem[] {
  const problems: Problem[] = [];
  for (const problem of smallProblems(kind)) {
    if (problems.length === count) break;
    problems.push(problem);
  }
  return problems;
}

const product = (axes: readonly Axis[], of: (axis: Axis) => number) =>
  axes.reduce((total, axis) => total * of(axis), 1);

/** Numbers in the tensors of a problem. */
function numbersOf({ batch, inChannels, outChannels, groups, bias, axes }: Problem): number {
  const input = batch * inChannels * product(axes, (axis) => axis.inputSize);
  const weight = outChannels * (inChannels / groups) * product(axes, (axis) => axis.kernelSize);
  const output = batch * outChannels * product(axes, (axis) => axis.outputSize);
  return input + weight + output + (bias ? outChannels : 0);
}

/** How many hyperparameters of a pair of axes depart from their default. */
function departuresOf([h, w]: readonly Axis[]): number {
  const own = [h, w] as [Axis, Axis];
  const differs = (of: (axis: Axis) => unknown) => of(own[0]) !== of(own[1]);
  const pads = ({ paddingBegin, paddingEnd }: Axis) => `${paddingBegin} ${paddingEnd}`;
  return [
    own.some(({ stride }) => stride !== 1),
    own.some(({ dilation }) => dilation !== 1),
    own.some((axis) => pads(axis) !== '0 0'),
    own.some(({ paddingBegin, paddingEnd }) => paddingBegin !== paddingEnd),
    differs(({ inputSize }) => inputSize),
    differs(({ kernelSize }) => kernelSize),
    differs(({ stride }) => stride),
    differs(({ dilation }) => dilation),
    differs(pads),
  ].filter(Boolean).length;
}

/** Departures of a whole problem; what is large is one. */
function allDepartures({ batch, inChannels, outChannels, groups, bias, axes }: Problem): number {
  if (axes.some(({ inputSize }) => inputSize > 5)) return 1;
  const counts = [batch, inChannels / groups, outChannels / groups, groups];
  return counts.filter((count) => count > 1).length + (bias ? 1 : 0) + departuresOf(axes);
}

/** Every axis of up to 5 pixels and 3 taps. */
function everyAxis(): Axis[] {
  const all: Axis[] = [];
  for (const code of upTo(5 * 3 * 2 * 2 * 2 * 2)) {
    const digit = (place: number, size: number) => Math.floor(code / place) % size;
    const [paddingBegin, paddingEnd] = [digit(1, 2), digit(2, 2)];
    const [stride, dilation] = [1 + digit(4, 2), 1 + digit(8, 2)];
    const [kernelSize, inputSize] = [1 + digit(16, 3), 1 + digit(48, 5)];
    const room = inputSize + paddingBegin + paddingEnd - (1 + dilation * (kernelSize - 1));
    // One tap has no dilation.
    if (room < 0 || (kernelSize === 1 && dilation > 1)) continue;
    const outputSize = 1 + Math.floor(room / stride);
    all.push({ inputSize, kernelSize, stride, dilation, paddingBegin, paddingEnd, outputSize });
  }
  return all;
}

const isAscending = (numbers: readonly number[]) =>
  numbers.every((count, i) => count >= (numbers[i - 1] ?? 0));

const keyOf = ({ batch, inChannels, outChannels, groups, bias, axes }: Problem) =>
  [
    batch,
    inChannels,
    outChannels,
    groups,
    bias,
    ...axes.flatMap((axis) => [
      axis.inputSize,
      axis.kernelSize,
      axis.stride,
      axis.dilation,
      axis.paddingBegin,
      axis.paddingEnd,
    ]),
  ].join(' ');

/** Searched for once, as the module remembers what it has made. */
test('up to two departures are all, each once, and in their order', () => {
  /** Departures by samples, channels, groups and bias: none, one, two, written out. */
  const OTHERS = [
    ['1 1 1 1 false'],
    ['2 1 1 1 false', '1 2 1 1 false', '1 1 2 1 false', '1 2 2 2 false', '1 1 1 1 true'],
    [
      '1 2 2 1 false',
      '1 2 4 2 false',
      '1 4 2 2 false',
      ...['2 1 1', '1 2 1', '2 2 2'].map((counts) => `2 ${counts} false`),
      ...['2 1 1 1', '1 2 1 1', '1 1 2 1', '1 2 2 2'].map((counts) => `${counts} true`),
    ],
  ];
  const axes = everyAxis();
  const pairs = axes.flatMap((h) => axes.map((w) => [h, w] as const));
  const known = [0, 1, 2].map((count) => pairs.filter((pair) => departuresOf(pair) === count));
  const [none, one, two] = known as [typeof pairs, typeof pairs, typeof pairs];
  const large = 2;
  const counts = [
    none.length,
    5 * none.length + one.length + large,
    10 * none.length + 5 * (one.length + large) + two.length,
  ] as const;
  const problems = first(counts[0] + counts[1] + counts[2]);

  const due = [0, 1, 2].flatMap((total) =>
    [0, 1, 2]
      .slice(0, total + 1)
      .flatMap((own) =>
        (OTHERS[own] ?? []).flatMap((other) =>
          (known[total - own] ?? []).map(
            (pair) =>
              `${other} ${pair
                .flatMap((axis) => [
                  axis.inputSize,
                  axis.kernelSize,
                  axis.stride,
                  axis.dilation,
                  axis.paddingBegin,
                  axis.paddingEnd,
                ])
                .join(' ')}`,
          ),
        ),
      ),
  );
  const small = problems.filter((problem) => (problem.axes[0] as Axis).inputSize <= 5);
  // Not equal to: a thousand lines are too many to print what differs.
  expect(small.map(keyOf).sort().join('\n') === due.sort().join('\n')).toBe(true);

  for (const [level, begin, end] of [
    [0, 0, counts[0]],
    [1, counts[0], counts[0] + counts[1]],
  ] as const) {
    const own = problems.slice(begin, end);
    expect(new Set(own.map(allDepartures))).toEqual(new Set([level]));
    const numbers = own.map(numbersOf);
    expect(isAscending(numbers)).toBe(true);
  }
  const last = problems.slice(counts[0] + counts[1]).map(numbersOf);
  expect(isAscending(last)).toBe(true);

  // The two large ones are last where nothing else departs.
  const end = counts[0] + counts[1];
  const [corners, whole] = problems.slice(end - 2, end);
  // 182² pixels and 2² windows; 256² pixels and as many taps.
  expect(corners?.axes[1]).toMatchObject({ inputSize: 182, kernelSize: 1, stride: 181, outputSize: 2 });
  expect(whole?.axes[0]).toMatchObject({ inputSize: 256, kernelSize: 256, stride: 1, outputSize: 1 });
});

test('the plainest come first: square, one of everything, by how many numbers they hold', () => {
  const shapes = first(12).map(({ axes }) => [axes[0]?.inputSize, axes[0]?.kernelSize]);
  expect(shapes).toEqual([
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 2],
    [3, 1],
    [3, 3],
    [4, 2],
    [4, 3],
    [4, 1],
    [5, 3],
    [5, 2],
    [5, 1],
  ]);
  expect(first(1)).toEqual([
    {
      direction: 'forward',
      transposed: false,
      batch: 1,
      inChannels: 1,
      outChannels: 1,
      groups: 1,
      bias: false,
      dtype: 'float32',
      paddingMode: 'zeros',
      zeroPoints: { input: 0, weight: 0 },
      axes: upTo(2).map(() => ({
        inputSize: 1,
        kernelSize: 1,
        stride: 1,
        dilation: 1,
        paddingBegin: 0,
        paddingEnd: 0,
        outputSize: 1,
      })),
    },
  ]);
});

describe('of another kind', () => {
  test('have its direction, mode, dtype and zero point', () => {
    const kind: Kind = { direction: 'forward', paddingMode: 'reflect', dtype: 'uint8', inputZeroPoint: 3 };
    expect(first(3, kind)[2]).toMatchObject({
      paddingMode: 'reflect',
      dtype: 'uint8',
      zeroPoints: { input: 3, weight: 0 },
    });
    // One pixel cannot be reflected; of the first problems with a padding some have one pixel.
    const padded = first(200, kind).filter(({ axes }) => axes.some(({ paddingBegin }) => paddingBegin > 0));
    expect(padded.length).toBeGreaterThan(0);
    expect(padded.every(({ axes }) => axes.every((axis) => axis.inputSize > axis.paddingBegin))).toBe(true);
  });

  test('a gradient has no bias', () => {
    const found = first(100, { ...COMMON_KIND, direction: 'grad-weight' });
    expect(found.every(({ bias, direction }) => !bias && direction === 'grad-weight')).toBe(true);
    const forward = first(100).filter(({ bias }) => !bias);
    expect(found.slice(0, forward.length).map(keyOf)).toEqual(forward.map(keyOf));
  });
});
