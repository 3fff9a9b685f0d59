/**
 * Which taps, pixels and windows meet.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { type Reference, referenceOf } from '../../src/diagnose/reference.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { tiny, upTo } from './tiny.ts';

/** Where `is` holds on a grid of d, h, w, as `is` names them: h, w, d. */
function places(
  [D, H, W]: readonly [number, number, number],
  is: (h: number, w: number, d: number) => boolean,
): string[] {
  return upTo(D).flatMap((d) =>
    upTo(H).flatMap((h) => upTo(W).flatMap((w) => (is(h, w, d) ? [`${d} ${h} ${w}`] : []))),
  );
}

/** Places on the three axes, all with all. */
const all = (d: readonly number[], h: readonly number[], w: readonly number[]) =>
  d.flatMap((a) => h.flatMap((b) => w.map((c) => `${a} ${b} ${c}`)));

const referenceTo = (params: ConvParams): Reference => referenceOf(tiny(params));

describe('what takes part', () => {
  test('is what is met on each axis', () => {
    // Depth: one pixel under the middle of three taps, in the only window. Height: taps 0 and 1 of
    // windows at −1 and 1 on 2 pixels. Width: windows at 0 and 2 of one tap on 4 pixels.
    const reference = referenceTo({
      inputSize: [1, 2, 4],
      kernelSize: [3, 2, 1],
      stride: [1, 2, 2],
      padding: [1, 1, 0],
      paddingEnd: [1, 1, 0],
    });
    expect(reference.isPadded).toBe(true);
    expect(places([3, 2, 1], reference.isLive)).toEqual(all([1], [0, 1], [0]));
    expect(places([1, 2, 4], reference.isRead)).toEqual(all([0], [0, 1], [0, 2]));
    expect(places([1, 2, 2], reference.isReading)).toEqual(all([0], [0, 1], [0, 1]));
  });

  test('leaves out windows that stand in the padding alone', () => {
    const reference = referenceTo({ inputSize: [1, 1, 2], padding: [1, 0, 1] });
    expect(places([3, 1, 4], reference.isReading)).toEqual(all([1], [0], [1, 2]));
    expect(places([1, 1, 2], reference.isRead)).toEqual(all([0], [0], [0, 1]));
  });

  test.each([0, 1, 2])('is nothing where one axis, here %i, has all its taps in the padding', (axis) => {
    const onAxis = (there: number, elsewhere: number) => upTo(3).map((a) => (a === axis ? there : elsewhere));
    const reference = referenceTo({
      inputSize: onAxis(1, 2),
      kernelSize: onAxis(2, 1),
      dilation: onAxis(2, 1),
      padding: onAxis(1, 0),
    });
    expect(places([2, 2, 2], reference.isLive)).toEqual([]);
    expect(places([2, 2, 2], reference.isRead)).toEqual([]);
    expect(places([2, 2, 2], reference.isReading)).toEqual([]);
  });

  test('is everything where padding reads again', () => {
    const reference = referenceTo({ inputSize: [2], kernelSize: 3, padding: 1, paddingMode: 'circular' });
    expect(reference.isPadded).toBe(false);
    expect(places([1, 1, 3], reference.isLive)).toEqual(all([0], [0], [0, 1, 2]));
    expect(places([1, 1, 2], reference.isRead)).toEqual(all([0], [0], [0, 1]));
  });

  test('has no place beyond the sizes', () => {
    const { isLive, isRead, isReading, isPadded } = referenceTo({ inputSize: [2] });
    expect(isPadded).toBe(false);
    expect([isLive(0, 1, 0), isRead(0, 2, 0), isReading(0, 0, 1), isRead(-1, 0, 0)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

test.each([0, 1, 2])('padding on axis %i alone is padding', (axis) => {
  const padding = upTo(3).map((a) => (a === axis ? 1 : 0));
  expect(referenceTo({ inputSize: [2, 2, 2], kernelSize: 2, padding }).isPadded).toBe(true);
});

test('has the sizes and the right wiring of its problem, and 2^21 entries to spend', () => {
  const problem = tiny({ inputSize: [3], kernelSize: 2 });
  const { sizes, right, budget } = referenceOf(problem);
  expect(sizes).toEqual(sizesOf(problem));
  expect(right.shape).toEqual([1, 1, 2]);
  expect(budget).toEqual({ left: 2_097_152 });
});
