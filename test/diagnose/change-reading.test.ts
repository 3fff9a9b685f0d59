/**
 * Changes of what is read: each map by hand on a plane of 3×4, or a matrix of few elements.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import {
  addressedWhere,
  clamp,
  HWCN,
  HWIO,
  HWOI,
  IOHW,
  inputAt,
  inputShapeOf,
  jumping,
  jumpingPointer,
  kernelMajor,
  located,
  mirror,
  modulo,
  NHWC,
  OHWI,
  OIWH,
  outputShapeOf,
  PERMUTATIONS,
  packedVariants,
  paddedBy,
  readPermuted,
  storePermuted,
  TRANSPOSED_WITH_SIZE,
  tapFrom,
  weightAt,
  weightShapeOf,
  within,
} from '../../src/diagnose/change-reading.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { caseOf } from './evaluated.ts';
import { tiny, upTo } from './tiny.ts';

const PLANE: ConvParams = {
  inputSize: [3, 4],
  kernelSize: [2, 3],
  stride: [2, 1],
  padding: [1, 2],
  dilation: [1, 2],
};
const wiringOf = (params: ConvParams, change: Change) => caseOf(params, change, {}).wiring;

test('indices are within, clamped, modulo or mirrored', () => {
  expect([-1, 0, 2, 3].map((i) => within(i, 3))).toEqual([false, true, true, false]);
  expect([-2, 0, 1, 2, 5].map((i) => clamp(i, 3))).toEqual([0, 0, 1, 2, 2]);
  expect([-4, -3, -1, 0, 2, 3, 7].map((i) => modulo(i, 3))).toEqual([2, 0, 2, 0, 2, 0, 1]);
  expect([-2, -1, 0, 2, 3, 4].map((i) => mirror(i, 3, 0))).toEqual([2, 1, 0, 2, 1, 0]);
  expect([-2, -1, 0, 2, 3, 4].map((i) => mirror(i, 3, 1))).toEqual([1, 0, 0, 2, 2, 1]);
});

describe('a pixel', () => {
  test('is chosen by the place of its tap', () => {
    const { pixel } = wiringOf(
      PLANE,
      located((ih, iw, { IW }) => ih * 100 + iw * 10 + IW),
    );
    expect([pixel(0, 0, 0, 0), pixel(1, 2, 1, 1)]).toEqual([-100 - 20 + 4, 200 + 30 + 4]);
  });

  test('or by its flat address, where it is let through', () => {
    const { pixel } = wiringOf(
      PLANE,
      addressedWhere((ih, _iw, { IH }) => ih < IH - 1),
    );
    expect([pixel(0, 0, 0, 0), pixel(1, 2, 0, 1), pixel(1, 2, 1, 1)]).toEqual([-6, 3, NONE]);
  });

  test('or by an index of each axis, where that exists', () => {
    const volume: ConvParams = { inputSize: [3, 3, 3], kernelSize: 1, padding: 2 };
    const { pixel, depth } = wiringOf(
      volume,
      paddedBy((i, size) => (i < 0 ? i + size + 1 : i)),
    );
    // Positions −2 … 4 are read at 2, 3 (none), 0, 1, 2, 3 (none), 4 (none).
    const due = [2, NONE, 0, 1, 2, NONE, NONE];
    expect(upTo(7).map((o) => depth(0, o))).toEqual(due);
    expect(upTo(7).map((o) => pixel(0, 0, 2, o))).toEqual(due);
    expect(upTo(7).map((o) => pixel(0, 0, o, 2))).toEqual(due.map((row) => row * 3));
  });

  test('of a jumping offset: the step to the next row is short by the kernel’s last gap', () => {
    const { sizes, axes } = wiringOf(PLANE, {});
    // Rows are 8 wide: a jump of 8 − 5 + 6 = 9, so that each kernel row starts one column late.
    const padded = jumping(sizes, axes, true);
    expect([padded(0, 0, 0, 2), padded(0, 1, 1, 0), padded(1, 0, 0, 2), padded(1, 1, 0, 1)]).toEqual([
      NONE,
      4 + 0,
      1,
      2,
    ]);
    expect([padded(1, 2, 0, 0), padded(1, 2, 0, 1), padded(1, 2, 1, 0)]).toEqual([3, NONE, 8 + 3]);
    // In the input itself they are 4 wide: a jump of 5.
    const own = jumping(sizes, axes, false);
    expect([own(0, 0, 0, 0), own(1, 1, 0, 0), own(1, 2, 1, 1), own(0, 2, 1, 0)]).toEqual([NONE, 1, NONE, 6]);
    const pointer = jumpingPointer(sizes, axes);
    expect([pointer(0, 0, 0, 0), pointer(1, 2, 1, 1)]).toEqual([-6, 4 - 1 + 5 + 4]);
  });
});

describe('a weight', () => {
  test('is taken from another tap, at the depth that is due unless told', () => {
    const volume: ConvParams = { inputSize: [4, 4, 4], kernelSize: [4, 3, 2], inChannels: 2, outChannels: 2 };
    const mirrored = wiringOf(
      volume,
      tapFrom(({ kH, kW }, kh, kw) => [kH - 1 - kh, kW - 1 - kw]),
    );
    expect(mirrored.weight(1, 1, 0, 1, 3)).toBe(72 + 18 + 2 * 2 + 0);
    const all = wiringOf(
      volume,
      tapFrom(({ kD }, kh, kw, kd) => [kh, kw, kD - 1 - kd]),
    );
    expect(all.weight(1, 1, 0, 1, 3)).toBe(72 + 1);
  });

  test('of transposed size has windows of that kernel', () => {
    const { axes, weight } = wiringOf({ inputSize: [5, 5], kernelSize: [2, 3] }, TRANSPOSED_WITH_SIZE);
    expect(axes.map(({ kernelSize, windows }) => [kernelSize, windows])).toEqual([
      [3, 3],
      [2, 4],
      [1, 1],
    ]);
    // Tap kh·kW + kw of rows of kH: the right weight's (kw', kh').
    expect([weight(0, 0, 0, 1, 0), weight(0, 0, 1, 0, 0), weight(0, 0, 1, 2, 0)]).toEqual([3, 4, 5]);
  });

  test('or the input is read at another offset of its memory', () => {
    const params: ConvParams = { inputSize: [4], kernelSize: 2 };
    expect(
      wiringOf(
        params,
        weightAt(
          ({ kW }) =>
            (offset) =>
              offset * 10 + kW,
        ),
      ).weight(0, 0, 0, 1, 0),
    ).toBe(12);
    expect(
      wiringOf(
        params,
        inputAt(
          ({ IW }) =>
            (offset) =>
              offset * 10 + IW,
        ),
      ).input(3),
    ).toBe(34);
  });
});

test('rows in kernel-major order are those of the channel-major blocks', () => {
  // Two blocks of 2 channels with 3 taps: row tap·2 + c is row c·3 + tap.
  const columns = kernelMajor((n, row, l) => n * 1000 + row * 10 + l, 6, 2);
  expect(upTo(12).map((row) => columns(1, row, 5))).toEqual(
    [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11].map((row) => 1005 + row * 10),
  );
});

describe('an order of axes', () => {
  test('reads what was permuted as if it were not', () => {
    // [[0, 1, 2], [3, 4, 5]] transposed is 0 3 1 4 2 5.
    expect(upTo(6).map(readPermuted([2, 3], [1, 0]))).toEqual([0, 3, 1, 4, 2, 5]);
    // (2, 3, 4) by (2, 0, 1): y[k][i][j] = x[i][j][k].
    expect(readPermuted([2, 3, 4], [2, 0, 1])(3 * 6 + 1 * 3 + 2)).toBe(12 + 8 + 3);
  });

  test('or stores it so', () => {
    expect(upTo(6).map(storePermuted([2, 3], [1, 0]))).toEqual([0, 2, 4, 1, 3, 5]);
    expect(storePermuted([2, 3, 4], [2, 0, 1])(12 + 8 + 3)).toBe(3 * 6 + 1 * 3 + 2);
  });

  test('is named by its letters', () => {
    const named = (letters: string, order: readonly number[]) => order.map((axis) => letters[axis]).join('');
    expect([OHWI, HWIO, HWOI, OIWH, IOHW].map((order) => named('OIDHW', order))).toEqual([
      'ODHWI',
      'DHWIO',
      'DHWOI',
      'OIDWH',
      'IODHW',
    ]);
    expect([NHWC, HWCN].map((order) => named('NCDHW', order))).toEqual(['NDHWC', 'CDHWN']);
  });

  test('is one of 22 others, its depth before its height', () => {
    expect(new Set(PERMUTATIONS.map(String)).size).toBe(22);
    expect(PERMUTATIONS).toContainEqual([1, 0, 2, 3, 4]);
    expect(PERMUTATIONS).toContainEqual([4, 2, 3, 1, 0]);
    expect(PERMUTATIONS).not.toContainEqual([0, 1, 2, 3, 4]);
    expect(PERMUTATIONS).not.toContainEqual([0, 1, 4, 2, 3]);
  });

  test('is noted as a plane has it', () => {
    const change: Change = {};
    const asked: (readonly number[])[] = [];
    const variants = packedVariants([NHWC, IOHW], (order) => {
      asked.push(order);
      return change;
    });
    expect(variants).toEqual([
      { note: 'permuted by (0, 2, 3, 1)', change },
      { note: 'permuted by (1, 0, 2, 3)', change },
    ]);
    expect(asked).toEqual([NHWC, IOHW]);
  });
});

test('shapes always have a depth', () => {
  const sizes = sizesOf(
    tiny({
      ...PLANE,
      batch: 2,
      inChannels: 4,
      outChannels: 6,
      groups: 2,
      stride: 1,
      padding: 2,
      dilation: 1,
    }),
  );
  expect(inputShapeOf(sizes)).toEqual([2, 4, 1, 3, 4]);
  expect(weightShapeOf(sizes)).toEqual([6, 2, 1, 2, 3]);
  expect(outputShapeOf(sizes)).toEqual([2, 6, 1, 6, 6]);
});
