import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { canBeMade } from '../../src/diagnose/applies.ts';
import { type Candidate, waysOf, waysOfPair } from '../../src/diagnose/hypothesis.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { madeUp } from './hand-made.ts';

const sizesAt = (token: string, bias = true) => sizesOf(describeProblem(token, { bias }));
const mistake = (id: string) => mistakeOf(id) as Mistake;
const told = (ways: ReturnType<typeof waysOf>) => ways.map(({ order, notes }) => [order, ...notes]);

test('mistakes about groups need groups, about the bias a bias, and others what they say', () => {
  const can = (id: string, token: string, bias: boolean) => canBeMade(mistake(id), sizesAt(token, bias));
  expect(can('group-bias-local-index', 'g2mb1ic2ih3oc2kh1', true)).toBe(true);
  expect(can('group-input-interleaved', 'mb1ic2ih3oc2kh1', true)).toBe(false);
  expect(can('bias-dropped', 'mb1ic2ih3oc2kh1', true)).toBe(true);
  expect(can('bias-dropped', 'mb1ic2ih3oc2kh1', false)).toBe(false);
  expect(can('winograd-tile-step', 'mb1ic1ih5oc1kh3', false)).toBe(true);
  expect(can('winograd-tile-step', 'mb1ic1ih5oc1kh2', false)).toBe(false);
});

describe('the ways to make a mistake', () => {
  test('are one where the windows are those that are due', () => {
    expect(told(waysOf(mistake('kernel-flipped'), sizesAt('mb1ic1ih5oc1kh3')))).toEqual([[0]]);
  });

  test('are all that bring another product into the output, the bias before or after', () => {
    const stride = { ...mistake('unfold-stride-omitted') };
    const [first] = stride.variants;
    const ways = (bias: boolean) =>
      told(waysOf({ ...stride, variants: [first] }, sizesAt('mb1ic1ih7oc1kh3sh2', bias)));
    expect(ways(true)).toEqual([
      [0],
      [1],
      [2, 'the first L columns laid out'],
      [3, 'the first L columns laid out'],
      [4, 'cut to the output size'],
      [5, 'cut to the output size'],
      [6, 'in the middle of zeros'],
      [7, 'in the middle of zeros'],
    ]);
    expect(ways(false)).toEqual([
      [0],
      [2, 'the first L columns laid out'],
      [4, 'cut to the output size'],
      [6, 'in the middle of zeros'],
    ]);
  });

  test('leave out those that raise, and those that leave no window', () => {
    const raising: Mistake = { ...mistake('kernel-flipped'), variants: [{ change: { raises: () => 'no' } }] };
    expect(waysOf(raising, sizesAt('mb1ic1ih5oc1kh3'))).toEqual([]);
    expect(waysOf(mistake('unfold-padding-omitted'), sizesAt('mb1ic1ih1oc1kh3ph1'))).toEqual([]);
  });

  test('are the same elsewhere, or none where it cannot be made to fit', () => {
    const [way] = waysOf(mistake('unfold-padding-omitted'), sizesAt('mb1ic1ih5oc1kh3ph1'));
    expect(way?.at(sizesAt('mb1ic1ih4oc1kh3ph1'))?.shape).toEqual([1, 1, 2, 2]);
    expect(way?.at(sizesAt('mb1ic1ih1oc1kh3ph1'))).toBeUndefined();
  });

  test('of a later variant rank behind all of an earlier one', () => {
    const sizes = sizesAt('mb1ic1ih3oc9kh1', false);
    const orders = waysOf(mistake('tail-oc-dropped'), sizes).map(({ order }) => order);
    expect(orders.slice(0, 2)).toEqual([0, 16]);
  });
});

describe('a way keeps how it was made', () => {
  const axes: Change = { axes: ([h, w, d]) => [{ ...h, stride: 1, windows: 5 }, w, d] };
  // 3 rows by 3 columns are due, and 5 rows are made.
  const sizes = sizesAt('mb1ic1ih5iw5oc1kh1kw1sh2sw2', true);

  test('its fit and where the bias joins, here and at other sizes', () => {
    const ways = waysOf(madeUp('rows', [axes]), sizes);
    expect(ways.map(({ wiring }) => [wiring.shape[2], wiring.biasJoins])).toEqual([
      [5, 'product'],
      [5, 'output'],
      ...Array.from({ length: 3 }, () => [
        [3, 'product'],
        [3, 'output'],
      ]).flat(),
    ]);
    const other = sizesAt('mb2ic1ih7iw7oc1kh1kw1sh2sw2', true);
    expect(ways.map(({ at }) => [at(other)?.shape, at(other)?.biasJoins])).toEqual([
      [[2, 1, 5, 4], 'product'],
      [[2, 1, 5, 4], 'output'],
      ...Array.from({ length: 3 }, () => [
        [[2, 1, 4, 4], 'product'],
        [[2, 1, 4, 4], 'output'],
      ]).flat(),
    ]);
  });

  test('and raises where the change does', () => {
    const raises: Change = { raises: ({ sizes: { N } }) => (N > 1 ? 'no batch' : undefined) };
    const [way] = waysOf(madeUp('raising', [raises]), sizes);
    expect(way?.at(sizesAt('mb1ic1ih3oc1kh1'))?.shape).toEqual([1, 1, 3, 3]);
    expect(way?.at(sizesAt('mb2ic1ih3oc1kh1'))).toBeUndefined();
  });
});

