/**
 * Problems like a given one: changed in one or two hyperparameters, and those of a kind of their own.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { firstSimilar, similarProblems, specialProblems } from '../../src/diagnose/similar.ts';
import { tiny } from './tiny.ts';

/** The problems that `changes` make of `base`. */
const made = (base: ConvParams, changes: readonly ConvParams[]): Problem[] =>
  changes.map((change) => tiny({ ...base, ...change }));

/** Where two lists part, −1 if nowhere: hundreds of problems are too many to print what differs. */
function firstDifference(a: readonly Problem[], b: readonly Problem[]): number {
  const [left, right] = [a, b].map((list) => list.map((problem) => JSON.stringify(problem)));
  const at = left?.findIndex((problem, i) => problem !== right?.[i]) ?? 0;
  return at === -1 && a.length !== b.length ? Math.min(a.length, b.length) : at;
}

/** The same padding at both ends. */
const padded = (padding: readonly number[]): ConvParams => ({ padding, paddingEnd: padding });

const FLAT: ConvParams = {
  batch: 2,
  groups: 2,
  inChannels: 4,
  outChannels: 2,
  inputSize: [4, 3],
  kernelSize: [3, 2],
};
const CHANGES: readonly ConvParams[] = [
  {},
  { batch: 3 },
  { inputSize: [4, 5] },
  { inputSize: [7, 4] },
  { outChannels: 4 },
  { inChannels: 6, outChannels: 4 },
  { inChannels: 6, outChannels: 4, batch: 3 },
  // Room for three windows, and one pixel more in width.
  { stride: [2, 1], inputSize: [7, 5] },
  { stride: [1, 2], inputSize: [5, 7] },
  { stride: [2, 2], inputSize: [7, 7] },
  { stride: [3, 2], inputSize: [9, 7] },
  { stride: [2, 3], inputSize: [7, 9] },
  { stride: [3, 3], inputSize: [9, 9] },
  { ...padded([2, 1]), inputSize: [5, 5] },
  { ...padded([1, 2]), inputSize: [5, 5] },
  { ...padded([2, 2]), inputSize: [5, 5] },
  { ...padded([3, 2]), inputSize: [5, 5] },
  { ...padded([2, 3]), inputSize: [5, 5] },
  { ...padded([3, 3]), inputSize: [5, 5] },
  { padding: [1, 0], paddingEnd: [0, 1], inputSize: [5, 5] },
  { kernelSize: [4, 2], inputSize: [6, 5] },
  { kernelSize: [3, 2], inputSize: [5, 5] },
  { kernelSize: [2, 4], inputSize: [4, 7] },
  { dilation: [2, 1], kernelSize: 3, inputSize: [7, 6] },
  { dilation: [1, 2], kernelSize: 3, inputSize: [5, 8] },
  { dilation: [2, 2], kernelSize: 3, inputSize: [7, 8] },
  { dilation: [3, 2], kernelSize: 3, inputSize: [9, 8] },
  { dilation: [2, 3], kernelSize: 3, inputSize: [7, 10] },
  { dilation: [3, 3], kernelSize: 3, inputSize: [9, 10] },
  { groups: 2, inChannels: 4, outChannels: 6 },
  { groups: 3, inChannels: 3, outChannels: 6 },
  { groups: 2, inChannels: 6, outChannels: 6 },
  { kernelSize: 1, stride: [2, 3], padding: 1, paddingEnd: 1, inputSize: [6, 7] },
];

