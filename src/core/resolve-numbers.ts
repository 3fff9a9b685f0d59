/**
 * The dtype and the zero points of a problem.
 */
import { ToolError } from './errors.ts';
import { INTEGER_RANGE } from './numerics.ts';
import type { ConvParams } from './params.ts';
import type { Direction, ZeroPoints } from './problem.ts';
import { type Dtype, isQuantised } from './tensor.ts';

/** Throws ToolError where the dtype has no zero points, or none such. */
export function resolveNumbers(
  params: ConvParams,
  direction: Direction,
): { dtype: Dtype; zeroPoints: ZeroPoints } {
  const { dtype = 'float32', inputZeroPoint: input = 0, weightZeroPoint: weight = 0 } = params;
  if (!isQuantised(dtype)) {
    if (input === 0 && weight === 0) return { dtype, zeroPoints: { input, weight } };
    throw new ToolError(
      'bad-problem',
      `a zero point is given with dtype ${dtype}, but only int8 and uint8 have one`,
      'add --dtype int8 or --dtype uint8',
    );
  }
  if (direction !== 'forward' || params.transposed) {
    throw new ToolError(
      'unsupported',
      `dtype is ${dtype}, but this version decomposes quantised convolutions in the forward direction only, as there is no gradient of integers`,
      'use a float dtype for gradients and transposed convolutions',
    );
  }
  requireHeld('input_zero_point', input, dtype);
  requireHeld('weight_zero_point', weight, 'int8');
  return { dtype, zeroPoints: { input, weight } };
}

function requireHeld(name: string, value: number, dtype: 'int8' | 'uint8'): void {
  const [lowest, highest] = INTEGER_RANGE[dtype];
  if (Number.isInteger(value) && value >= lowest && value <= highest) return;
  throw new ToolError(
    'bad-problem',
    `${name} is ${value}, but it must be a value of ${dtype}: an integer from ${lowest} to ${highest}`,
  );
}
