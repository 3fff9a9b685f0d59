/**
 * Four words at a time draw the same stream as one.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactMagnitude } from '../../src/core/numerics.ts';
import { randomTensors, symmetricRange } from '../../src/core/random-tensors.ts';
import { type Arena, createArena } from '../../src/kernels/arena.ts';
import { fastRandomTensors, isDrawn } from '../../src/kernels/random-tensors.ts';

// 624 words are drawn at a time, and 8192 values copied: sizes on either side of both.
const sizes = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 600, max: 650 }),
    fc.integer({ min: 8180, max: 17000 }),
  ),
  {
    minLength: 1,
    maxLength: 5,
  },
);

test.each(['float32', 'float64'] as const)(
  '%s tensors, one after the other, are those of the plain generator',
  (dtype) => {
    const seeds = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    const terms = fc.integer({ min: 1, max: 2 ** 20 });
    fc.assert(
      fc.property(fc.constantFrom('uniform', 'integer'), seeds, sizes, terms, (fill, seed, counts, n) => {
        const range = symmetricRange(exactMagnitude(dtype, n));
        const arena = createArena() as Arena;
        const fast = fastRandomTensors(fill, seed, arena);
        const plain = randomTensors(fill, seed);
        for (const count of counts) {
          // Memory that is given out in between may move what was.
          arena.allocate(2 ** 17);
          expect(fast(dtype, [count], range)).toEqual(plain(dtype, [count], range));
        }
      }),
      { numRuns: 60 },
    );
  },
);

test('integers of quantised dtypes, whose ranges have no middle', () => {
  const range = { low: -128, count: 256, without: -7 };
  const fast = fastRandomTensors('integer', 3, createArena() as Arena);
  const plain = randomTensors('integer', 3);
  expect(fast('int8', [5000], range)).toEqual(plain('int8', [5000], range));
});

test('what has its own bits is left to the plain generator', () => {
  expect(isDrawn('uniform', 'float32')).toBe(true);
  expect(isDrawn('integer', 'uint8')).toBe(true);
  expect(isDrawn('uniform', 'float16')).toBe(false);
  expect(isDrawn('normal', 'float32')).toBe(false);
  expect(isDrawn('ones', 'float32')).toBe(false);
});
