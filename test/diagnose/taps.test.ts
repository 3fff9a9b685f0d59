/**
 * The polynomial of an element, monomial by monomial.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { elementCount, sameShape } from '../../src/core/shape.ts';
import { variantsAt } from '../../src/diagnose/applies.ts';
import { buildWiring, type Choices, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { sameTaps, sameTapsAt, tapComparer, tapsOf } from '../../src/diagnose/taps.ts';
import { type Change, NONE, type Wiring } from '../../src/diagnose/wiring.ts';
import { anyProblems } from './any-problems.ts';
import { tiny, upTo } from './tiny.ts';

const wiringOf = (problem: Problem, change: Change, choices?: Choices) =>
  buildWiring(sizesOf(problem), [change], choices) as Wiring;

/** The taps at each of the first `count` elements. */
function tapsAt(wiring: Wiring, count: number): Record<string, number>[] {
  const taps = tapsOf(wiring);
  return upTo(count).map((element) => Object.fromEntries(taps(wiring.placeAt(element))));
}

/** Two windows of two taps on two pixels and one of padding. */
const PADDED = { inputSize: [2], kernelSize: 2, padding: [0], paddingEnd: [1] };

describe('the taps of an element', () => {
  test('are named by weight and pixel, and its bias', () => {
    expect(tapsAt(rightWiring(tiny({ ...PADDED, bias: true, outChannels: 2 })), 4)).toEqual([
      { '0·0': 1, '1·1': 1, b0: 1 },
      { '0·1': 1, b0: 1 },
      { '2·0': 1, '3·1': 1, b1: 1 },
      { '2·1': 1, b1: 1 },
    ]);
  });

  test('are of a gradient those of a pixel, or of a weight', () => {
    // The incoming gradient in place of the pixel.
    expect(tapsAt(rightWiring(tiny({ ...PADDED, direction: 'grad-input' })), 2)).toEqual([
      { '0·0': 1 },
      { '1·0': 1, '0·1': 1 },
    ]);
    expect(tapsAt(rightWiring(tiny({ ...PADDED, direction: 'grad-weight' })), 2)).toEqual([
      { '0·0': 1, '1·1': 1 },
      { '0·1': 1 },
    ]);
  });

  test('are those of the weight alone where the padding holds a number', () => {
    const filled = wiringOf(tiny(PADDED), { paddingValue: () => 5 });
    expect(tapsAt(filled, 2)).toEqual([
      { '0·0': 1, '1·1': 1 },
      { '0·1': 1, '1': 5 },
    ]);
  });

  test('add up where a pixel is read again', () => {
    const once = tiny({
      inputSize: [1],
      kernelSize: 2,
      padding: [0],
      paddingEnd: [1],
      paddingMode: 'replicate',
    });
    expect(tapsAt(rightWiring(once), 1)).toEqual([{ '0·0': 1, '1·0': 1 }]);
    const merged = wiringOf(once, { weight: () => () => 0 });
    expect(tapsAt(merged, 1)).toEqual([{ '0·0': 2 }]);
  });

  test('are multiplied by the factor of their element, and of their pixel', () => {
    const problem = tiny({ ...PADDED, bias: true });
    const gained = wiringOf(problem, { outputGain: () => (_n, _co, _oh, ow) => ow + 2 });
    expect(tapsAt(gained, 2)).toEqual([
      { '0·0': 2, '1·1': 2, b0: 2 },
      { '0·1': 3, b0: 3 },
    ]);
    expect(tapsAt(wiringOf(problem, { inputGain: () => (pixel) => pixel }), 2)).toEqual([
      { '1·1': 1, b0: 1 },
      { '0·1': 1, b0: 1 },
    ]);
  });

  test('are left out where they cancel', () => {
    const problem = tiny({ inputSize: [2] });
    const twice = (factor: number): Change => ({
      alsoAdds: () => (_n, _co, _oh, ow) => [1 - ow, 1 - ow],
      inputGain: () => (pixel) => (pixel === 0 ? factor : 1),
    });
    expect(tapsAt(wiringOf(problem, twice(-2)), 2)).toEqual([
      { '0·0': -2, '0·1': 2 },
      { '0·1': 1, '0·0': -4 },
    ]);
    const cancelling: Change = {
      weight: () => () => 0,
      paddingValue: () => 0,
      input: () => () => 0,
      inputGain: () => () => 0,
    };
    expect(tapsAt(wiringOf(problem, cancelling), 2)).toEqual([{}, {}]);
  });

  test('have the bias as often as it is added, where it joins', () => {
    const problem = tiny({ inputSize: [2], bias: true });
    expect(tapsAt(wiringOf(problem, { biasTimes: 3 }), 1)).toEqual([{ '0·0': 1, b0: 3 }]);
    expect(tapsAt(wiringOf(problem, { bias: () => () => NONE }), 1)).toEqual([{ '0·0': 1 }]);
    const nothing: Change = { output: () => () => NONE };
    expect(tapsAt(wiringOf(problem, nothing), 2)).toEqual([{}, {}]);
    expect(tapsAt(wiringOf(problem, nothing, { biasJoins: 'output' }), 2)).toEqual([{ b0: 1 }, { b0: 1 }]);
  });

  test('are those of all sums that are added', () => {
    const added = wiringOf(tiny({ inputSize: [2] }), { alsoAdds: () => () => [0, 1, 1] });
    expect(tapsAt(added, 2)).toEqual([
      { '0·0': 2, '0·1': 2 },
      { '0·1': 3, '0·0': 1 },
    ]);
  });
});

