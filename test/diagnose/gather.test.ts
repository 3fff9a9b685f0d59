/**
 * The terms of each sum: against loops over taps where nothing is changed, and by hand where something is.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { gatherer } from '../../src/diagnose/gather.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, NONE, type Wiring } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

type Term = readonly [first: number, second: number, times: number];

const UNEQUAL: ConvParams = {
  batch: 2,
  inChannels: 4,
  outChannels: 6,
  groups: 2,
  inputSize: [3, 5, 4],
  kernelSize: [2, 3, 2],
  stride: [1, 2, 2],
  padding: [1, 0, 1],
};
// Windows 4×2×3.
const [CI, CO, VOLUME, TAPS, L] = [4, 6, 60, 12, 24];

function termsOf(wiring: Wiring, source: number): Term[] {
  const terms: Term[] = [];
  gatherer(wiring)(source, (...term) => terms.push(term));
  return terms;
}

const changed = (params: ConvParams, change: Change) =>
  buildWiring(sizesOf(tiny(params)), [change]) as Wiring;

/** Offsets of pixel (NONE in the padding), weight and window of every tap, in the order n, co, c, kd, kh, kw, l. */
function tapsOf(): (readonly [number, number, number])[] {
  const taps: [number, number, number][] = [];
  for (const n of upTo(2))
    for (const co of upTo(CO))
      for (const c of upTo(2))
        for (const [kd, kh, kw] of upTo(TAPS).map(
          (k) => [Math.floor(k / 6), Math.floor(k / 2) % 3, k % 2] as const,
        ))
          for (const l of upTo(L)) {
            const [od, oh, ow] = [Math.floor(l / 6), Math.floor(l / 3) % 2, l % 3];
            const [d, h, w] = [od + kd - 1, 2 * oh + kh, 2 * ow + kw - 1];
            const isInside = d >= 0 && d < 3 && w >= 0 && w < 4;
            const channel = Math.floor(co / 3) * 2 + c;
            taps.push([
              isInside ? (n * CI + channel) * VOLUME + (d * 5 + h) * 4 + w : NONE,
              (co * 2 + c) * TAPS + (kd * 3 + kh) * 2 + kw,
              (n * CO + co) * L + l,
            ]);
          }
  return taps;
}

const sorted = (terms: readonly Term[]) => terms.map((term) => term.join()).sort();

describe('where nothing is changed', () => {
  const taps = tapsOf();
  const by = (end: 0 | 1 | 2) => {
    const groups = new Map<number, (typeof taps)[number][]>();
    for (const tap of taps) {
      const own = groups.get(tap[end]);
      if (own === undefined) groups.set(tap[end], [tap]);
      else own.push(tap);
    }
    return groups;
  };

  test('a window sums pixel by weight, the padding as 0, k ascending', () => {
    const gather = gatherer(rightWiring(tiny(UNEQUAL)));
    for (const [source, own] of by(2)) {
      const terms: Term[] = [];
      gather(source, (...term) => terms.push(term));
      expect(terms).toEqual(own.map(([x, w]) => [x, w, x === NONE ? 0 : 1]));
    }
  });

  test('a pixel sums incoming gradient by weight', () => {
    const gather = gatherer(rightWiring(tiny({ ...UNEQUAL, direction: 'grad-input' })));
    const due = by(0);
    for (const source of upTo(2 * CI * VOLUME)) {
      const terms: Term[] = [];
      gather(source, (...term) => terms.push(term));
      expect(sorted(terms)).toEqual(sorted((due.get(source) ?? []).map(([, w, y]) => [y, w, 1])));
    }
  });

  test('a weight sums pixel by incoming gradient, n and windows ascending', () => {
    const gather = gatherer(rightWiring(tiny({ ...UNEQUAL, direction: 'grad-weight' })));
    for (const [source, own] of by(1)) {
      const terms: Term[] = [];
      gather(source, (...term) => terms.push(term));
      expect(terms).toEqual(own.map(([x, , y]) => [x, y, x === NONE ? 0 : 1]));
    }
  });
});

