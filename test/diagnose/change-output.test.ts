/**
 * Changes of what is written, by hand: offsets in the product that each place takes its sum from.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import {
  CHANNELS_LAST_VIEWED,
  channelFrom,
  columnMajor,
  columnsBelow,
  foldedWithKernel,
  foldRaises,
  outputFlat,
  outputFrom,
  pitched,
  rolled,
  termsBelow,
  wholeBlocks,
  windowsBelow,
  writtenWhere,
} from '../../src/diagnose/change-output.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { caseOf } from './evaluated.ts';
import { tiny, upTo } from './tiny.ts';

/** Two samples of three channels of 2×3×4. */
const VOLUME: ConvParams = { inputSize: [2, 3, 4], outChannels: 3, batch: 2 };
const PLANE: ConvParams = { inputSize: [2, 3], outChannels: 2 };

/** Where each element of the output, row-major, comes from. */
function sourcesOf(params: ConvParams, change: Change): number[] {
  const { wiring } = caseOf(params, change, {});
  return upTo(wiring.shape.reduce((count, size) => count * size, 1)).map((element) =>
    wiring.output(...wiring.placeAt(element)),
  );
}

describe('an output element', () => {
  test('is taken from another place, at the depth that is due unless told', () => {
    const { output } = caseOf(
      VOLUME,
      outputFrom(() => (n, co, oh, ow) => [n, co, ow - 1, oh + 1]),
      {},
    ).wiring;
    expect(output(1, 2, 1, 2, 1)).toBe((3 + 2) * 24 + 12 + 4 + 2);
    const front = outputFrom(({ OD }) => (n, co, oh, ow, od) => [n, co, oh, ow, OD - 1 - od]);
    expect(caseOf(VOLUME, front, {}).wiring.output(0, 0, 0, 1, 0)).toBe(13);
    expect(
      caseOf(
        VOLUME,
        outputFrom(() => () => undefined),
        {},
      ).wiring.output(0, 0, 0, 0, 0),
    ).toBe(NONE);
  });

  test('or by its flat offset', () => {
    const backwards = outputFlat(
      ({ N, C_out, L }) =>
        (offset) =>
          N * C_out * L - 1 - offset,
    );
    expect(sourcesOf(VOLUME, backwards)).toEqual(upTo(144).reverse());
  });

  test('or from another channel', () => {
    const reversed = channelFrom(({ C_out }, co) => C_out - 1 - co);
    expect(sourcesOf(PLANE, reversed)).toEqual([6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]);
  });

  test('or from (L, C_out) seen as (C_out, L)', () => {
    // Offset o is channel o mod 2 of window o div 2.
    expect(sourcesOf(PLANE, CHANNELS_LAST_VIEWED)).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
  });

  test('or where it stands if columns come first', () => {
    const at = columnMajor(sizesOf(tiny(PLANE)));
    // (ow, oh) of 3×2 seen as (oh, ow): l → (l mod 2)·3 + l div 2.
    expect(upTo(12).map(at)).toEqual([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
  });

  test('or is not written', () => {
    const some = writtenWhere(
      ({ OW }) =>
        (_n, co, _oh, ow) =>
          co === 1 && ow < OW - 1,
    );
    expect(sourcesOf(PLANE, some)).toEqual([...Array(6).fill(NONE), 6, 7, NONE, 9, 10, NONE]);
  });

  test('or rolled in, nothing behind', () => {
    const single = { ...PLANE, outChannels: 1 };
    expect(sourcesOf(single, rolled(1, 1))).toEqual([NONE, NONE, NONE, NONE, 0, 1]);
    expect(sourcesOf(single, rolled(-1, -1))).toEqual([4, 5, NONE, NONE, NONE, NONE]);
  });

  test('of a gradient, too, is not rolled in from the row or channel beside', () => {
    const gradient: ConvParams = { inputSize: [2, 3], inChannels: 2, direction: 'grad-input' };
    const both = (plane: readonly number[]) => [...plane, ...plane.map((offset) => offset + 6)];
    expect(sourcesOf(gradient, rolled(1, 1))).toEqual(both([NONE, NONE, NONE, NONE, 0, 1]));
    expect(sourcesOf(gradient, rolled(-1, -1))).toEqual(both([4, 5, NONE, NONE, NONE, NONE]));
  });

  test('or a pitch apart', () => {
    const at = pitched(sizesOf(tiny(PLANE)), (oh, ow) => oh * 4 + ow - 1);
    expect([at(0, 1, 0, 0, 0), at(0, 1, 0, 1, 0), at(0, 1, 1, 2, 0), at(0, 1, 1, 1, 0)]).toEqual([
      undefined,
      [0, 1, 0, 0],
      [0, 1, 1, 2],
      [0, 1, 1, 1],
    ]);
    expect(at(0, 1, 2, 0, 0)).toBeUndefined();
    expect(pitched(sizesOf(tiny(PLANE)), () => 6)(0, 0, 0, 0, 0)).toBeUndefined();
  });
});

describe('what is cut off', () => {
  test('is what fills no block', () => {
    expect([0, 3, 4, 7, 8].map((size) => wholeBlocks(size, 4))).toEqual([0, 0, 4, 4, 8]);
    const { keeps } = caseOf({ inputSize: [7], kernelSize: 7 }, termsBelow(4), {}).wiring;
    expect(upTo(7).map((k) => keeps?.(k, 0))).toEqual([true, true, true, true, false, false, false]);
  });

  // Two groups of one row, three windows: entries 0 1 2 and 3 4 5.
  const groups: ConvParams = { inputSize: [3], inChannels: 2, outChannels: 2, groups: 2 };
  const read = (change: Change) => {
    const { columns } = caseOf(groups, change, {}).wiring;
    return upTo(6).map((entry) => columns(0, Math.floor(entry / 3), entry % 3));
  };

  test('is beyond the number of entries modulo so many', () => {
    expect(read(columnsBelow(7))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(read(columnsBelow(6))).toEqual(Array(6).fill(NONE));
    expect(read(columnsBelow(4))).toEqual([0, 1, NONE, NONE, NONE, NONE]);
  });

  test('or of windows', () => {
    expect(read(windowsBelow(4))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(read(windowsBelow(3))).toEqual(Array(6).fill(NONE));
    expect(read(windowsBelow(2))).toEqual([0, NONE, NONE, 3, NONE, NONE]);
  });
});

describe('fold with the convolution’s parameters', () => {
  const fold = (params: ConvParams) => foldRaises(sizesOf(tiny(params)));

  test('raises where channels or windows do not fit', () => {
    expect(fold({ inputSize: [4], kernelSize: 2, outChannels: 3 })).toBe(
      'F.fold: C_out = 3 is not a multiple of kH·kW = 2',
    );
    expect(fold({ inputSize: [2, 3, 2], kernelSize: [2, 3, 2], outChannels: 5 })).toBe(
      'F.fold: C_out = 5 is not a multiple of kH·kW = 12',
    );
    // 3 windows, of which kernels of 2 over 3 make 2.
    expect(fold({ inputSize: [4], kernelSize: 2, outChannels: 4 })).toBe(
      'F.fold: L = 3, but these parameters have 2 windows',
    );
    expect(fold({ inputSize: [3, 4], kernelSize: [1, 2], outChannels: 2 })).toBe(
      'F.fold: L = 9, but these parameters have 3·2 windows',
    );
    expect(fold({ inputSize: [2, 2], outChannels: 2 })).toBeUndefined();
    expect(fold({ inputSize: [3], kernelSize: 3, padding: 1, outChannels: 3 })).toBeUndefined();
  });

  test('adds the rows of a channel wherever their tap stands', () => {
    const params = { inputSize: [3], kernelSize: 3, padding: 1, outChannels: 6, batch: 2 };
    const products = foldedWithKernel(sizesOf(tiny(params)));
    // Tap k of window l stands at l + k − 1; rows are 3 long, 6 in a sample.
    expect(products(0, 0, 0, 0, 0)).toEqual([1, 3]);
    expect(products(0, 0, 0, 1, 0)).toEqual([2, 4, 6]);
    expect(products(1, 1, 0, 2, 0)).toEqual([18 + 9 + 3 + 2, 18 + 9 + 6 + 1]);
  });

  test('steps by strides and dilations, on each axis', () => {
    const strided = foldedWithKernel(
      sizesOf(tiny({ inputSize: [9], kernelSize: 2, stride: 2, dilation: 2, outChannels: 2 })),
    );
    // 4 windows over 9, of which 4 outputs hold one: tap k of window l stands at 2·l + 2·k.
    expect([0, 1, 2].map((ow) => strided(0, 0, 0, ow, 0))).toEqual([[0], [], [4]]);
    const volume = foldedWithKernel(sizesOf(tiny({ inputSize: [2, 3, 4], outChannels: 2 })));
    expect(volume(0, 1, 2, 3, 1)).toEqual([24 + 12 + 2 * 4 + 3]);
  });
  test('and all that a scatter of the windows puts there', () => {
    const params: ConvParams = {
      inputSize: [6, 7, 8],
      kernelSize: [2, 3, 2],
      stride: [1, 2, 1],
      padding: [1, 1, 0],
      dilation: [2, 1, 3],
      outChannels: 24,
    };
    const sizes = sizesOf(tiny(params));
    const products = foldedWithKernel(sizes);
    // Outputs 6×4×5; windows over these 6×2×2.
    const due = new Map<string, number[]>();
    for (const tap of upTo(12)) {
      const [kd, kh, kw] = [Math.floor(tap / 6), Math.floor(tap / 2) % 3, tap % 2];
      for (const l of upTo(24)) {
        const [ld, lh, lw] = [Math.floor(l / 4), Math.floor(l / 2) % 2, l % 2];
        const place = `${[2 * lh + kh - 1, lw + 3 * kw, ld + 2 * kd - 1]}`;
        due.set(place, [...(due.get(place) ?? []), (12 + tap) * 120 + l]);
      }
    }
    for (const at of upTo(120)) {
      const [oh, ow, od] = [Math.floor(at / 5) % 4, at % 5, Math.floor(at / 20)];
      expect(products(0, 1, oh, ow, od)).toEqual(due.get(`${[oh, ow, od]}`) ?? []);
    }
    expect(foldRaises(sizes)).toBe('F.fold: L = 120, but these parameters have 6·2·2 windows');
  });

  test('raises where no window is left', () => {
    // One output on each axis, over which kernels of 3 have −1 windows: the product of both is L.
    const none = { inputSize: [3, 3], kernelSize: 3, outChannels: 9 };
    expect(foldRaises(sizesOf(tiny(none)))).toBe('F.fold: L = 1, but these parameters have -1·-1 windows');
  });
});
