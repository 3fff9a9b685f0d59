/**
 * A change that hands its stage back says that it changes nothing there. It is held to that by the taps of every element.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { elementCount, sameShape } from '../../src/core/shape.ts';
import { variantsAt } from '../../src/diagnose/applies.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { sameTapsAt } from '../../src/diagnose/taps.ts';
import type { Stage } from '../../src/diagnose/wiring.ts';
import { anyProblems } from './any-problems.ts';

/** What `compareWiring` looks at before it looks at stages. */
const SETTLED: readonly Stage[] = ['axes', 'raises', 'shape'];

/** The mistakes that hand back, in some variant, all that they would change; each is held to the taps of every element. */
function handedBackAt(problem: Problem): string[] {
  const sizes = sizesOf(problem);
  const right = rightWiring(problem);
  const elements = Array.from({ length: elementCount(right.shape) }, (_, element) => element);
  return MISTAKES.filter(
    (mistake) =>
      variantsAt(mistake, sizes).filter(({ change }) => {
        const wiring = buildWiring(sizes, [change]);
        if (wiring === undefined || wiring.raises !== undefined) return false;
        const named = (Object.keys(change) as Stage[]).filter((stage) => !SETTLED.includes(stage));
        if (named.length === 0 || named.some((stage) => wiring.replaced.has(stage))) return false;
        if (wiring.axes !== sizes.right || !sameShape(wiring.shape, right.shape)) return false;
        expect(sameTapsAt(right, wiring, elements), mistake.id).toBe(true);
        return true;
      }).length > 0,
  ).map(({ id }) => id);
}

test('a mistake that hands back all that it would change gives the right output', () => {
  fc.assert(
    fc.property(anyProblems(), (problem) => {
      handedBackAt(problem);
    }),
    { numRuns: 80 },
  );
});

test.each([
  [
    'one sample',
    'mb1ic3ih5iw6oc5kh2kw3',
    ['batch-mixed-by-reshape', 'batch-first-sample-only', 'nchw-flattened-as-nhwc-rows'],
  ],
  [
    'one tap on each pixel',
    'mb2ic3ih5iw6oc5kh1kw1',
    [
      'columns-kernel-major-vs-channel-major',
      'tensor-unfold-without-permute',
      'fold-with-conv-kernel-on-output',
      'fold-divides-conv-output',
      'kernel-flipped',
      'kernel-flipped-one-axis',
      'weight-full-axis-reversal',
      'output-row-pitch-ignored',
    ],
  ],
  [
    'one channel on either side',
    'mb2ic1ih9iw8oc1kh2kw1',
    ['input-read-as-nhwc', 'output-viewed-not-transposed', 'output-channels-reversed'],
  ],
  [
    'one window',
    'mb2ic3ih2iw3oc5kh2kw3',
    ['columns-viewed-not-transposed', 'l-axis-column-major', 'output-viewed-not-transposed'],
  ],
  [
    'whole blocks',
    'mb2ic3ih9iw9oc16kh2kw2',
    ['batch-tail', 'tail-k-dropped', 'tail-oc-dropped', 'tail-rows-dropped', 'tail-over-write'],
  ],
])('with %s these do, and with two samples, taps, channels and windows none', (_, token, ids) => {
  expect(handedBackAt(describeProblem(token))).toEqual(expect.arrayContaining(ids));
  const large = handedBackAt(describeProblem('mb5ic7ih9iw13oc7kh5kw5ph1pw1'));
  expect(large.filter((id) => ids.includes(id))).toEqual([]);
});