// Pixels 0 1 2 of channel 0 and 3 4 5 of channel 1; weights co·4 + c·2 + k; windows 0 1.
const ROW: ConvParams = { inputSize: [3], kernelSize: 2, inChannels: 2, outChannels: 2 };

describe('the sum of a window', () => {
  const at = (change: Change, source = 0, params = ROW) => termsOf(changed(params, change), source);

  test('leaves out what is not kept', () => {
    expect(at({ keeps: () => (k, co) => k === 2 - co })).toEqual([[3, 2, 1]]);
    expect(at({ keeps: () => (k, co) => k === 2 - co }, 3)).toEqual([[2, 5, 1]]);
  });

  test('and what meets no weight that exists', () => {
    const places = [NONE, -1, 0, 7, 8, Number.NaN];
    const due = [[], [], [0], [7], [], []];
    const found = places.map((place) =>
      at({ weight: () => (_co, c, _kh, kw) => (c + kw === 0 ? place : NONE) }).map(([, w]) => w),
    );
    expect(found).toEqual(due);
  });

  test('has the padding’s value, and the gain of each pixel of a channel', () => {
    const padded = { ...ROW, padding: 1, inChannels: 1, outChannels: 1 };
    expect(at({ paddingValue: () => 7, inputGain: () => (pixel) => 10 + pixel }, 0, padded)).toEqual([
      [NONE, 0, 7],
      [0, 1, 10],
    ]);
    const gains = at({ inputGain: () => (pixel) => 10 + pixel }, 1);
    expect(gains).toEqual([
      [1, 0, 11],
      [2, 1, 12],
      [4, 2, 11],
      [5, 3, 12],
    ]);
  });

  test('ends with the fewer of the weight’s rows and the columns’', () => {
    const kernel = (kernelSize: number): Change => ({
      axes: ([h, w, d]) => [h, { ...w, kernelSize, windows: 1 }, d],
    });
    // As rows of the column matrix: 0 1 2 3 4 5 | weights 0 1 2 3, and 0 3 | weights 0 1 2 3.
    expect(at(kernel(3))).toEqual([0, 1, 2, 3].map((k) => [k, k, 1]));
    expect(at(kernel(1))).toEqual([
      [0, 0, 1],
      [3, 1, 1],
    ]);
  });

  test('asks for the weight of each tap', () => {
    const asked: (readonly number[])[] = [];
    const params = { inputSize: [2, 3, 4], kernelSize: [2, 3, 4], inChannels: 2 };
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
    expect(asked).toEqual(
      upTo(48).map((k) => [0, Math.floor(k / 24), Math.floor(k / 4) % 3, k % 4, Math.floor(k / 12) % 2]),
    );
  });
});

test('where each term belongs is found out once, at the first sum', () => {
  let calls = 0;
  const counting: Change = {
    columns: (columns) => (n, row, l) => {
      calls++;
      return columns(n, row, l);
    },
  };
  const gather = gatherer(changed({ ...ROW, direction: 'grad-input' }, counting));
  expect(calls).toBe(0);
  for (const pixel of [0, 1, 2]) gather(pixel, () => {});
  expect(calls).toBe(8);
});

test('gains are those of a pixel of a volume, in every direction', () => {
  const volume: ConvParams = { inputSize: [2, 3, 4], inChannels: 2 };
  const gain: Change = { inputGain: () => (pixel) => 10 + pixel };
  // Pixel 17 of the second channel.
  expect(termsOf(changed(volume, gain), 17)[1]).toEqual([41, 1, 27]);
  expect(termsOf(changed({ ...volume, direction: 'grad-input' }, gain), 41)).toEqual([[17, 1, 27]]);
  expect(termsOf(changed({ ...volume, direction: 'grad-weight' }, gain), 1)[17]).toEqual([41, 17, 27]);
});
