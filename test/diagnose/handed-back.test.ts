/**
 * A change that hands its stage back says that it changes nothing there. It is held to that by the taps of every element.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementCount, sameShape } from '../../src/core/shape.ts';
import { variantsAt } from '../../src/diagnose/applies.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { columnMajor } from '../../src/diagnose/change-output.ts';
import { AS_IS, readPermuted, storePermuted } from '../../src/diagnose/change-reading.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { sameTapsAt } from '../../src/diagnose/taps.ts';
import type { Stage } from '../../src/diagnose/wiring.ts';
import { anyProblems } from './any-problems.ts';
import { tiny } from './tiny.ts';

/** What `compareWiring` looks at before it looks at stages. */
const SETTLED: readonly Stage[] = ['axes', 'raises', 'shape'];

test('a mistake that hands back all that it would change gives the right output', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyProblems(), (problem) => {
      const sizes = sizesOf(problem);
      const right = rightWiring(problem);
      const elements = Array.from({ length: elementCount(right.shape) }, (_, element) => element);
      for (const mistake of MISTAKES) {
        for (const { change } of variantsAt(mistake, sizes)) {
          const wiring = buildWiring(sizes, [change]);
          if (wiring === undefined || wiring.raises !== undefined) continue;
          const named = (Object.keys(change) as Stage[]).filter((stage) => !SETTLED.includes(stage));
          if (named.length === 0 || named.some((stage) => wiring.replaced.has(stage))) continue;
          if (wiring.axes !== sizes.right || !sameShape(wiring.shape, right.shape)) continue;
          seen.add(mistake.id);
          expect(sameTapsAt(right, wiring, elements), mistake.id).toBe(true);
        }
      }
    }),
    { numRuns: 150 },
  );
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'batch-first-sample-only',
      'batch-mixed-by-reshape',
      'columns-kernel-major-vs-channel-major',
      'kernel-flipped',
      'loop-bound-wraps',
      'output-view-ow-oh',
      'output-viewed-not-transposed',
      'tail-k-dropped',
      'tail-oc-dropped',
      'tail-over-write',
      'tail-rows-dropped',
      'tensor-unfold-without-permute',
    ]),
  );
});

describe('a map of offsets is handed back as it is', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 });
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });

  test.each([
    ['read', readPermuted],
    ['stored', storePermuted],
  ])('where axes are permuted as they are %s, exactly where no element moves', (_, permuted) => {
    fc.assert(
      fc.property(shapes, orders, (shape, order) => {
        const map = permuted(shape, order);
        const offsets = Array.from({ length: elementCount(shape) }, (_unused, offset) => offset);
        expect(map === AS_IS).toBe(offsets.every((offset) => map(offset) === offset));
      }),
      { numRuns: 500 },
    );
  });

  test('where the output has one row or one column', () => {
    const isHandedBack = (inputSize: number[]) => columnMajor(sizesOf(tiny({ inputSize }))) === AS_IS;
    expect(
      [
        [1, 3],
        [3, 1],
        [2, 2],
      ].map(isHandedBack),
    ).toEqual([true, true, false]);
  });
});