describe('similar problems', () => {
  const all = () => [...similarProblems(tiny(FLAT))];

  test('have one hyperparameter changed, the slightest first', () => {
    expect(firstDifference(all().slice(0, CHANGES.length), made(FLAT, CHANGES))).toBe(-1);
  });

  test('and then every two, the later one in force, and those of a kind of their own', () => {
    const pairs = CHANGES.flatMap((a, i) => CHANGES.slice(i + 1).map((b) => ({ ...a, ...b })));
    const due = [...made(FLAT, pairs), ...specialProblems(tiny(FLAT))];
    expect(firstDifference(all().slice(CHANGES.length), due)).toBe(-1);
  });

  test('of the smaller problem, and of three pixels a window at least', () => {
    const large = tiny({ inputSize: [9, 9], kernelSize: [2, 3], batch: 8 });
    const [first, , , , , , , second] = similarProblems(large);
    expect(first).toEqual(tiny({ inputSize: [5, 6], kernelSize: [2, 3], batch: 3 }));
    // The input has more pixels than three windows need.
    expect(second).toEqual(tiny({ inputSize: [6, 7], kernelSize: [2, 3], batch: 3, stride: [2, 1] }));
  });

  test('have in 1-D the height’s numbers', () => {
    const line: ConvParams = { inputSize: [4], kernelSize: [3] };
    const found = firstSimilar(tiny(line), 33);
    expect(found.slice(2, 4)).toEqual(made(line, [{ inputSize: [4] }, { inputSize: [7] }]));
    expect(found.slice(7, 9)).toEqual(
      made(line, [
        { stride: 2, inputSize: [7] },
        { stride: 1, inputSize: [5] },
      ]),
    );
    expect(found.slice(19, 23)).toEqual(
      made(line, [
        { padding: [1], paddingEnd: [0], inputSize: [5] },
        { kernelSize: [4], inputSize: [6] },
        { kernelSize: [3], inputSize: [5] },
        { kernelSize: [2], inputSize: [4] },
      ]),
    );
  });

  test('have in 3-D a depth like the width', () => {
    const block: ConvParams = { inputSize: [2, 4, 3], kernelSize: [1, 3, 2] };
    const found = firstSimilar(tiny(block), 33);
    expect(found.slice(2, 4)).toEqual(made(block, [{ inputSize: [4, 4, 5] }, { inputSize: [3, 7, 4] }]));
    expect(found[7]).toEqual(tiny({ ...block, stride: [1, 2, 1], inputSize: [3, 7, 5] }));
    expect(found[20]).toEqual(tiny({ ...block, kernelSize: [1, 4, 2], inputSize: [3, 6, 5] }));
    expect(found[32]).toEqual(tiny({ kernelSize: 1, stride: [3, 2, 3], padding: 1, inputSize: [7, 6, 7] }));
  });

  test('have another zero point where they are quantised', () => {
    const bytes: ConvParams = { ...FLAT, dtype: 'uint8', inputZeroPoint: 2 };
    const found = firstSimilar(tiny(bytes), 36);
    expect(found.slice(33, 35)).toEqual(
      made(bytes, [{ inputZeroPoint: 5 }, { inputZeroPoint: 5, padding: 1 }]),
    );
    expect(found[35]).toEqual(tiny({ ...bytes, batch: 3 }));
  });

  test('leave out what makes no problem', () => {
    // A reflected padding of 3 needs 4 pixels, but three windows of one tap are 3.
    const found = firstSimilar(tiny({ inputSize: [1], paddingMode: 'reflect' }), 18).slice(13);
    expect(found.map(({ axes }) => axes[0]?.paddingBegin)).toEqual([2, 1, 2, 2, 1]);
  });

  test('are as many as are asked for, as long as there are', () => {
    expect(firstSimilar(tiny(FLAT), 0)).toEqual([]);
    expect(firstSimilar(tiny(FLAT), 2)).toEqual(all().slice(0, 2));
    expect(firstDifference(firstSimilar(tiny(FLAT), 10_000), all())).toBe(-1);
  });
});

describe('problems of a kind of their own', () => {
  test('are the same in the words of each dimension', () => {
    const sizes = (inputSize: ConvParams['inputSize']) =>
      specialProblems(tiny({ inputSize })).map(({ axes }) =>
        axes.map((axis) => [axis.inputSize, axis.kernelSize, axis.stride, axis.dilation, axis.outputSize]),
      );
    // 9 and 8 pixels, taps of 3 and 4, 3 and 2 apart, at strides of 2 and 3: SAME gives 5 and 3 windows.
    const [h, w] = [
      [9, 3, 2, 3, 5],
      [8, 4, 3, 2, 3],
    ];
    expect(sizes([5])[3]).toEqual([h]);
    expect(sizes([5, 5])[3]).toEqual([h, w]);
    expect(sizes([5, 5, 5])[3]).toEqual([w, h, w]);
    // No output size is said of the first, and strides and dilations of 1 where nothing is.
    expect(sizes([5, 5])[0]).toEqual([
      [4, 3, 1, 1, 2],
      [4, 3, 1, 1, 2],
    ]);
    expect(
      [[5], [5, 5], [5, 5, 5]].map((size) =>
        sizes(size)
          .at(-1)
          ?.map(([pixels]) => pixels),
      ),
    ).toEqual([[67_600], [260, 260], [1, 260, 260]]);
    expect(sizes([5, 5])).toHaveLength(9);
  });

  test('are of two samples unless they say more, and of the problem’s direction, mode, dtype and bias', () => {
    const found = specialProblems(tiny({ inputSize: [5], transposed: true, bias: true, batch: 7 }));
    expect(found.map(({ batch }) => batch)).toEqual([2, 2, 2, 2, 2, 2, 2, 3, 2]);
    expect(found.every(({ transposed, bias }) => transposed && bias)).toBe(true);
    const bytes = specialProblems(tiny({ inputSize: [5], dtype: 'int8', inputZeroPoint: 4 }));
    expect(bytes.every(({ dtype, zeroPoints }) => dtype === 'int8' && zeroPoints.input === 4)).toBe(true);
    expect(bytes.at(-1)).toMatchObject({ inChannels: 1, outChannels: 1, axes: [{ kernelSize: 1 }] });
  });
});
