/**
 * The tensors that mutants are judged on, and what is said of mutants made by hand.
 */
import { describe, expect, test } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { factorNames, type Operands, operand } from '../../src/core/operands.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { benchOf, inject, type Variants, visibilityOf } from '../../src/diagnose/inject.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { lineOf, madeUp, reading } from './hand-made.ts';

const SEED = 11;

describe('the bench', () => {
  const counts = (dtype: Problem['dtype']) => {
    const { truths } = benchOf(describeProblem('mb1ic1iw3oc1kw2', { dtype }), SEED);
    return [truths.exact.length, truths.rounding.length];
  };

  test('has integers where they sum exactly, and floats where sums round', () => {
    expect(counts('float32')).toEqual([1, 2]);
    expect(counts('float64')).toEqual([1, 2]);
    expect(counts('float16')).toEqual([0, 2]);
    expect(counts('bfloat16')).toEqual([0, 2]);
    expect(counts('uint8')).toEqual([1, 0]);
  });

  test('has them from the seed, with what is due, and makes them once', () => {
    const problem = describeProblem('mb1ic2iw4oc2kw2', { bias: true });
    const bench = benchOf(problem, SEED);
    expect([bench.problem, bench.reference.sizes.N]).toEqual([problem, 1]);
    const [exact, rounding] = [bench.truths.exact[0]?.(), bench.truths.rounding[0]?.()];
    expect(exact?.operands).toEqual(fillOperands(problem, 'integer', SEED));
    expect(rounding?.operands).toEqual(fillOperands(problem, 'normal', SEED));
    expect(exact?.direct.output).toEqual(directConvolution(problem, exact?.operands as Operands).output);
    expect(exact?.problem).toBe(problem);
    expect(bench.truths.exact[0]?.()).toBe(exact);
    expect(bench.truths.rounding[0]?.()).toBe(rounding);
  });

  /** Where its last floats differ from the first, by tensor: [name, offset, value]. */
  function special(token: string, params: ConvParams = {}) {
    const problem = describeProblem(token, params);
    const [, withNaN] = benchOf(problem, SEED).truths.rounding;
    const plain = fillOperands(problem, 'normal', SEED);
    const changed = withNaN?.().operands as Operands;
    return factorNames(problem).flatMap((name) => {
      const [before, after] = [operand(plain, name).data, operand(changed, name).data];
      return [...after].flatMap((value, i) => (Object.is(value, before[i]) ? [] : [[name, i, value]]));
    });
  }

  test.each([
    ['the first tap', 'mb1ic1iw3oc1kw2', {}, ['input', 0], ['weight', 0]],
    ['the first that is no padding', 'mb1ic1iw3oc1kw2pw1', {}, ['input', 0], ['weight', 1]],
    ['the first of all elements', 'mb1ic1iw2oc1kw1pw1', {}, ['input', 0], ['weight', 0]],
    [
      'the first that is read once',
      'mb1ic1iw2oc1kw3pw1',
      { paddingMode: 'replicate' },
      ['input', 1],
      ['weight', 2],
    ],
    ['a gradient', 'mb1ic1iw3oc1kw2', { direction: 'grad-input' }, ['gradOutput', 0], ['weight', 0]],
    ['another', 'mb1ic1iw3oc1kw2', { direction: 'grad-weight' }, ['input', 0], ['gradOutput', 0]],
    // The first window reads padding, and the second pixel 1.
    [
      'a pixel of the second window',
      'mb1ic1iw4oc1kw1sw2pw1',
      { direction: 'grad-input' },
      ['gradOutput', 1],
      ['weight', 0],
    ],
  ] as const)('has a NaN that meets a 0: at %s', (_, token, params, nan, zero) => {
    expect(special(token, params)).toEqual([
      [...nan, Number.NaN],
      [...zero, 0],
    ]);
  });

  test('has none where nothing is read', () => {
    expect(special('mb1ic1iw1oc1kw1sw3pw1')).toEqual([]);
  });
});

