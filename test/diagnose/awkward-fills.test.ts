/**
 * Data on which correct sums differ most.
 */
import { describe, expect, test } from 'vitest';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { mersenneTwister } from '../../src/core/mt19937.ts';
import { type OperandName, operand } from '../../src/core/operands.ts';
import { AWKWARD_FILLS, type AwkwardFill, fillAwkwardly } from '../../src/diagnose/awkward-fills.ts';

describe.each(['float32', 'float64'] as const)('awkward data in %s', (dtype) => {
  const problem = describeProblem('mb1ic6ih7oc4kh3', { bias: true, dtype });
  const run = (fill: AwkwardFill) => {
    const operands = fillAwkwardly(problem, fill, 5489);
    return { operands, direct: directConvolution(problem, operands) };
  };

  test.each(AWKWARD_FILLS)('%s has a bias, is finite, and repeats', (fill) => {
    const { operands, direct } = run(fill);
    expect(operands.bias?.data).toHaveLength(4);
    expect(direct.output.every(Number.isFinite)).toBe(true);
    expect(fillAwkwardly(problem, fill, 5489)).toEqual(operands);
    expect(fillAwkwardly(problem, fill, 5490)).not.toEqual(operands);
  });

  test('subnormal sums are subnormal, and not 0', () => {
    const smallestNormal = dtype === 'float32' ? 2 ** -126 : 2 ** -1022;
    const { operands, direct } = run('subnormal');
    const sizes = [...direct.output, ...(operands.bias?.data ?? [])].map(Math.abs);
    expect(sizes.every((size) => size < smallestNormal)).toBe(true);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(sizes.length / 2);
  });

  test('cancelling sums are small beside their terms', () => {
    const { output, magnitudeAt } = run('cancelling').direct;
    const ratios = output.map((value, i) => Math.abs(value) / magnitudeAt(i));
    expect(Math.max(...ratios)).toBeLessThan(0.1);
  });

  test('mixed magnitudes span thirty powers of two', () => {
    const sizes = operand(run('mixed').operands, 'input').data.map(Math.abs);
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(2 ** 30);
  });
});

describe('of what normal numbers are drawn, in each direction', () => {
  const SEED = 9;
  const at = (fill: AwkwardFill, direction: 'forward' | 'grad-input' | 'grad-weight' = 'forward') => {
    const problem = describeProblem('mb1ic4ih6oc4kh3', { bias: direction === 'forward', direction });
    const [drawn, made] = [fillOperands(problem, 'normal', SEED), fillAwkwardly(problem, fill, SEED)];
    return (name: OperandName) => {
      const [before, after] = [operand(drawn, name), operand(made, name)];
      expect(after).toMatchObject({ dtype: before.dtype, shape: before.shape });
      return [...after.data].map((value, i) => [value, before.data[i] as number, i] as const);
    };
  };
  const FACTORS = [
    ['forward', ['input', 'weight']],
    ['grad-input', ['gradOutput', 'weight']],
    ['grad-weight', ['input', 'gradOutput']],
  ] as const;

  test.each(FACTORS)(
    'mixed: of both factors of %s, times powers of two from −20 to 20',
    (direction, names) => {
      for (const name of names) {
        const exponents = at('mixed', direction)(name).map(([value, drawn]) => Math.log2(value / drawn));
        expect(exponents.every(Number.isInteger)).toBe(true);
        expect(Math.min(...exponents)).toBeGreaterThanOrEqual(-20);
        expect(Math.max(...exponents)).toBeLessThanOrEqual(20);
        expect(Math.max(...exponents) - Math.min(...exponents)).toBeGreaterThan(30);
        expect(new Set(exponents).size).toBeGreaterThan(20);
      }
    },
  );

  test('mixed: by a stream of its own from the seed, one number an element', () => {
    const next = mersenneTwister(SEED);
    const tensor = at('mixed');
    for (const name of ['input', 'weight', 'bias'] as const) {
      for (const [value, drawn] of tensor(name)) expect(value).toBe(drawn * 2 ** ((next() % 41) - 20));
    }
  });

  test.each(FACTORS)(
    'cancelling: near 1 in one factor of %s, ±1 by turns in the other',
    (direction, names) => {
      const tensor = at('cancelling', direction);
      const [first, second] = names;
      for (const [value, drawn] of tensor(first)) expect(value).toBe(Math.fround(1 + drawn / 4096));
      for (const [value, drawn, i] of tensor(second)) {
        expect(value).toBe(Math.fround((1 + drawn / 4096) * (i % 2 === 0 ? 1 : -1)));
      }
    },
  );

  test.each(FACTORS)('subnormal: both factors of %s are 2^-70 of it', (direction, names) => {
    const tensor = at('subnormal', direction);
    for (const [value, drawn] of names.flatMap(tensor)) expect(value).toBe(drawn * 2 ** -70);
  });

  test('a bias is as large as the products', () => {
    for (const [value, drawn] of at('subnormal')('bias')) expect(value).toBe(Math.fround(drawn * 2 ** -140));
    for (const [value, drawn] of at('mixed')('bias'))
      expect(Number.isInteger(Math.log2(value / drawn))).toBe(true);
    const signs = at('cancelling')('bias').map(([value]) => Math.sign(value));
    expect(signs).toEqual([1, -1, 1, -1]);
  });

  test('float64 goes down to 2^-533', () => {
    const problem = describeProblem('mb1ic1iw3oc1kw2', { dtype: 'float64' });
    const drawn = operand(fillOperands(problem, 'normal', SEED), 'weight').data;
    const small = operand(fillAwkwardly(problem, 'subnormal', SEED), 'weight').data;
    expect([...small]).toEqual([...drawn].map((value) => value * 2 ** -533));
  });

  test.each(['integer', 'uniform', 'normal'] as const)('%s is the fill of that name', (fill) => {
    const problem = describeProblem('mb1ic2iw4oc2kw2', { bias: true });
    expect(fillAwkwardly(problem, fill, SEED)).toEqual(fillOperands(problem, fill, SEED));
  });
});
