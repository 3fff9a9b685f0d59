/**
 * What a search looks at where there is too much to look at all of it: every n-th element, and the likeliest ways.
 *
 * The mistaken kernel has one tap, so that what would take 2^24 of them takes none of the time.
 */
import { describe, expect, test } from 'vitest';
import type { Operands } from '../../src/core/operands.ts';
import { type Problem, resultShape } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { elementCount } from '../../src/core/shape.ts';
import { type Case, spread } from '../../src/diagnose/case.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { rank } from '../../src/diagnose/rank.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { madeUp, tensorOf } from './hand-made.ts';

/**
 * As many windows, but of a kernel of one tap, and `by` times what that gives: in arithmetic, which no taps are compared
 * for.
 */
const oneTap = (by: number): Change => ({
  axes: (axes) => axes.map((axis) => ({ ...axis, kernelSize: 1 })) as unknown as typeof axes,
  arithmetic: { result: (value) => by * value },
});

/** A case that was not computed: `given` where 0 was due, of terms of 1000 together, of which `wrong` are looked at. */
function largeCase(problem: Problem, operands: Operands, given: ArrayLike<number>, wrong: number[]): Case {
  const output = new Float64Array(given.length);
  const due = { output, terms: new Uint32Array(given.length), skippingPadding: new Map() };
  const direct = { ...due, magnitudeAt: () => 1000 } as unknown as Case['direct'];
  const actual = tensorOf(resultShape(problem), given);
  const sizes = sizesOf(problem);
  return { problem, sizes, operands, actual, direct, hasRightShape: true, wrong, isInteger: true };
}

describe('every n-th element is compared: by 2^24 taps', () => {
  const LENGTH = 127 * 127;
  const WINDOWS = 64 * 64;

  /** 64·64 taps and windows: 2^24 for each output channel. What is given is the first tap, times 3. */
  function found(outChannels: number, damage: (data: Float32Array) => void, wrong: number[]) {
    const problem = resolveProblem({
      inChannels: 1,
      outChannels,
      inputSize: [127, 127],
      kernelSize: [64, 64],
    });
    const input = tensorOf(
      [1, 1, 127, 127],
      Array.from({ length: LENGTH }, (_, i) => 1 + (i % 911)),
    );
    const weight = tensorOf([outChannels, 1, 64, 64], new Float32Array(outChannels * 4096).fill(1));
    const given = new Float32Array(outChannels * WINDOWS).map((_, i) => {
      const l = i % WINDOWS;
      return 3 * (input.data[Math.floor(l / 64) * 127 + (l % 64)] as number);
    });
    damage(given);
    return rank(largeCase(problem, { input, weight }, given, wrong), [madeUp('one tap', [oneTap(3)])]);
  }
  const wrong = [0, 2, 4, 6, 8];
  const right = (count: number) =>
    Array.from({ length: count }, (_, i) => i).filter((i) => !wrong.includes(i));

  test('2^24 of them are compared whole', () => {
    const { exact } = found(1, () => {}, wrong);
    expect(exact).toMatchObject([{ elements: WINDOWS }]);
    expect(spread(right(WINDOWS), 32)).not.toContain(4001);
    expect(found(1, (data) => data.fill(1, 4001, 4002), wrong).exact).toEqual([]);
  });

  test('of 2^25 every second: what stands between is not seen', () => {
    expect(spread(right(2 * WINDOWS), 32)).not.toContain(4001);
    const { exact } = found(2, (data) => data.fill(1, 4001, 4002), wrong);
    expect(exact).toMatchObject([{ elements: WINDOWS }]);
    expect(found(2, (data) => data.fill(1, 4002, 4003), wrong).exact).toEqual([]);
  });

  test('and of a part alike: its shares are of what was compared', () => {
    const damaged = found(2, (data) => data.fill(1, 2, 4), wrong);
    expect(damaged.exact).toEqual([]);
    // Of 0, 2, 4, 6 and 8, which are wrong, 2 is not given; nor is 3, which is not compared.
    expect(damaged.partial).toMatchObject([
      { elements: WINDOWS, reproduces: (WINDOWS - 1) / WINDOWS, explains: 4 / 5 },
    ]);
    const one = found(1, (data) => data.fill(1, 2, 4), wrong);
    expect(one.partial).toMatchObject([
      { elements: WINDOWS, reproduces: (WINDOWS - 2) / WINDOWS, explains: 4 / 6 },
    ]);
  });
});