describe('an injection', () => {
  const injected = (change: Change | Mistake, token: string, variants: Variants = 'first', bias = false) => {
    const mistake = 'id' in change ? (change as Mistake) : madeUp('made', [change as Change]);
    return inject(mistake, benchOf(describeProblem(token, { bias }), SEED), variants);
  };
  const backwards = reading((i) => 3 - i);
  const ALL = ['wiring', 'exact', 'rounding'];

  test('is of the first variant, or of all', () => {
    const two = madeUp('two', [backwards, reading((i) => i ^ 1)]);
    expect(injected(two, 'mb1ic1iw4oc1kw1')).toEqual({ kind: 'values', outputs: 1, caughtBy: ALL });
    expect(injected(two, 'mb1ic1iw4oc1kw1', 'all')).toEqual({ kind: 'values', outputs: 2, caughtBy: ALL });
  });

  test('is caught by what catches each of its outputs', () => {
    const half: Change = { arithmetic: { result: (value) => value / 2 } };
    const mixed = madeUp('mixed', [backwards, half]);
    expect(injected(mixed, 'mb1ic1iw4oc1kw1', 'all')).toMatchObject({ caughtBy: ['exact', 'rounding'] });
    const hidden = madeUp('hidden', [backwards, { arithmetic: {} }]);
    expect(injected(hidden, 'mb1ic1iw4oc1kw1', 'all')).toMatchObject({ outputs: 2, caughtBy: [] });
    // 1 + 2^-40 times what is due rounds to that.
    const slight: Change = { inputGain: () => () => 1 + 2 ** -40 };
    expect(injected(slight, 'mb1ic1iw4oc1kw1')).toMatchObject({ caughtBy: ['wiring'] });
  });

  test('is none where it cannot be made, or makes what is right', () => {
    expect(injected({ ...madeUp('no', [backwards]), applies: () => false }, 'mb1ic1iw4oc1kw1')).toEqual({
      kind: 'harmless',
    });
    expect(
      injected(
        reading((i) => i),
        'mb1ic1iw4oc1kw1',
      ),
    ).toEqual({ kind: 'harmless' });
  });

  test('of arithmetic shows by its values, wherever the bias joins', () => {
    const change: Change = { output: (stage) => stage, arithmetic: { result: (value) => 2 * value } };
    expect(injected(change, 'mb1ic1iw4oc1kw1', 'first', true)).toEqual({
      kind: 'values',
      outputs: 2,
      caughtBy: ['exact', 'rounding'],
    });
  });

  /** One column more than there is input: the corner of the product is the output. */
  const wider: Change = { axes: ([h, w, d]) => [h, { ...w, windows: w.windows + 1 }, d] };

  test('leaves out the ways that give what is right', () => {
    // Left are the first L columns, and the middle of zeros.
    expect(injected(wider, 'mb1ic1ih3iw3oc1kh1kw1')).toEqual({ kind: 'values', outputs: 2, caughtBy: ALL });
  });

  test('is seen by its shape where nothing of the right one is wrong', () => {
    expect(injected({ shape: () => [1, 1, 1, 1, 3] }, 'mb1ic1iw4oc1kw1')).toEqual({ kind: 'shape' });
    expect(injected({ raises: () => 'no' }, 'mb1ic1iw4oc1kw1')).toEqual({ kind: 'shape' });
  });

  test('is foreseen without a run', () => {
    const visibility = (change: Change, problem: Problem) =>
      visibilityOf(madeUp('made', [change]), referenceOf(problem));
    expect(visibility(backwards, lineOf(4))).toBe('values');
    expect(
      visibility(
        reading((i) => i),
        lineOf(4),
      ),
    ).toBe('harmless');
    expect(visibility({ shape: () => [1, 1, 1, 1, 3] }, lineOf(4))).toBe('shape');
    expect(visibility(wider, describeProblem('mb1ic1ih3iw3oc1kh1kw1'))).toBe('values');
    const second = madeUp('second', [reading((i) => i), backwards]);
    expect(visibilityOf(second, referenceOf(lineOf(4)))).toBe('harmless');
  });
});
