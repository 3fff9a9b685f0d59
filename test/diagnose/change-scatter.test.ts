/**
 * Changes of what is added up on the way back, by hand.
 */
import { describe, expect, test } from 'vitest';
import {
  canvas,
  corner,
  lastTap,
  lastWindow,
  lostBehind,
  naturalSize,
} from '../../src/diagnose/change-scatter.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { caseOf } from './evaluated.ts';

const VOLUME = {
  inputSize: [4, 5, 6],
  kernelSize: [1, 2, 3],
  padding: [1, 0, 1],
  inChannels: 4,
  outChannels: 2,
  groups: 2,
};
const wiringOf = (change: Change) => caseOf({ ...VOLUME, direction: 'grad-input' }, change, {}).wiring;

test('entries are written window by window, or tap by tap', () => {
  const wiring = wiringOf({});
  // 12 rows in each of two groups, 6·4·6 windows.
  expect(lastWindow(wiring)(1, 5, 7)).toBe(7 * 24 + 5);
  expect(lastTap(wiring)(1, 5, 7)).toBe(5 * 144 + 7);
});

test('the shortest input of so many windows', () => {
  const axis = { inputSize: 99, kernelSize: 3, stride: 2, dilation: 4, begin: 1, end: 2, windows: 5 };
  // Windows from 0 to 8, each 9 long.
  expect(naturalSize(axis)).toBe(17 - 3);
  expect(naturalSize({ ...axis, begin: 20 })).toBe(0);
});

describe('what stands behind an end', () => {
  const lost = wiringOf(lostBehind(({ inputSize }) => inputSize - 2));

  test('is lost, on each axis', () => {
    // Height below 3, width below 4, depth below 2.
    expect([lost.pixel(0, 0, 2, 1), lost.pixel(1, 0, 2, 1), lost.pixel(0, 0, 3, 1)]).toEqual([
      12,
      NONE,
      NONE,
    ]);
    expect([lost.pixel(0, 0, 0, 4), lost.pixel(0, 2, 0, 2), lost.pixel(0, 2, 0, 3)]).toEqual([3, 3, NONE]);
    expect([0, 1, 2, 3].map((od) => lost.depth(0, od))).toEqual([NONE, 0, 1, NONE]);
  });
});

test('the padded gradient: its corner, or all of it', () => {
  const of = (change: Change) =>
    wiringOf(change).axes.map(({ inputSize, begin, end, windows }) => [inputSize, begin, end, windows]);
  expect(of({})).toEqual([
    [5, 0, 0, 4],
    [6, 1, 1, 6],
    [4, 1, 1, 6],
  ]);
  expect(of(corner)).toEqual([
    [5, 0, 0, 4],
    [6, 0, 1, 6],
    [4, 0, 1, 6],
  ]);
  expect(of(canvas)).toEqual([
    [5, 0, 0, 4],
    [8, 0, 0, 6],
    [6, 0, 0, 6],
  ]);
});
