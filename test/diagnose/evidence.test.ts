import { expect, test } from 'vitest';
import { evidenceNeeded, evidenceOf } from '../../src/diagnose/evidence.ts';

test('integers stand one apart: a match within ±b of ±m is one chance in (2m + 1)/(2b + 1)', () => {
  expect(evidenceOf(0, 63.5, true)).toBe(7); // 1 / 128
  expect(evidenceOf(1.5, 63.5, true)).toBe(5); // 4 / 128
  expect(evidenceOf(0, 0, true)).toBe(0);
});

test('values of size S spread over ±S, of which the bound lets a share through', () => {
  expect(evidenceOf(1, 1024, false)).toBe(10);
  expect(evidenceOf(4, 1024, false)).toBe(8);
});

test('a bound as large as the values proves nothing, and never less than nothing', () => {
  expect(evidenceOf(5, 5, false)).toBe(0);
  expect(evidenceOf(50, 5, false)).toBe(0);
});

test('nothing of size 0 proves anything, with or without a bound', () => {
  expect([evidenceOf(0, 0, false), evidenceOf(1, 0, false), evidenceOf(0, 0, true)]).toEqual([0, 0, 0]);
});

test('no element proves more than the 24 bits of a float32', () => {
  expect(evidenceOf(0, 1, false)).toBe(24);
  expect(evidenceOf(2 ** -30, 1, false)).toBe(24);
  expect(evidenceOf(2 ** -23, 1, false)).toBe(23);
});

test.each([
  [Number.NaN, 1],
  [Infinity, 1],
  [0, Number.NaN],
  [0, Infinity],
])('what is not finite is one class of two: bound %d, size %d', (bound, magnitude) => {
  expect(evidenceOf(bound, magnitude, false)).toBe(1);
  expect(evidenceOf(bound, magnitude, true)).toBe(1);
});

test('a name takes ten bits more than the hypotheses tried could give by chance', () => {
  expect([1, 2, 1024].map(evidenceNeeded)).toEqual([10, 11, 20]);
  expect(evidenceNeeded(0)).toBe(10);
});
