/**
 * The numbers on which a mistake is to show, and whether two outputs differ on them.
 */
import { describe, expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import type { Operands } from '../../src/core/operands.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { MOST_COUNTED, operandsFor, showsOn } from '../../src/diagnose/reveal.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change, Wiring } from '../../src/diagnose/wiring.ts';
import { tiny } from './tiny.ts';

const values = (operands: Operands) =>
  Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [name, [...(tensor?.data ?? [])]]));

describe('two outputs', () => {
  const problem = tiny({ inputSize: [3], outChannels: 2 });
  const wiringOf = (change: Change) => buildWiring(sizesOf(problem), [change]) as Wiring;
  const operands = operandsFor(problem, 'integers', 0);

  test('differ in their shape, or at some element', () => {
    const at = (element: number): Change => ({
      outputGain: () => (_, co, _oh, ow) => (co * 3 + ow === element ? 2 : 1),
    });
    expect(showsOn(problem, rightWiring(problem), operands)).toBe(false);
    expect([0, 3, 5].map((element) => showsOn(problem, wiringOf(at(element)), operands))).toEqual([
      true,
      true,
      true,
    ]);
    expect(showsOn(problem, wiringOf(at(6)), operands)).toBe(false);
    expect(showsOn(problem, wiringOf({ permuted: [1, 0, 2, 3, 4] }), operands)).toBe(true);
  });

  test('do not differ by what rounding may do', () => {
    const floats = operandsFor(problem, 'floats', 0);
    const scaled = (gain: number) => wiringOf({ outputGain: () => () => gain });
    expect(showsOn(problem, scaled(1 + 2 ** -30), floats)).toBe(false);
    expect(showsOn(problem, scaled(1 + 2 ** -10), floats)).toBe(true);
  });
});

describe('operands', () => {
  test('count from 1 in the first draw, up to 99 of them', () => {
    const few = tiny({ inputSize: [MOST_COUNTED], kernelSize: 3, bias: true, outChannels: 2 });
    const { input, weight, bias } = values(operandsFor(few, 'integers', 0));
    expect(input).toEqual(Array.from({ length: 99 }, (_, i) => i + 1));
    expect([weight, bias]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [1, 2],
    ]);
    const many = operandsFor(tiny({ inputSize: [MOST_COUNTED + 1] }), 'integers', 0);
    expect(new Set(many.input?.data)).toEqual(new Set([1]));
    expect(many.input?.data).toHaveLength(100);
  });

  test('are one digit each later, never 0, other ones in each draw', () => {
    const problem = tiny({ inputSize: [80] });
    const draws = [1, 2].map((draw) => values(operandsFor(problem, 'integers', draw)).input as number[]);
    for (const drawn of draws) {
      expect(drawn.every((value) => Number.isInteger(value) && value !== 0 && Math.abs(value) <= 9)).toBe(
        true,
      );
      expect(new Set(drawn).size).toBeGreaterThan(10);
    }
    expect(draws[0]).not.toEqual(draws[1]);
  });

  test('are torch.rand’s as floats, in every draw', () => {
    const problem = tiny({});
    // torch.manual_seed(1); torch.rand(1): 0.7576.
    expect(values(operandsFor(problem, 'floats', 1)).input?.[0]).toBeCloseTo(0.757631599903106, 12);
    expect(operandsFor(problem, 'floats', 0)).toEqual(fillOperands(problem, 'uniform', 0));
  });

  test('have as `nan` one in the first factor, and 0 for the whole second', () => {
    const { input, weight } = values(operandsFor(tiny({ inputSize: [3], kernelSize: 2 }), 'nan', 0));
    expect([Number.isNaN(input?.[0]), Number.isNaN(input?.[1])]).toEqual([true, false]);
    expect(weight).toEqual([0, 0]);
    const gradient = operandsFor(tiny({ inputSize: [2], direction: 'grad-weight' }), 'nan', 0);
    expect([...(gradient.gradOutput?.data ?? [])]).toEqual([0, 0]);
    expect(gradient.input?.data[0]).toBeNaN();
  });

  test('are digits of a quantised dtype in four draws, and then all that it holds', () => {
    const problem = tiny({ inputSize: [60], dtype: 'int8' });
    const largest = [1, 3, 4].map((draw) =>
      Math.max(...(values(operandsFor(problem, 'integers', draw)).input as number[]).map(Math.abs)),
    );
    expect(largest[0]).toBeLessThan(10);
    expect(largest[1]).toBeLessThan(10);
    expect(operandsFor(problem, 'integers', 4)).toEqual(fillOperands(problem, 'integer', 4));
    expect(largest[2]).toBeGreaterThan(9);
    // A float's stay digits.
    const floats = operandsFor(tiny({ inputSize: [60] }), 'integers', 4).input?.data ?? [];
    expect(Math.max(...floats)).toBeLessThan(10);
  });
});
