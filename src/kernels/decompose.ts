/**
 * The decomposition in WebAssembly: core/decompose.ts's steps, but that no columns are stored where they are only
 * multiplied. Windows are packed into the GEMM by the table that unfold gathers by, and a fold of single pixels is the
 * reshape that it is.
 */
import { addBias, cast } from '../core/decompose.ts';
import { fold } from '../core/fold.ts';
import { minus } from '../core/gemm.ts';
import { type OperandName, type Operands, operand } from '../core/operands.ts';
import { pad, unpad } from '../core/pad.ts';
import { type Plan, planDecomposition } from '../core/plan.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import { isHalf, type Tensor } from '../core/tensor.ts';
import { windowTable } from '../core/window-table.ts';
import type { Arena } from './arena.ts';
import { type Columns, fastGemm, type GemmKernel } from './gemm.ts';

/** The result of core's `decompose`, in another order of summation. */
export function fastDecompose(
  kernel: GemmKernel,
  arena: Arena,
  problem: Problem,
  operands: Operands,
  onProgress?: OnProgress,
): Tensor {
  const { direction, dtype } = problem;
  const plan = planDecomposition(problem);
  const { gemm: dims } = plan;
  const matrix = (name: OperandName) => operand(operands, name);
  const multiply = (left: Tensor, right: Columns) => fastGemm(kernel, arena, left, right, dims, onProgress);
  let result: Tensor;
  switch (direction) {
    case 'forward': {
      const weight = from(matrix('weight'), dims.zeroPoints.weight);
      result = multiply(weight, windowsOf(matrix('input'), plan));
      break;
    }
    case 'grad-input': {
      const columns = multiply(matrix('weight'), matrix('gradOutput'));
      result = plan.unpads.reduce(
        (padded, { parameters, shape }) => unpad(padded, parameters, shape.slice(2)),
        fold(columns, plan.adjoint),
      );
      break;
    }
    case 'grad-weight':
      result = multiply(matrix('gradOutput'), windowsOf(matrix('input'), plan));
  }
  if (plan.bias) result = addBias(result, matrix('bias'));
  const shaped = { ...result, shape: resultShape(problem) };
  return isHalf(dtype) ? cast(shaped, dtype) : shaped;
}

/** The padded input as the windows that unfold would read; where each reads its own pixel alone, as the matrix it is. */
function windowsOf(input: Tensor, { pads, unfold, gemm }: Plan): Columns {
  const image = from(pads.reduce(pad, input), gemm.zeroPoints.input);
  const table = windowTable(image.shape.slice(2), unfold);
  const taps = elementCount(unfold.kernelSize);
  const isIdentity =
    taps === 1 &&
    table.length === elementCount(image.shape.slice(2)) &&
    table.every((pixel, l) => pixel === l);
  return isIdentity ? image : { image, table, taps };
}

/** Each element's distance from the zero point. */
function from(tensor: Tensor, zeroPoint: number): Tensor {
  return { ...tensor, data: minus(tensor.data, zeroPoint) };
}
