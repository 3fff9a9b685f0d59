/**
 * Memory that was given back is used again, once, and never while it is anybody's.
 */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { giveBack, keepSpare, takeSpare } from '../../src/core/spare.ts';
import { unwritten, zeros } from '../../src/core/tensor.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

afterAll(() => keepSpare(0));

/** Takes what is there, so that each test begins with nothing. */
beforeEach(() => {
  keepSpare(64 * MIB);
  for (let bytes = 64 * KIB; bytes <= 64 * MIB; bytes *= 2) while (takeSpare(bytes) !== undefined);
});

test('there is none but what was given back, and each is taken once', () => {
  expect(takeSpare(MIB)).toBeUndefined();
  const array = new Float64Array(MIB / 8);
  giveBack(array, array, new Uint32Array(array.buffer, 8, 2));
  expect(takeSpare(MIB)).toBe(array.buffer);
  expect(takeSpare(MIB)).toBeUndefined();
});

test('the smallest that is large enough is taken, but none of more than four times the size', () => {
  const sizes = [4, 1, 2].map((size) => new Uint8Array(size * MIB));
  giveBack(...sizes);
  expect(takeSpare(MIB + 1)?.byteLength).toBe(2 * MIB);
  expect(takeSpare(MIB + 1)?.byteLength).toBe(4 * MIB);
  expect(takeSpare(MIB + 1)).toBeUndefined();
  expect(takeSpare(MIB / 4 - 1)).toBeUndefined();
  expect(takeSpare(MIB / 4)?.byteLength).toBe(MIB);
});

test('small memory is not kept, and of all no more than was said, the latest', () => {
  giveBack(new Uint8Array(64 * KIB - 1));
  expect(takeSpare(64 * KIB - 1)).toBeUndefined();
  const [first, ...others] = [16, 17, 18, 19].map((size) => new Uint8Array(size * MIB));
  giveBack(first!, ...others);
  expect(takeSpare(16 * MIB)).toBe(others[0]!.buffer);
  expect(takeSpare(16 * MIB)).toBe(others[1]!.buffer);
  expect(takeSpare(16 * MIB)).toBe(others[2]!.buffer);
  expect(takeSpare(16 * MIB)).toBeUndefined();
});

test('what is larger than all that is kept drives nothing out', () => {
  const small = new Uint8Array(MIB);
  giveBack(small, new Uint8Array(64 * MIB + 1));
  expect(takeSpare(64 * MIB)).toBeUndefined();
  expect(takeSpare(MIB)).toBe(small.buffer);
  const all = new Uint8Array(64 * MIB);
  giveBack(all);
  expect(takeSpare(64 * MIB)).toBe(all.buffer);
});

test('a program that does not say how much keeps 2^27 bytes', () => {
  keepSpare();
  const all = new Uint8Array(2 ** 27);
  giveBack(all, new Uint8Array(2 ** 27 + 1));
  expect(takeSpare(2 ** 27)).toBe(all.buffer);
  expect(takeSpare(2 ** 27)).toBeUndefined();
});

test('a program that has not said so keeps nothing', () => {
  keepSpare(0);
  giveBack(new Uint8Array(MIB));
  expect(takeSpare(MIB)).toBeUndefined();
});

test('memory that is shared with other threads is not kept', () => {
  giveBack(new Float32Array(new SharedArrayBuffer(MIB)));
  expect(takeSpare(MIB)).toBeUndefined();
});

test.each(['float32', 'float64'] as const)(
  'a tensor of zeros is one in memory that held others: %s',
  (dtype) => {
    const used = zeros(dtype, [64, 1024]);
    used.data.fill(7);
    giveBack(used.data);
    const again = zeros(dtype, [60, 1000]);
    expect(again.data.buffer).toBe(used.data.buffer);
    expect(again.data).toEqual(zeros(dtype, [60, 1000]).data);
    expect(again.data).toHaveLength(60_000);
  },
);

test('one that will be written to holds what was there, of its own length', () => {
  const used = zeros('float64', [64, 1024]);
  used.data.fill(7);
  giveBack(used.data);
  const { data } = unwritten('float32', [32, 1025]);
  expect(data.buffer).toBe(used.data.buffer);
  expect(data).toHaveLength(32 * 1025);
  expect(unwritten('float32', [2, 3]).data).toEqual(new Float32Array(6));
});
