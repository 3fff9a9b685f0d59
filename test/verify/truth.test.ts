/**
 * What an output may differ by where it is not the bound: halves that overflow in their last rounding, sums that overflow
 * on the way.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import { expectedOutput, overflowOf, truthOf } from '../../src/verify/truth.ts';

/** One pixel and one weight for each output channel: the outputs are x · w. */
function products(dtype: Dtype, x: number, weights: readonly number[]) {
  const problem: Problem = { ...describeProblem(`mb1ic1ih1oc${weights.length}kh1`), dtype };
  const operands: Operands = {
    input: { dtype, shape: [1, 1, 1, 1], data: Float32Array.of(x) },
    weight: { dtype, shape: [weights.length, 1, 1, 1], data: Float32Array.from(weights) },
  };
  return truthOf(problem, operands, undefined);
}

/** 1 · (a + b + …) of each output channel, from as many input channels. */
function sums(dtype: Dtype, terms: readonly (readonly number[])[]) {
  const count = terms[0]?.length ?? 0;
  const problem: Problem = { ...describeProblem(`mb1ic${count}ih1oc${terms.length}kh1`), dtype };
  const operands: Operands = {
    input: { dtype, shape: [1, count, 1, 1], data: new Float32Array(count).fill(1) },
    weight: { dtype, shape: [terms.length, count, 1, 1], data: Float32Array.from(terms.flat()) },
  };
  return truthOf(problem, operands, undefined);
}

const INFINITY = Number.POSITIVE_INFINITY;

describe('expectedOutput', () => {
  it('of float16 is infinite, with its sign, beyond halfway to what would come after the largest value', () => {
    // The largest is 65504, and its next neighbour would be 65536: 65520 is halfway.
    const truth = products('float16', 16, [4094, 4094.5, 4095.5, -4095.5, 1]);
    expect([...expectedOutput(truth)]).toEqual([65504, 65512, INFINITY, -INFINITY, 16]);
  });

  it('of float32 is what the direct path gives', () => {
    const truth = products('float32', 16, [4094, 4096]);
    expect(expectedOutput(truth)).toBe(truth.direct.output);
  });
});

describe('overflowOf', () => {
  it('of float16 is open only so close to halfway that the order of the sum decides', () => {
    // Exact sums of three, whose float32 errors may reach either side of 65520 only in the second.
    const truth = sums('float16', [
      [32752, 32752, 0],
      [32760, 32760, 2 ** -10],
      [32768, 32768, 0],
      [1, 1, 1],
    ]);
    const mayOverflow = overflowOf(truth);
    expect([0, 1, 2, 3].map((element) => mayOverflow(element, INFINITY))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('of float32 is open where partial sums overflow though the sum does not', () => {
    const large = 2 ** 127;
    const truth = sums('float32', [
      [large, large, -large],
      [large, -large, 1],
      [1, 1, 1],
    ]);
    const mayOverflow = overflowOf(truth);
    expect([0, 1, 2].map((element) => mayOverflow(element, INFINITY))).toEqual([true, true, false]);
  });

  it('is not open where a term is infinite, unless an overflow to the other side makes NaN', () => {
    const large = 2 ** 127;
    const truth = sums('float32', [
      [INFINITY, 1, 1],
      [INFINITY, -large, -large],
      [INFINITY, Number.NEGATIVE_INFINITY, 1],
    ]);
    const mayOverflow = overflowOf(truth);
    expect(mayOverflow(0, -INFINITY)).toBe(false);
    expect(mayOverflow(0, Number.NaN)).toBe(false);
    expect(mayOverflow(1, Number.NaN)).toBe(true);
    expect(mayOverflow(1, 0)).toBe(false);
    expect(mayOverflow(2, INFINITY)).toBe(false);
  });
});
