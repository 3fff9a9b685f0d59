/**
 * The case that is to be explained: an output, what it should have been, and where the two differ.
 */

import type { DirectResult } from '../core/direct.ts';
import { roundingBound } from '../core/numerics.ts';
import type { Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, sameShape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { truthOf } from '../verify/truth.ts';
import { hasIntegersOnly, stored, sumsExactly } from './evaluate.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/** An output that is not the convolution's, most likely. */
export interface Case {
  readonly problem: Problem;
  readonly sizes: Sizes;
  readonly operands: Operands;
  readonly actual: Tensor;
  readonly direct: DirectResult;
  /** False where `actual` has another shape: then every element is wrong. */
  readonly hasRightShape: boolean;
  /** Offsets in `actual` of the elements outside their bound. */
  readonly wrong: readonly number[];
  /** All operands are integers: outputs of any wiring are, and as long as sums do not round they are compared exactly. */
  readonly isInteger: boolean;
}

/** Runs the direct convolution and finds the elements that are wrong. */
export function caseOf(problem: Problem, operands: Operands, actual: Tensor): Case {
  const { direct } = truthOf(problem, operands, undefined);
  const isInteger = hasIntegersOnly(operands);
  const due = { problem, direct, isInteger };
  const hasRightShape = sameShape(actual.shape, direct.shape);
  const wrong: number[] = [];
  const count = elementCount(actual.shape);
  for (let element = 0; element < count; element++) {
    if (!hasRightShape || !isRight(due, element, actual.data[element] as number)) wrong.push(element);
  }
  return { problem, sizes: sizesOf(problem), operands, actual, direct, hasRightShape, wrong, isInteger };
}

/** True where `value` is what the element may be. */
export function isRight(
  { problem, direct, isInteger }: Pick<Case, 'problem' | 'direct' | 'isInteger'>,
  element: number,
  value: number,
): boolean {
  const { dtype } = problem;
  const { output, terms, skippingPadding } = direct;
  const S = direct.magnitudeAt(element);
  const y = output[element] as number;
  const isExact = sumsExactly(dtype, isInteger, S);
  const bound = isExact ? 0 : roundingBound(dtype, terms[element] as number, S, y);
  const expected = stored(dtype, y, bound);
  const skipped = skippingPadding.get(element);
  return agrees(value, expected, bound) || (skipped !== undefined && agrees(value, skipped, bound));
}

/** Within the bound, or of the same non-finite class. */
export function agrees(actual: number, expected: number, bound: number): boolean {
  return Number.isFinite(actual) && Number.isFinite(expected)
    ? Math.abs(actual - expected) <= bound
    : Object.is(actual, expected);
}

/** Up to `most` of `items`, evenly spread, the first and the last among them. */
export function spread(items: readonly number[], most: number): number[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.floor((i * (items.length - 1)) / (most - 1))] as number,
  );
}
