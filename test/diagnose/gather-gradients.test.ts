/**
 * The terms of a gradient's sums: what each change leaves of them, by hand.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { buildWiring, type Choices } from '../../src/diagnose/build-wiring.ts';
import { areEntriesListed, gatherer } from '../../src/diagnose/gather.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, NONE, type Wiring } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

type Term = readonly [first: number, second: number, times: number];

function termsOf(wiring: Wiring, source: number): Term[] {
  const terms: Term[] = [];
  gatherer(wiring)(source, (...term) => terms.push(term));
  return terms;
}

const changed = (params: ConvParams, change: Change, choices?: Choices) =>
  buildWiring(sizesOf(tiny(params)), [change], choices) as Wiring;

const sorted = (terms: readonly Term[]) => terms.map((term) => term.join()).sort();

// Pixels 0 1 2 of channel 0 and 3 4 5 of channel 1; weights co·4 + c·2 + k; windows 0 1.
const ROW: ConvParams = { inputSize: [3], kernelSize: 2, inChannels: 2, outChannels: 2 };

describe('the sum of a pixel', () => {
  const gradient: ConvParams = { ...ROW, direction: 'grad-input' };
  const at = (change: Change, source = 0, params = gradient, choices?: Choices) =>
    termsOf(changed(params, change, choices), source);

  test('is of taps that reach it, each of both channels', () => {
    expect(sorted(at({}, 4))).toEqual(
      sorted([
        [1, 2, 1],
        [0, 3, 1],
        [3, 6, 1],
        [2, 7, 1],
      ]),
    );
  });

  test('leaves out what is not kept, meets no weight, or reads nothing', () => {
    expect(at({ keeps: () => (k, co) => k === 3 - co }, 4)).toEqual([
      [3, 6, 1],
      [0, 3, 1],
    ]);
    const first = (place: number) =>
      at({ weight: () => (co, c, _kh, kw) => (co + c + kw === 0 ? place : NONE) });
    expect([NONE, -1, 0, 7, 8].map((place) => first(place).map(([, w]) => w))).toEqual([
      [],
      [],
      [0],
      [7],
      [],
    ]);
    expect(at({ input: (input) => (offset) => (offset < 2 ? NONE : input(offset)) })).toEqual([[2, 4, 1]]);
  });

  test('shares its list with wirings of the same columns and windows, and no others', () => {
    const sizes = sizesOf(tiny(gradient));
    const of = (...changes: readonly Change[]) => buildWiring(sizes, changes) as Wiring;
    const [right, weightless] = [of(), of({ weight: () => () => 1 })];
    expect(areEntriesListed(right)).toBe(false);
    const terms = termsOf(right, 4);
    expect(areEntriesListed(right)).toBe(true);
    expect(areEntriesListed(weightless)).toBe(true);
    expect(termsOf(weightless, 4)).toEqual(terms.map(([first, , times]) => [first, 1, times]));
    // Columns that another problem's may equal, of other sizes and other windows.
    for (const other of [
      of({ columns: () => (_n, row) => row }),
      { ...right, window: () => 0 },
      { ...right, sizes: { ...sizes } },
    ]) {
      expect(areEntriesListed(other)).toBe(false);
    }
    // Columns that no other wiring has are listed for it alone, and go with it.
    const own = of({ columns: () => (_n, row) => row });
    termsOf(own, 4);
    expect(areEntriesListed(own)).toBe(false);
    const narrow = { ...right, window: (position: number) => (position === 0 ? 0 : NONE) };
    expect(termsOf(narrow, 4)).toHaveLength(2);
    expect(termsOf(right, 4)).toEqual(terms);
  });

  test('has the gain of the pixel in its channel', () => {
    expect(at({ inputGain: () => (pixel) => 10 + pixel }, 3).map(([, , times]) => times)).toEqual([10, 10]);
    expect(at({ inputGain: () => (pixel) => 10 + pixel }, 5).map(([, , times]) => times)).toEqual([12, 12]);
  });

  test('is of the entries that are written last', () => {
    // Pixel 1 is tap 1 of window 0 and tap 0 of window 1.
    const single = { ...gradient, inChannels: 1, outChannels: 1 };
    expect(at({ written: () => (_n, row) => row }, 1, single)).toEqual([[0, 1, 1]]);
    expect(at({ written: () => (_n, _row, l) => l }, 1, single)).toEqual([[1, 0, 1]]);
    expect(at({ written: () => () => 0 }, 1, single)).toHaveLength(2);
    const asked: (readonly number[])[] = [];
    const samples = { ...gradient, batch: 2, outChannels: 1 };
    at(
      {
        written:
          () =>
          (...entry) =>
            asked.push(entry),
      },
      10,
      samples,
    );
    expect(asked).toEqual([
      [1, 2, 1],
      [1, 3, 0],
    ]);
  });

  test('has nothing where no window is laid out, or beyond the weight’s rows', () => {
    const single = { ...gradient, inChannels: 1, outChannels: 1 };
    const fewer: Change = { axes: ([h, w, d]) => [h, { ...w, windows: 1 }, d] };
    expect([0, 1, 2].map((pixel) => at(fewer, pixel, single, { fit: 'corner' }))).toEqual([
      [[0, 0, 1]],
      [[0, 1, 1]],
      [],
    ]);
    // Rows of the wider kernel: 0 1 2, of which the weight has two.
    const wider: Change = { axes: ([h, w, d]) => [h, { ...w, kernelSize: 3 }, d] };
    expect([0, 1, 2].map((pixel) => at(wider, pixel, single).map(([y, w]) => [y, w]))).toEqual([
      [[0, 0]],
      [
        [1, 0],
        [0, 1],
      ],
      [[1, 1]],
    ]);
  });

  test('meets no weight of the next channel, and no window that is not laid out', () => {
    const double: ConvParams = { ...gradient, inChannels: 1 };
    const wider: Change = { axes: ([h, w, d]) => [h, { ...w, kernelSize: 3 }, d] };
    expect(sorted(at(wider, 2, double))).toEqual(['1,1,1', '3,3,1']);
    const fewer: Change = { axes: ([h, w, d]) => [h, { ...w, windows: 1 }, d], columns: () => () => 0 };
    expect(sorted(at(fewer, 0, double, { fit: 'own' }))).toHaveLength(4);
  });

  test('is of pixels that exist', () => {
    const single = { ...gradient, inChannels: 1, outChannels: 1 };
    const put = (place: number): Change => ({
      columns: () => (_n, row, l) => (row + l === 0 ? place : NONE),
    });
    const found = (place: number) => [0, 1, 2, 3].filter((pixel) => at(put(place), pixel, single).length > 0);
    expect([NONE, -1, 0, 2, 3, Number.NaN].map(found)).toEqual([[], [], [0], [2], [], []]);
    // Where several are put, they come in ascending order.
    const all = at({ columns: () => () => 1 }, 1, single);
    expect(all.map(([y, w]) => [y, w])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
  });

  test('asks for the weight of each tap, in groups', () => {
    const asked: (readonly number[])[] = [];
    const params: ConvParams = {
      inputSize: [2, 3, 4],
      kernelSize: [2, 3, 4],
      inChannels: 4,
      outChannels: 4,
      groups: 2,
      direction: 'grad-input',
    };
    // Pixel (1, 2, 1) of channel 3, the second of the second group.
    at(
      {
        weight:
          () =>
          (...tap) =>
            asked.push(tap),
      },
      3 * 24 + 12 + 8 + 1,
      params,
    );
    expect(asked).toEqual([
      [2, 1, 2, 1, 1],
      [3, 1, 2, 1, 1],
    ]);
  });
});

describe('the sum of a weight', () => {
  const gradient: ConvParams = { ...ROW, direction: 'grad-weight' };
  const at = (change: Change, source = 0, params = gradient, choices?: Choices) =>
    termsOf(changed(params, change, choices), source);

  test('is of each window’s pixel and incoming gradient', () => {
    expect(at({}, 7)).toEqual([
      [4, 2, 1],
      [5, 3, 1],
    ]);
  });

  test('is nothing where it is not kept, or put elsewhere', () => {
    const kept = (source: number) => at({ keeps: () => (k, co) => k === 2 - co }, source).length;
    expect(upTo(8).map(kept)).toEqual([0, 0, 2, 0, 0, 2, 0, 0]);
    const moved: Change = { weight: (weight) => (co, c, kh, kw, kd) => 7 - weight(co, c, kh, kw, kd) };
    expect(at(moved, 0)).toEqual(at({}, 7));
  });

  test('has the padding’s value, and the gain of each pixel of a channel', () => {
    const padded = { ...gradient, padding: 1 };
    const gain: Change = { paddingValue: () => 7, inputGain: () => (pixel) => 10 + pixel };
    expect(at(gain, 2, padded)).toEqual([
      [NONE, 0, 7],
      [3, 1, 10],
      [4, 2, 11],
      [5, 3, 12],
    ]);
  });

  test('is of the windows that are written last', () => {
    const samples = { ...gradient, batch: 2, outChannels: 1 };
    const asked = new Map<string, number>();
    const inTurn: Change = {
      written: () => (n, row, l) => {
        asked.set(`${[n, row, l]}`, 0);
        return n * 10 - l;
      },
    };
    expect(at(inTurn, 3, samples)).toEqual([[6 + 4, 2, 1]]);
    expect([...asked.keys()]).toEqual(['0,3,0', '0,3,1', '1,3,0', '1,3,1']);
    expect(at({ written: () => () => 5 }, 3, samples)).toHaveLength(4);
    // Of the second group.
    const groups = { ...gradient, groups: 2 };
    asked.clear();
    at(inTurn, 3, groups);
    expect([...asked.keys()]).toEqual(['0,3,0', '0,3,1']);
  });

  test('has nothing where no window is laid out', () => {
    const fewer: Change = { axes: ([h, w, d]) => [h, { ...w, windows: 1 }, d] };
    expect(at(fewer, 0, gradient, { fit: 'corner' })).toEqual([[0, 0, 1]]);
  });

  test('asks for the weight of each tap', () => {
    const asked: (readonly number[])[] = [];
    const params: ConvParams = {
      inputSize: [2, 3, 4],
      kernelSize: [2, 3, 4],
      inChannels: 2,
      outChannels: 2,
      direction: 'grad-weight',
    };
    at(
      {
        weight:
          () =>
          (...tap) =>
            asked.push(tap),
      },
      0,
      params,
    );
    expect(asked.reverse()).toEqual(
      upTo(96).map((k) => [
        Math.floor(k / 48),
        Math.floor(k / 24) % 2,
        Math.floor(k / 4) % 3,
        k % 4,
        Math.floor(k / 12) % 2,
      ]),
    );
  });
});
