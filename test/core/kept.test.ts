/**
 * What is kept is frozen, and is not kept of what may change.
 */
import { expect, test } from 'vitest';
import { frozen, keptFor } from '../../src/core/kept.ts';

/** Lists its own contents, anew each time that it is asked. */
const listing = () => keptFor((key: { readonly value: number }) => ({ list: [key.value] }));

test('of a frozen object a result is made once, whatever was asked for in between', () => {
  const list = listing();
  const [a, b] = [Object.freeze({ value: 1 }), Object.freeze({ value: 2 })];
  const made = list(a);
  expect([made, list(b)]).toEqual([{ list: [1] }, { list: [2] }]);
  expect(list(a)).toBe(made);
  expect(() => (made.list as number[]).push(7)).toThrow(TypeError);
});

test('of another the last alone, so that its owner may change it', () => {
  const list = listing();
  const own = { value: 1 };
  const made = list(own);
  expect(list(own)).toBe(made);
  list({ value: 9 });
  own.value = 2;
  expect(list(own)).toEqual({ list: [2] });
  made.list.push(7);
});

test('all that a value holds is frozen, once', () => {
  const held = { lists: [[1], [{ deep: true }]], none: null, name: 'x' };
  expect(frozen(held)).toBe(held);
  const [, [inner]] = held.lists as [number[], [{ deep: boolean }]];
  for (const part of [held, held.lists, held.lists[0], inner]) expect(Object.isFrozen(part)).toBe(true);
  expect([frozen(3), frozen(undefined), frozen(null)]).toEqual([3, undefined, null]);
});
