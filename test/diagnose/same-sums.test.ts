/**
 * Which sums of the right wiring are one polynomial.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { rightWiring } from '../../src/diagnose/build-wiring.ts';
import { gatherer } from '../../src/diagnose/gather.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { sameSums } from '../../src/diagnose/same-sums.ts';
import { NONE } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

const same = (params: ConvParams, a: number, b: number) => sameSums(referenceOf(tiny(params)), a, b);

/** Pairs a < b of the first `count` sums that are one polynomial. */
const pairs = (params: ConvParams, count: number) => {
  const reference = referenceOf(tiny(params));
  return upTo(count).flatMap((a) =>
    upTo(count).flatMap((b) => (a < b && sameSums(reference, a, b) ? [`${a} ${b}`] : [])),
  );
};

/** Two pixels under one tap; the outermost of four windows are in the padding. */
const OUTSIDE: ConvParams = { inputSize: [2], padding: 1 };

describe('sums of the forward direction', () => {
  test('are the same in one channel where they read the same', () => {
    expect(pairs(OUTSIDE, 4)).toEqual(['0 3']);
    expect(pairs({ ...OUTSIDE, bias: true }, 4)).toEqual(['0 3']);
    // One pixel under all three windows, by another tap each; by the only tap.
    const once: ConvParams = { inputSize: [1], padding: 1, paddingMode: 'replicate' };
    expect(pairs(once, 3)).toEqual(['0 1', '0 2', '1 2']);
    expect(pairs({ ...once, kernelSize: 2, paddingMode: 'zeros' }, 2)).toEqual([]);
  });

  test('are compared at every tap of their own group', () => {
    // Windows of two channels and two taps: the first tap of both reads the edge again.
    const twice: ConvParams = {
      inputSize: [2],
      kernelSize: 2,
      padding: [2],
      paddingEnd: [0],
      paddingMode: 'replicate',
    };
    // At −2 and −1, at −1 and 0, at 0 and 1.
    expect(pairs(twice, 3)).toEqual(['0 1']);
    const grouped = { ...twice, inChannels: 4, outChannels: 4, groups: 2 };
    expect(pairs(grouped, 12)).toEqual(['0 1', '3 4', '6 7', '9 10']);
  });

  test('of two channels are the same where both are empty and have no bias', () => {
    const channels: ConvParams = { ...OUTSIDE, outChannels: 2 };
    expect(pairs(channels, 8)).toEqual(['0 3', '0 4', '0 7', '3 4', '3 7', '4 7']);
    expect(pairs({ ...channels, bias: true }, 8)).toEqual(['0 3', '4 7']);
  });

  test('of two samples are the same where both are empty', () => {
    expect(pairs({ ...OUTSIDE, batch: 2 }, 8)).toEqual(['0 3', '0 4', '0 7', '3 4', '3 7', '4 7']);
    expect(pairs({ ...OUTSIDE, batch: 2, bias: true, inputSize: [1], padding: 0 }, 2)).toEqual([]);
  });
});

describe('no sum at all', () => {
  test('is an empty one without a bias', () => {
    expect([0, 1, 2, 3].map((sum) => same(OUTSIDE, NONE, sum))).toEqual([true, false, false, true]);
    expect([0, 1, 2, 3].map((sum) => same(OUTSIDE, sum, NONE))).toEqual([true, false, false, true]);
    expect(same({ ...OUTSIDE, bias: true }, NONE, 0)).toBe(false);
    expect(same(OUTSIDE, NONE, NONE)).toBe(true);
    expect(same({ ...OUTSIDE, bias: true }, NONE, NONE)).toBe(true);
  });
});

describe('sums of a gradient', () => {
  test('of the input are the same where no window reads their pixels', () => {
    // Pixels 1 and 3 of each channel are between the windows.
    const gaps: ConvParams = { direction: 'grad-input', inputSize: [4], stride: 2, inChannels: 2 };
    expect(pairs(gaps, 8)).toEqual(['1 3', '1 5', '1 7', '3 5', '3 7', '5 7']);
  });

  test('of a transposed convolution with a bias are so within a channel', () => {
    // Its output has 2 channels of 4.
    const gaps: ConvParams = {
      transposed: true,
      inputSize: [2],
      outputPadding: 1,
      stride: 2,
      outChannels: 2,
    };
    expect(pairs({ ...gaps, bias: true }, 8)).toEqual(['1 3', '5 7']);
    expect(pairs(gaps, 8)).toEqual(['1 3', '1 5', '1 7', '3 5', '3 7', '5 7']);
  });

  test('of the weight are the same where their taps read nothing', () => {
    // The middle of three taps is over the only pixel.
    const single: ConvParams = { direction: 'grad-weight', inputSize: [1], kernelSize: 3, padding: 1 };
    expect(pairs(single, 3)).toEqual(['0 2']);
    expect(pairs({ ...single, outChannels: 2 }, 6)).toEqual(['0 2', '0 3', '0 5', '2 3', '2 5', '3 5']);
  });
});

test.each<ConvParams>([
  { ...OUTSIDE, outChannels: 2, batch: 2 },
  { direction: 'grad-input', inputSize: [3, 2], kernelSize: [1, 2], stride: [2, 1], padding: [0, 1] },
  { direction: 'grad-weight', inputSize: [1, 2], kernelSize: [3, 2], padding: [1, 0] },
  { inputSize: [1, 1, 2], padding: [1, 0, 1], inChannels: 2 },
])('sums are the same exactly where their terms are: %j', (params) => {
  const problem = tiny(params);
  const wiring = rightWiring(problem);
  const gather = gatherer(wiring);
  const terms = wiring.shape.reduce((count, size) => count * size, 1);
  const told = upTo(terms).map((source) => {
    const list: string[] = [];
    gather(source, (x, y, times) => {
      if (times !== 0 && x !== NONE) list.push(`${y}·${x}`);
    });
    return list.sort().join(' ');
  });
  const due = told.flatMap((a, i) => told.flatMap((b, j) => (i < j && a === b ? [`${i} ${j}`] : [])));
  expect(due.length).toBeGreaterThan(0);
  expect(pairs(params, terms)).toEqual(due);
});