describe('two lists of taps', () => {
  const of = (...entries: [string, number][]) => new Map(entries);

  test('are the same with the same monomials as often', () => {
    expect(sameTaps(of(), of())).toBe(true);
    expect(sameTaps(of(['a', 1], ['b', 2]), of(['b', 2], ['a', 1]))).toBe(true);
    expect(sameTaps(of(['a', 1], ['b', 2]), of(['a', 1], ['b', 3]))).toBe(false);
    expect(sameTaps(of(['a', 1]), of(['a', 1], ['b', 2]))).toBe(false);
    expect(sameTaps(of(['a', 1], ['b', 2]), of(['a', 1]))).toBe(false);
    expect(sameTaps(of(['a', 1], ['b', 2]), of(['a', 1], ['c', 2]))).toBe(false);
  });

  test('of two wirings are compared at the elements that are asked for', () => {
    const problem = tiny({ inputSize: [3] });
    const right = rightWiring(problem);
    const late = wiringOf(problem, { outputGain: () => (_n, _co, _oh, ow) => (ow === 2 ? 2 : 1) });
    expect(sameTapsAt(right, late, [])).toBe(true);
    expect(sameTapsAt(right, late, [0, 1])).toBe(true);
    expect(sameTapsAt(right, late, [0, 2, 1])).toBe(false);
    expect(sameTapsAt(right, right, [0, 1, 2])).toBe(true);
  });

  test('of two wirings are compared as they are listed, or else by monomial', () => {
    const expected = (a: Wiring, b: Wiring, element: number) =>
      sameTaps(tapsOf(a)(a.placeAt(element)), tapsOf(b)(b.placeAt(element)));
    fc.assert(
      fc.property(anyProblems(), fc.constantFrom(...MISTAKES), (problem, mistake) => {
        const right = rightWiring(problem);
        for (const { change } of variantsAt(mistake, right.sizes).slice(0, 2)) {
          const wiring = buildWiring(right.sizes, [change]);
          if (wiring === undefined || !sameShape(wiring.shape, right.shape)) continue;
          const isSame = tapComparer(right, wiring);
          for (const element of upTo(elementCount(right.shape)).slice(0, 30)) {
            expect(isSame(element)).toBe(expected(right, wiring, element));
          }
        }
      }),
      { numRuns: 200 },
    );
    // Two channels in the other order: the same terms, listed otherwise, and other terms.
    const problem = tiny({ inChannels: 2, inputSize: [3], kernelSize: 2 });
    const plane: Change = { plane: (given) => (n, g, c) => given(n, g, 1 - c) };
    const weight: Change = { weight: (given) => (co, c, kh, kw, kd) => given(co, 1 - c, kh, kw, kd) };
    const right = rightWiring(problem);
    expect(tapComparer(right, wiringOf(problem, { ...plane, ...weight }))(0)).toBe(true);
    expect(tapComparer(right, wiringOf(problem, plane))(0)).toBe(false);
  });
});
