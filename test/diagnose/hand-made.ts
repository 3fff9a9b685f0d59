/**
 * Mistakes made by hand: what is read, moved or scaled stands in the test, so that outputs can be read off it.
 */
import { describeProblem } from '../../src/core/layer.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Elements } from '../../src/core/tensor.ts';
import { type Case, caseOf } from '../../src/diagnose/case.ts';
import type { Match } from '../../src/diagnose/hypothesis.ts';
import type { Family, Mistake } from '../../src/diagnose/mistake.ts';
import type { Change } from '../../src/diagnose/wiring.ts';

/** A mistake with one variant for each of `changes`. */
export function madeUp(id: string, changes: readonly Change[], family: Family = 'unfold'): Mistake {
  const [first = {}, ...others] = changes;
  return {
    id,
    family,
    title: id,
    cause: id,
    shows: id,
    fix: id,
    evidence: [],
    variants: [{ change: first }, ...others.map((change) => ({ change }))],
  };
}

/** Where element i of the input is due, element `from(i)` is read. */
export function reading(from: (offset: number) => number): Change {
  return { input: (input) => (offset) => input(from(offset)) };
}

/** A 1×1 convolution of one channel along a line: without a mistake its output is its input, times 1. */
export function lineOf(length: number): Problem {
  return describeProblem(`mb1ic1iw${length}oc1kw1`);
}

/** Its operands. */
export function lineOperands(values: ArrayLike<number>): Operands {
  return {
    input: { dtype: 'float32', shape: [1, 1, values.length], data: Float32Array.from(values) },
    weight: { dtype: 'float32', shape: [1, 1, 1], data: Float32Array.of(1) },
  };
}

/** A tensor of float32. */
export function tensorOf(shape: readonly number[], data: ArrayLike<number>) {
  return { dtype: 'float32' as const, shape, data: Float32Array.from(data) as Elements };
}

/** The case of a line of `values` that became `given`. */
export function lineCase(
  values: readonly number[],
  given: readonly number[],
  over: Partial<Case> = {},
): Case {
  const problem = lineOf(values.length);
  return { ...caseOf(problem, lineOperands(values), tensorOf([1, 1, given.length], given)), ...over };
}

/** 1000, 1001, …: each match of one of them is some eleven bits of evidence. */
export const counted = (length: number) => Array.from({ length }, (_, i) => 1000 + i);
/** The mistakes of each. */
export const names = (matches: readonly Match[]) =>
  matches.map(({ hypothesis }) => hypothesis.mistakes.map(({ id }) => id).join('+'));
