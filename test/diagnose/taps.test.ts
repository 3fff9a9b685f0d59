/**
 * Three descriptions of one wiring against each other, for every mistake in every way: its taps, its numbers, and what
 * the comparison of its stages says of it.
 */
import { describe, expect, test } from 'vitest';
import type { Operands } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { coordinates, sameShape } from '../../src/core/shape.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { elementsOf, evaluator } from '../../src/diagnose/evaluate.ts';
import { applicable, waysOf } from '../../src/diagnose/hypothesis.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import { sameTaps, tapsOf } from '../../src/diagnose/taps.ts';
import { sizesOf, type Wiring } from '../../src/diagnose/wiring.ts';

/** Samples, groups, uneven axes, pixels that no window reads, windows and taps that stand in the padding alone. */
const TOKENS = [
  'mb2ic2ih3oc3kh2',
  'g2mb2ic4ih3iw2oc4kh1kw2sh2sw1ph1pw1',
  'mb1ic1ih1oc2kh3ph2',
  'mb2ic1ih5iw4oc2kh1kw1sh3sw2',
  'g2mb1ic2ih2oc4kh2ph2dh1',
  'g3mb1ic3ih3iw4oc6kh3kw2ph1pw0',
];

type Place = readonly [number, number, number, number];

function places({ shape }: Wiring): Place[] {
  const count = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, element) => coordinates(element, shape) as unknown as Place);
}

/** What the polynomial of one element is for these numbers. */
function sumOf(taps: ReadonlyMap<string, number>, { input, weight, bias }: Operands): number {
  let sum = 0;
  for (const [monomial, times] of taps) {
    const [, w, x, b] = /^(?:w(-?\d+)(?:·x(-?\d+))?|b(\d+))$/.exec(monomial) ?? [];
    if (b !== undefined) sum += times * (bias?.data[Number(b)] ?? 0);
    else {
      const factor = weight.data[Number(w)] ?? 0;
      sum += times * factor * (x === undefined ? 1 : (input.data[Number(x)] as number));
    }
  }
  return sum;
}

describe.each(TOKENS)('at %s', (token) => {
  test.each([false, true])('with bias %s, each element is the sum of its taps', (bias) => {
    const problem = describeProblem(token, { bias, dtype: 'float64' });
    const sizes = sizesOf(problem);
    const operands = fillOperands(problem, 'integer', 3);
    // Small integers, so that sums with gains of thirds are told apart from rounding.
    for (const tensor of [operands.input, operands.weight, operands.bias]) {
      tensor?.data.forEach((value, i, data) => {
        data[i] = (value % 11) + 12;
      });
    }
    for (const mistake of applicable(MISTAKES, sizes)) {
      for (const { wiring, order } of waysOf(mistake, sizes)) {
        if (wiring.arithmetic !== undefined) continue;
        const evaluate = evaluator(wiring, operands, 'float64');
        expect(elementsOf(wiring)).toBe(places(wiring).length);
        places(wiring).forEach((at, element) => {
          const { value } = evaluate(element);
          const due = sumOf(tapsOf(wiring, at), operands);
          if (Math.abs(value - due) > 1e-9 * (1 + Math.abs(due))) {
            expect(value, `${mistake.id} ${order} at ${at.join()}`).toBe(due);
          }
        });
      }
    }
  });

  test.each([false, true])('with bias %s, stages differ exactly where taps do', (bias) => {
    const problem = describeProblem(token, { bias });
    const sizes = sizesOf(problem);
    const right = rightWiring(problem);
    const due = places(right).map((at) => tapsOf(right, at));
    for (const mistake of applicable(MISTAKES, sizes)) {
      for (const [v, { change }] of mistake.variants.entries()) {
        const wiring = buildWiring(sizes, [change]);
        const label = `${mistake.id}, variant ${v}`;
        const sameness = compareWiring(referenceOf(problem), change);
        if (wiring === undefined || wiring.raises !== undefined || !sameShape(wiring.shape, right.shape)) {
          expect(sameness, label).toBe('different');
        } else if (change.arithmetic !== undefined) expect(sameness, label).toBe('data');
        else {
          const same = places(wiring).every((at, i) => sameTaps(tapsOf(wiring, at), due[i] as never));
          expect(sameness, label).toBe(same ? 'same' : 'different');
        }
      }
    }
  });
});

test('taps are the same with the same monomials, each as often, in any order', () => {
  const taps = new Map([
    ['w0·x1', 1],
    ['b0', 2],
  ]);
  const same = (...entries: [string, number][]) => sameTaps(taps, new Map(entries));
  expect(same(['b0', 2], ['w0·x1', 1])).toBe(true);
  expect(same(['w0·x1', 1], ['b0', 1])).toBe(false);
  expect(same(['w0·x1', 1], ['b1', 2])).toBe(false);
  expect(same(['w0·x1', 1])).toBe(false);
  expect(same(['w0·x1', 1], ['b0', 2], ['b1', 1])).toBe(false);
});

test('monomials that cancel are none', () => {
  const problem = describeProblem('mb1ic1ih1oc1kh1', { bias: true });
  const wiring = buildWiring(sizesOf(problem), [{ outputGain: () => () => 0 }]) as Wiring;
  expect(tapsOf(wiring, [0, 0, 0, 0]).size).toBe(0);
  const doubled = buildWiring(sizesOf(problem), [{ alsoAdds: () => () => [0], biasTimes: 3 }]) as Wiring;
  expect([...tapsOf(doubled, [0, 0, 0, 0])]).toEqual([
    ['w0·x0', 2],
    ['b0', 3],
  ]);
});