describe('of a gradient that takes 2^24 column entries a look, four ways are looked at', () => {
  const [N, G] = [2, 2];
  const problem = resolveProblem({
    direction: 'grad-input',
    batch: N,
    groups: G,
    inChannels: G,
    outChannels: G,
    inputSize: [63, 127],
    kernelSize: [32, 64],
  });
  const WINDOWS = 32 * 64;
  const gradOutput = tensorOf(
    [N, G, 32, 64],
    Array.from({ length: N * G * WINDOWS }, (_, i) => 1 + (i % 101)),
  );
  const weight = tensorOf([G, 1, 32, 64], new Float32Array(G * 2048).fill(3));
  /** What the one tap gives, seven times. */
  const given = new Float32Array(elementCount(resultShape(problem))).map((_, i) => {
    const [plane, h, w] = [Math.floor(i / 63 / 127), Math.floor(i / 127) % 63, i % 127];
    return h < 32 && w < 64 ? 7 * 3 * (gradOutput.data[plane * WINDOWS + h * 64 + w] as number) : 0;
  });
  const wrong = Array.from({ length: 32 }, (_, i) => i);
  const found = (...catalogue: Mistake[]) => {
    const { exact, partial, tried } = rank(
      largeCase(problem, { gradOutput, weight }, given, wrong),
      catalogue,
    );
    return [
      exact.map(({ hypothesis }) => hypothesis.mistakes.map(({ id }) => id).join()),
      partial.length,
      tried,
    ];
  };
  const variants = (...gains: number[]) => gains.map(oneTap);

  test('and the fifth is not, nor what it explains', () => {
    expect(found(madeUp('fourth', variants(2, 3, 4, 7)))).toEqual([['fourth'], 0, 4]);
    expect(found(madeUp('fifth', variants(2, 3, 4, 5, 7)))).toEqual([[], 0, 5]);
  });

  test('the first ways of all mistakes before the second of any', () => {
    expect(found(madeUp('many', variants(2, 3, 4, 5, 6)), madeUp('first', variants(7)))).toEqual([
      ['first'],
      0,
      6,
    ]);
    expect(found(madeUp('second', variants(2, 7)), madeUp('first', variants(7)))).toEqual([
      ['first', 'second'],
      0,
      3,
    ]);
  });

  test('while ways of a convolution are all looked at, in the order of the catalogue', () => {
    const forward = resolveProblem({
      batch: N,
      groups: G,
      inChannels: G,
      outChannels: G,
      inputSize: [63, 127],
      kernelSize: [32, 64],
    });
    const input = tensorOf(
      [N, G, 63, 127],
      Array.from({ length: N * G * 63 * 127 }, (_, i) => 1 + (i % 101)),
    );
    const output = new Float32Array(N * G * WINDOWS).map((_, i) => {
      const [plane, h, w] = [Math.floor(i / WINDOWS), Math.floor(i / 64) % 32, i % 64];
      return 21 * (input.data[(plane * 63 + h) * 127 + w] as number);
    });
    const subject = largeCase(forward, { input, weight }, output, wrong);
    const ids = (...catalogue: Mistake[]) =>
      rank(subject, catalogue).exact.map(({ hypothesis }) => hypothesis.mistakes[0]?.id);
    expect(ids(madeUp('sixth', variants(2, 3, 4, 5, 6, 7)))).toEqual(['sixth']);
    expect(ids(madeUp('second', variants(2, 7)), madeUp('first', variants(7)))).toEqual(['second', 'first']);
  });
});
