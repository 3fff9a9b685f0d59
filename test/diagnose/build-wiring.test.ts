/**
 * The right wiring, stage by stage against loops over taps.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { rawCount, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { NONE } from '../../src/diagnose/wiring.ts';
import { tiny } from './tiny.ts';

const UNEQUAL: ConvParams = {
  batch: 2,
  inChannels: 4,
  outChannels: 6,
  groups: 2,
  inputSize: [4, 6, 9],
  kernelSize: [3, 4, 2],
  stride: [1, 2, 3],
  padding: [1, 0, 1],
  dilation: [1, 1, 2],
};

/** Calls `visit` with every combination of numbers below the extents. */
function each(
  extents: readonly number[],
  visit: (...at: number[]) => void,
  at: readonly number[] = [],
): void {
  const [extent, ...rest] = extents;
  if (extent === undefined) visit(...at);
  else for (let i = 0; i < extent; i++) each(rest, visit, [...at, i]);
}

describe('the right wiring', () => {
  test('reads the pixel of every tap, nothing in the padding', () => {
    const { columns, L, rows } = rightWiring(tiny(UNEQUAL));
    expect([L, rows]).toEqual([4 * 2 * 3, 2 * 3 * 4 * 2]);
    // n, channel; kd, kh, kw; od, oh, ow
    each([2, 4, 3, 4, 2, 4, 2, 3], (n, c, kd, kh, kw, od, oh, ow) => {
      const [d, h, w] = [od! + kd! - 1, 2 * oh! + kh!, 3 * ow! + 2 * kw! - 1];
      const isInside = d >= 0 && d < 4 && h < 6 && w >= 0 && w < 9;
      const row = ((c! * 3 + kd!) * 4 + kh!) * 2 + kw!;
      const due = isInside ? (((n! * 4 + c!) * 4 + d) * 6 + h) * 9 + w : NONE;
      const read = columns(n!, row, (od! * 2 + oh!) * 3 + ow!);
      if (read !== due) expect({ at: [n, c, kd, kh, kw, od, oh, ow], read }).toEqual(due);
    });
  });

  test('and of a plane without depth the same', () => {
    const { columns } = rightWiring(tiny({ inputSize: [2, 3], inChannels: 2, batch: 2, kernelSize: [2, 1] }));
    expect([columns(0, 0, 0), columns(0, 1, 2), columns(1, 3, 1)]).toEqual([0, 5, 6 + 12 + 4]);
  });

  test.each([
    ['one plane of depth, padded', { inputSize: [1, 2, 2], kernelSize: [1, 1, 1], padding: [1, 0, 0] }],
    ['a kernel of depth', { inputSize: [1, 2, 2], kernelSize: [3, 1, 1], padding: [1, 0, 0] }],
    ['windows of one tap apart', { inputSize: [3, 2, 2], kernelSize: 1, stride: [3, 1, 1] }],
    ['a depth that one window reads', { inputSize: [2, 2, 2], kernelSize: [2, 1, 1] }],
  ] as const)('looks at the depth where there is %s', (_, params) => {
    const [kernelDepth] = typeof params.kernelSize === 'number' ? [1] : params.kernelSize;
    const begin = 'padding' in params ? params.padding[0] : 0;
    const { columns, L } = rightWiring(tiny(params));
    each([kernelDepth, L], (kd, l) => {
      const d = Math.floor(l! / 4) + kd! - begin;
      expect(columns(0, kd!, l!)).toBe(d >= 0 && d < params.inputSize[0] ? d * 4 + (l! % 4) : NONE);
    });
  });

  test('looks at the depth where one window of one tap is left of it', () => {
    const { columns } = rightWiring(
      tiny({ inputSize: [2, 2, 2], padding: [-1, 0, 0], paddingEnd: [0, 0, 0] }),
    );
    expect([0, 1, 2, 3].map((l) => columns(0, 0, l))).toEqual([4, 5, 6, 7]);
  });

  test('has weights, biases, outputs and planes row-major', () => {
    const right = rightWiring(tiny({ ...UNEQUAL, bias: true }));
    expect(right.shape).toEqual([2, 6, 4, 2, 3]);
    expect(right.weight(3, 1, 2, 1, 2)).toBe(3 * 48 + 24 + 2 * 8 + 2 * 2 + 1);
    expect(right.plane(1, 1, 1)).toBe(7);
    expect(right.bias(1, 4, 0, 1, 2)).toBe(4);
    expect(right.output(1, 4, 1, 2, 3)).toBe((6 + 4) * 24 + 3 * 6 + 3 + 2);
    expect(right.incoming(1, 4, 5)).toBe((6 + 4) * 24 + 5);
    expect(right.window(5)).toBe(5);
    expect(right.input(5)).toBe(5);
    expect([right.pixel(1, 1, 0, 2), right.depth(0, 0), right.depth(2, 1)]).toEqual([16, NONE, 2]);
    expect(right.pixel(0, 1, 1, 0)).toBe(2 * 9 + 1);
    expect(right.placeAt(23 + 24 * 7)).toEqual([1, 1, 1, 2, 3]);
  });

  test('changes nothing beside', () => {
    expect(rightWiring(tiny({ inputSize: [3] }))).toMatchObject({
      paddingValue: 0,
      inputGain: undefined,
      keeps: undefined,
      written: undefined,
      biasTimes: 1,
      biasJoins: 'product',
      alsoAdds: undefined,
      outputGain: undefined,
      arithmetic: undefined,
      raises: undefined,
    });
    expect(rightWiring(tiny({ inputSize: [3] })).bias(0, 0, 0, 1, 0)).toBe(NONE);
  });

  test('writes gradients row-major in their own sizes', () => {
    const input = rightWiring(tiny({ ...UNEQUAL, direction: 'grad-input' }));
    expect(input.shape).toEqual([2, 4, 4, 6, 9]);
    expect(input.output(1, 3, 4, 7, 2)).toBe((4 + 3) * 216 + 2 * 54 + 4 * 9 + 7);
    expect(input.plane(1, 1, 2)).toBe(6 + 3 + 2);
    expect(input.columns(1, 2 * 24 + 8 + 1, 3)).toBe((4 + 2) * 216 + 2 * 9 + 1);
    each([2, 6, 24], (n, co, l) => expect(input.incoming(n!, co!, l!)).toBe((n! * 6 + co!) * 24 + l!));
    const weight = rightWiring(tiny({ ...UNEQUAL, direction: 'grad-weight' }));
    expect(weight.shape).toEqual([6, 2, 3, 4, 2]);
    expect(weight.output(5, 1, 3, 1, 2)).toBe((5 * 2 + 1) * 24 + 2 * 8 + 3 * 2 + 1);
    expect(weight.incoming(1, 4, 5)).toBe((6 + 4) * 24 + 5);
  });

  test('sums as many elements as come of it', () => {
    const counts = (['forward', 'grad-input', 'grad-weight'] as const).map((direction) =>
      rawCount(rightWiring(tiny({ ...UNEQUAL, direction }))),
    );
    expect(counts).toEqual([2 * 6 * 24, 2 * 4 * 216, 6 * 48]);
  });
});
