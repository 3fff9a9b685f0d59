/**
 * Judged outputs, right and wrong, for the tests of the tester.
 */

import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import type { Fill } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { checkAgainstDirect, type OutputCheck } from '../../src/verify/check.ts';
import type { Criterion, DataWitness, Truth } from '../../src/verify/truth.ts';
import { type ConvOperands, fillConvolution } from '../operands.ts';

export const BOUND: Criterion = { kind: 'bound' };
export const WITNESSES: readonly DataWitness[] = ['exact', 'rounding'];

/** The data on which each witness is asked: integers that sum exactly, or floats. */
const FILLS: Readonly<Record<DataWitness, Fill>> = { exact: 'integer', rounding: 'normal' };

/** A truth whose operands are a forward convolution's. */
export type ConvTruth = Truth & { readonly operands: ConvOperands };

/** A problem run once, by the direct convolution. */
export function truthOf(layer: string, fill: Fill, beside: ConvParams = {}): ConvTruth {
  const problem = describeProblem(layer, beside);
  return truthFor(problem, fillConvolution(problem, fill, 5489));
}

export function truthFor(problem: Truth['problem'], operands: ConvOperands): ConvTruth {
  return { problem, operands, direct: directConvolution(problem, operands) };
}

/** Data for one witness, on a layer whose every output element has few enough terms to see any lost. */
export function truthForWitness(witness: DataWitness, layer = 'mb2ic3ih6oc4kh3ph1'): ConvTruth {
  return truthOf(layer, FILLS[witness], { bias: true });
}

/** The right output. */
export function rightOutput({ problem, operands }: Truth): Tensor {
  return decompose(problem, operands).output;
}

/** An output given by its values, in float64 as external files are. */
export function outputOf({ direct }: Truth, values: ArrayLike<number>): Tensor {
  return { dtype: 'float64', shape: direct.shape, data: Float64Array.from(values) };
}

export function judge(
  truth: Truth,
  output: Tensor,
  witness: DataWitness,
  side: 'decomposed' | 'external' = 'external',
): OutputCheck {
  return checkAgainstDirect(truth, output, side, witness, BOUND);
}
