/**
 * Outputs of mistaken implementations, made from the catalogue itself.
 */
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { resultDtype, type Tensor, zeros } from '../../src/core/tensor.ts';
import { changeAt } from '../../src/diagnose/applies.ts';
import { buildWiring } from '../../src/diagnose/build-wiring.ts';
import { evaluator, roundingTo } from '../../src/diagnose/evaluate.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Wiring } from '../../src/diagnose/wiring.ts';

/** Every element of `wiring`, rounded to the problem's dtype. */
export function outputOf(wiring: Wiring, problem: Problem, operands: Operands): Tensor {
  const evaluate = evaluator(wiring, operands, problem.dtype);
  const output = zeros(resultDtype(problem.dtype), wiring.shape);
  const round = roundingTo(problem.dtype);
  for (let element = 0; element < output.data.length; element++) {
    output.data[element] = round(evaluate(element).value);
  }
  return output;
}

/** The output with `mistakes` made, each as the catalogue first names it; undefined where that gives none. */
export function inject(
  problem: Problem,
  operands: Operands,
  mistakes: readonly Mistake[],
): Tensor | undefined {
  const sizes = sizesOf(problem);
  const changes = mistakes.map((mistake) => changeAt(mistake, sizes) ?? {});
  const wiring = buildWiring(sizes, changes);
  if (wiring === undefined || wiring.raises !== undefined) return undefined;
  return elementCount(wiring.shape) > 0 ? outputOf(wiring, problem, operands) : undefined;
}
