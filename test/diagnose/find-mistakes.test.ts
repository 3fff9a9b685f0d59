import { expect, test } from 'vitest';
import { findMistakes, nearestIds } from '../../src/diagnose/find-mistakes.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';

const found = (...words: string[]) => findMistakes(words).map(({ id }) => id);

test('an id alone is that mistake; beside another word it is a word', () => {
  expect(found('kernel-flipped')).toEqual(['kernel-flipped']);
  expect(found('kernel-flipped', 'axis')).toEqual(['kernel-flipped-one-axis']);
});

test('words may stand in any case, anywhere in id, family, title or cause, and all must', () => {
  for (const { id, family, title, cause } of MISTAKES) {
    for (const text of [family, title, cause]) expect(found(text.toUpperCase())).toContain(id);
  }
  expect(found('bias', 'walrus')).toEqual([]);
  expect(found('tf32', 'walrus')).toEqual([]);
  expect(found()).toEqual(MISTAKES.map(({ id }) => id));
});

test.each([
  ['kernel-fliped', 'kernel-flipped'],
  ['KERNEL FLIPPED', 'kernel-flipped'],
  ['bias-droped', 'bias-dropped'],
  ['batch-mixd-by-reshape', 'batch-mixed-by-reshape'],
  ['flipped', 'kernel-flipped'],
])('for %s, %s is offered first', (typed, meant) => {
  expect(nearestIds(typed)[0]).toBe(meant);
});

test('at most three are offered, the nearest first, and none that is too far', () => {
  expect(nearestIds('bias')).toHaveLength(3);
  expect(nearestIds('zzzzz-qqqqq')).toEqual([]);
  expect(nearestIds('')).toEqual([]);
  expect(nearestIds('---')).toEqual([]);
});

test('of ids with the same words, the shortest are offered first, whatever stands around the words', () => {
  const withBias = MISTAKES.map(({ id }) => id).filter((id) => id.split('-').includes('bias'));
  // From "bias" to each is as many letters as the id is longer.
  const shortest = withBias.sort((a, b) => a.length - b.length).slice(0, 3);
  expect(withBias.length).toBeGreaterThan(3);
  expect(nearestIds('bias')).toEqual(shortest);
  expect(nearestIds('--bias--')).toHaveLength(3);
});

test('two letters of five may differ, and three not', () => {
  expect(nearestIds('tf3xx')).toEqual(['tf32-inputs']);
  expect(nearestIds('tfxxx')).not.toContain('tf32-inputs');
});
