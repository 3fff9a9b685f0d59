import { describe, expect, it } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import { describeProblem } from '../../src/core/layer.ts';
import {
  isCountable,
  mostCoveredPixel,
  overlapMap,
  overlapPerAxis,
  uncoveredPixels,
} from '../../src/core/overlap.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { thrownBy } from './thrown.ts';

function mapOf(layer: string, beside: ConvParams = {}): number[][] {
  return overlapMap(overlapPerAxis(describeProblem(layer, beside)));
}

describe('the overlap map', () => {
  it.each<[string, ConvParams, number[][]]>([
    ['mb1ic1ih1oc1kh3ph1', {}, [[1]]],
    [
      'mb1ic1ih3oc1kh3ph1',
      {},
      [
        [4, 6, 4],
        [6, 9, 6],
        [4, 6, 4],
      ],
    ],
    [
      'mb1ic1ih4oc1kh2sh2',
      {},
      [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
      ],
    ],
    [
      'mb1ic1ih3oc1kh1sh2',
      {},
      [
        [1, 0, 1],
        [0, 0, 0],
        [1, 0, 1],
      ],
    ],
    ['mb1ic1ih5iw1oc1kh3kw1', {}, [[1], [2], [3], [2], [1]]],
    ['mb1ic1ih1iw5oc1kh1kw2dw1', {}, [[1, 1, 2, 1, 1]]],
    ['mb1ic1ih1iw4oc1kh1kw1', { padding: [0, -1] }, [[0, 1, 1, 0]]],
    ['mb1ic1ih1iw4oc1kh1kw2', { padding: [0, 0], paddingEnd: [0, -2] }, [[1, 1, 0, 0]]],
    ['mb1ic1ih1iw3oc1kh1kw2', { padding: [0, 0], paddingEnd: [0, 1] }, [[1, 2, 2]]],
    ['mb1ic1ih1iw2oc1kh1kw1', { padding: [0, 3] }, [[1, 1]]],
  ])('of %s, %j', (layer, beside, expected) => {
    expect(mapOf(layer, beside)).toEqual(expected);
  });

  it('has a row per input row and a column per input column', () => {
    const map = mapOf('mb1ic1ih4iw7oc1kh2kw3');
    expect([map.length, map[0]?.length]).toEqual([4, 7]);
    expect(map[1]).toEqual([2, 4, 6, 6, 6, 4, 2]);
  });

  it('is one row in 1-D, and the middle plane in 3-D', () => {
    expect(mapOf('mb1ic1iw5oc1kw3sw2')).toEqual([[1, 1, 2, 1, 1]]);
    expect(mapOf('mb1ic1id3ih2iw3oc1kd2kh1kw2')).toEqual([
      [2, 4, 2],
      [2, 4, 2],
    ]);
  });

  it('counts what padding reads again', () => {
    expect(mapOf('mb1ic1iw4oc1kw3', { padding: 1, paddingMode: 'reflect' })).toEqual([[2, 4, 4, 2]]);
    expect(mapOf('mb1ic1iw3oc1kw1', { padding: 2, paddingMode: 'replicate' })).toEqual([[3, 1, 3]]);
    expect(mapOf('mb1ic1iw3oc1kw3', { padding: 1, paddingMode: 'circular' })).toEqual([[3, 3, 3]]);
  });

  it('is refused on an axis too long to count on, not left to run out of memory', () => {
    for (const layer of ['mb1ic1ih1iw16777217oc1kh1kw1sw16777217', 'mb1ic1ih1iw8388608oc1kh1kw3pw1']) {
      const error = thrownBy(() => mapOf(layer));
      expect(error.code).toBe('too-large');
      expect(error.message).toContain('is too long to count overlaps on');
    }
  });
});

describe('an axis is countable', () => {
  const problem = describeProblem('mb1ic1ih3oc1kh1');
  const most = 2 ** 24;
  /** Of a problem whose width is this axis. */
  const countable = (width: Partial<Axis>): boolean =>
    isCountable({ ...problem, axes: [problem.axes[0] as Axis, { ...(problem.axes[1] as Axis), ...width }] });

  it('up to 2^24 pixels, what is padded on counted and what is cropped not', () => {
    expect(countable({ inputSize: most })).toBe(true);
    expect(countable({ inputSize: most + 1 })).toBe(false);
    expect(countable({ inputSize: most - 2, paddingBegin: 1, paddingEnd: 1 })).toBe(true);
    expect(countable({ inputSize: most - 2, paddingBegin: 3, paddingEnd: -1 })).toBe(false);
    expect(countable({ inputSize: most - 2, paddingBegin: -1, paddingEnd: 3 })).toBe(false);
    expect(countable({ inputSize: most, paddingBegin: -2, paddingEnd: -2 })).toBe(true);
  });

  it('up to 2^24 taps', () => {
    expect(countable({ outputSize: 2 ** 12, kernelSize: 2 ** 12 })).toBe(true);
    expect(countable({ outputSize: 2 ** 12, kernelSize: 2 ** 12 + 1 })).toBe(false);
  });
});

it('of no axes there is no map, of one a single row', () => {
  expect([overlapMap([]), overlapMap([[1, 2]])]).toEqual([[], [[1, 2]]]);
});
describe('the pixels that no window reads', () => {
  const uncovered = (layer: string, most: number) =>
    uncoveredPixels(overlapPerAxis(describeProblem(layer)), most);

  it('are named in row-major order, as many as are asked for', () => {
    expect(uncovered('mb1ic1ih3oc1kh1sh2', 9)).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    expect(uncovered('mb1ic1ih3oc1kh1sh2', 2)).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(uncovered('mb1ic1ih3oc1kh2', 9)).toEqual([]);
    expect(uncovered('mb1ic1iw5oc1kw2sw3', 9)).toEqual([[2]]);
  });

  it('are those that have a 0 in the map', () => {
    const axes = overlapPerAxis(describeProblem('mb1ic1id4ih5iw3oc1kd1kh2kw1sd2sh3sw2'));
    const zeros = [0, 1, 2, 3].flatMap((d) =>
      [0, 1, 2, 3, 4].flatMap((h) => [0, 1, 2].map((w) => [d, h, w] as const)),
    );
    const expected = zeros.filter((pixel) => pixel.some((position, a) => axes[a]?.[position] === 0));
    expect(uncoveredPixels(axes, 100)).toEqual(expected);
  });

  it('and the one that most of them read is the first such', () => {
    expect(mostCoveredPixel(overlapPerAxis(describeProblem('mb1ic1ih5oc1kh3sh2')))).toEqual([2, 2]);
    expect(mostCoveredPixel(overlapPerAxis(describeProblem('mb1ic1ih4oc1kh2')))).toEqual([1, 1]);
  });
});