describe('there is one way, or two with a bias', () => {
  const moved: Change = { axes: ([h, w, d]) => [{ ...h, begin: h.begin + 1, end: h.end - 1 }, w, d] };

  test('where axes change and the windows are as many', () => {
    expect(told(waysOf(madeUp('moved', [moved]), sizesAt('mb1ic1ih5oc1kh3', false)))).toEqual([[0]]);
    expect(told(waysOf(madeUp('moved', [moved]), sizesAt('mb1ic1ih5oc1kh3', true)))).toEqual([[0], [1]]);
  });

  test('and in a gradient one, as the axes do not move its result', () => {
    const sizes = sizesOf(describeProblem('mb1ic2ih5oc1kh3', { bias: true, transposed: true }));
    expect(sizes.hasBias).toBe(true);
    expect(told(waysOf(madeUp('moved', [moved]), sizes))).toEqual([[0]]);
  });

  test('and two where the output is moved or scaled', () => {
    const sizes = sizesAt('mb1ic1ih5oc1kh3', true);
    const output: Change = { output: (stage) => stage };
    const gain: Change = { outputGain: () => () => 2 };
    expect(told(waysOf(madeUp('output', [output]), sizes))).toEqual([[0], [1]]);
    expect(told(waysOf(madeUp('gain', [gain]), sizes))).toEqual([[0], [1]]);
  });
});

test('only so many variants are made', () => {
  const two = madeUp('two', [{ biasTimes: 2 }, { biasTimes: 3 }]);
  const sizes = sizesAt('mb1ic1ih3oc1kh1');
  expect([1, 2].map((most) => told(waysOf(two, sizes, most)))).toEqual([[[0]], [[0], [16]]]);
  expect(told(waysOf(two, sizes))).toEqual([[0], [16]]);
});

describe('the ways to make two mistakes', () => {
  const sizes = sizesAt('g2mb1ic4ih5oc4kh3');
  const candidate = (id: string) => ({ mistake: mistake(id), variants: mistake(id).variants });
  const pair = (a: string, b: string, most = 1) =>
    waysOfPair(candidate(a), candidate(b), sizes, most).map(({ mistakes }) => mistakes.map(({ id }) => id));

  test('are in both orders where they change one stage, and in one where they do not', () => {
    expect(pair('kernel-flipped', 'kernel-transposed')).toEqual([
      ['kernel-flipped', 'kernel-transposed'],
      ['kernel-transposed', 'kernel-flipped'],
    ]);
    expect(pair('kernel-flipped', 'bias-dropped')).toEqual([['kernel-flipped', 'bias-dropped']]);
  });

  test('are in both orders where they share one stage of several, ranked by the variants of both', () => {
    const stage: Change = { input: (input) => input };
    const two = (id: string, change: Change) => madeUp(id, [stage, { ...stage, ...change }]);
    const [a, b] = [two('a', { biasTimes: 2 }), two('b', { paddingValue: () => 1 })];
    const ways = waysOfPair(
      { mistake: a, variants: a.variants },
      { mistake: b, variants: b.variants },
      sizes,
      9,
    );
    expect(ways.map(({ mistakes, order }) => [mistakes.map(({ id }) => id).join(''), order])).toEqual([
      ['ab', 0],
      ['ba', 0],
      ['ab', 16],
      ['ba', 16],
      ['ab', 16],
      ['ba', 16],
      ['ab', 32],
      ['ba', 32],
    ]);
  });

  test('are in every fit where one of them changes the windows', () => {
    const strided = sizesAt('mb1ic1ih5iw5oc1kh1kw1sh2sw2', false);
    const axes = madeUp('axes', [{ axes: ([h, w, d]) => [{ ...h, stride: 1, windows: 5 }, w, d] }]);
    const other = madeUp('other', [{ paddingValue: () => 1 }]);
    const of = (one: Mistake): Candidate => ({ mistake: one, variants: one.variants });
    expect(waysOfPair(of(axes), of(other), strided, 1).map(({ order }) => order)).toEqual([0, 2, 4, 6]);
  });

  test('are by so many variants of each, the likeliest first, with the notes of both', () => {
    const few = waysOfPair(candidate('tail-oc-dropped'), candidate('tail-k-dropped'), sizes, 2);
    const many = waysOfPair(candidate('tail-oc-dropped'), candidate('tail-k-dropped'), sizes, 3);
    expect(few.length).toBeLessThan(many.length);
    expect(few.every(({ notes }) => notes.length === 2)).toBe(true);
    expect(few.map(({ order }) => order)).toEqual([0, 1, 16, 17, 16, 17, 32, 33]);
  });
});
