/**
 * fold (col2im), reference version: output[n, c, pixel] = Σ of the column entries whose tap stands on the pixel.
 *
 * With unfold's own parameters it is unfold's adjoint, and fold(unfold(x)) multiplies each pixel by the number
 * of windows that cover it. After a GEMM it is called with kernel_size 1 and stride 1 and only lays columns out.
 * Sums in the tensor's dtype, taps in (kh, kw, oh, ow) order. Checks and meaning as torch.nn.functional.fold.
 */
import { ToolError } from './errors.ts';
import type { FoldSpec } from './plan.ts';
import { elementCount, formatShape } from './shape.ts';
import { type Elements, type Tensor, zeros } from './tensor.ts';
import { PADDING, slidingWindows, windowTable } from './window-table.ts';

/**
 * @param columns (N, C·kH·kW, L)
 * @param known the window table of `spec`, from who calls again and again
 * @returns (N, C, *outputSize)
 * @throws ToolError where the rows are not a multiple of kH·kW, or L is not the windows that fit
 */
export function fold(columns: Tensor, spec: FoldSpec, known?: Int32Array): Tensor {
  const [N, rows, L] = columns.shape as [number, number, number];
  const window = elementCount(spec.kernelSize);
  if (rows % window !== 0) {
    throw new ToolError(
      'bad-tensor',
      `columns have shape ${formatShape(columns.shape)}, but dimension 1 must be a multiple of the window's ${spec.kernelSize.join('·')} = ${window} positions`,
    );
  }
  const windows = slidingWindows(spec.outputSize, spec);
  if (windows.some((count) => count < 1) || elementCount(windows) !== L) {
    throw new ToolError(
      'bad-tensor',
      `columns have L = ${L} windows, but output_size ${formatShape(spec.outputSize)} with kernel_size ${formatShape(spec.kernelSize)}, ` +
        `stride ${formatShape(spec.stride)}, padding ${formatShape(spec.padding)}, dilation ${formatShape(spec.dilation)} has ${windows.join('·')} = ${elementCount(windows)}`,
    );
  }
  const C = rows / window;
  const table = known ?? windowTable(spec.outputSize, spec);
  const plane = elementCount(spec.outputSize);
  const output = zeros(columns.dtype, [N, C, ...spec.outputSize]);
  const [u, y] = [columns.data, output.data];
  for (let channel = 0; channel < N * C; channel++) {
    scatter(table, u, channel * table.length, y, channel * plane);
  }
  return output;
}

/** One plane's columns, added up. */
function scatter(table: Int32Array, u: Elements, from: number, y: Elements, to: number): void {
  for (let entry = 0; entry < table.length; entry++) {
    const pixel = table[entry]!;
    // Storing rounds to the dtype: a float64 sum of two float32 rounded to float32 is their float32 sum.
    if (pixel !== PADDING) y[to + pixel] = y[to + pixel]! + u[from + entry]!;
  }
}
