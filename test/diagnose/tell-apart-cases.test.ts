/**
 * Which problem tells ways apart, on ways made by hand that part only where it is said here.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { buildWiring } from '../../src/diagnose/build-wiring.ts';
import { type Hypothesis, waysOf } from '../../src/diagnose/hypothesis.ts';
import { firstSimilar } from '../../src/diagnose/similar.ts';
import { type Sizes, sizesOf } from '../../src/diagnose/sizes.ts';
import { differ, tellApart } from '../../src/diagnose/tell-apart.ts';
import type { Change, Wiring } from '../../src/diagnose/wiring.ts';
import { lineOf, madeUp, reading } from './hand-made.ts';

describe('two wirings differ', () => {
  const wiring = (change: Change, length = 4) => buildWiring(sizesOf(lineOf(length)), [change]) as Wiring;
  const right = wiring({});
  const at = (place: number) => reading((i) => (i === place ? 0 : i));

  test('where one gives no output and the other does', () => {
    expect([differ(undefined, right), differ(right, undefined), differ(undefined, undefined)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('by their shape, or by what stands in some element', () => {
    const shorter = wiring({ shape: () => [1, 1, 1, 1, 3] });
    expect([differ(right, shorter), differ(shorter, right)]).toEqual([true, true]);
    expect(differ(right, wiring({}))).toBe(false);
    expect([1, 2, 3].map((place) => differ(right, wiring(at(place))))).toEqual([true, true, true]);
  });

  test('in 200 elements, spread over all', () => {
    const differs = (length: number, place: number) => differ(wiring({}, length), wiring(at(place), length));
    expect([differs(200, 199), differs(200, 1)]).toEqual([true, true]);
    // Of 400 every second is looked at.
    expect([differs(400, 1), differs(400, 2), differs(400, 398), differs(400, 399)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the most similar problem', () => {
  const problem = describeProblem('mb1ic1ih4iw5oc1kh2kw2');
  /** The right output but where `isApart`: then it is `by` times that. */
  const way = (by: number, isApart: (sizes: Sizes) => boolean): Hypothesis => {
    const change: Change = { outputGain: ({ sizes }) => (isApart(sizes) ? () => by : () => 1) };
    return waysOf(madeUp(`${by}`, [change]), sizesOf(problem))[0] as Hypothesis;
  };
  const never = way(1, () => false);
  const inBatches = way(2, ({ N }) => N > 1);
  const ofChannels = way(3, ({ C_out }) => C_out > 1);
  const first = (is: (candidate: Problem) => boolean) => firstSimilar(problem, 300).find(is);

  test('is the first on which two differ', () => {
    const batches = first(({ batch }) => batch > 1);
    expect(batches?.batch).toBe(2);
    expect(tellApart(problem, [never, inBatches])).toEqual(batches);
    expect(tellApart(problem, [inBatches, never])).toEqual(batches);
  });

  test('is the first on which all of three differ', () => {
    const both = first(({ batch, outChannels }) => batch > 1 && outChannels > 1);
    expect(both).toBeDefined();
    for (const three of [
      [never, inBatches, ofChannels],
      [inBatches, never, ofChannels],
      [ofChannels, inBatches, never],
    ]) {
      expect(tellApart(problem, three)).toEqual(both);
    }
  });

  test('is the first on which the first two differ, where no problem tells all apart', () => {
    const batches = first(({ batch }) => batch > 1);
    expect(tellApart(problem, [never, inBatches, never])).toEqual(batches);
    expect(tellApart(problem, [never, ofChannels, ofChannels])).toEqual(
      first(({ outChannels }) => outChannels > 1),
    );
  });

  test('is none where they are the same everywhere', () => {
    expect(tellApart(problem, [never, never])).toBeUndefined();
    expect(tellApart(problem, [inBatches, inBatches, ofChannels])).toBeUndefined();
  });
});
