/**
 * unfold (im2col), reference version: columns[n, (c, kh, kw), (oh, ow)] = input[n, c, pixel] or 0 in the padding.
 *
 * Rows run c, kh, kw and columns oh, ow, as torch.nn.functional.unfold lays them out; only the spatial axes are
 * listed, so 1-D and 3-D are the same loop. Copies only: no rounding.
 */
import type { UnfoldSpec } from './plan.ts';
import { elementCount } from './shape.ts';
import { type Elements, type Tensor, zeros } from './tensor.ts';
import { PADDING, slidingWindows, windowTable } from './window-table.ts';

/**
 * @param input (N, C, H, W)
 * @returns columns (N, C·kH·kW, L)
 */
export function unfold(input: Tensor, spec: UnfoldSpec): Tensor {
  const [N, C, ...size] = input.shape as [number, number, ...number[]];
  const table = windowTable(size, spec);
  const window = elementCount(spec.kernelSize);
  const L = elementCount(slidingWindows(size, spec));
  const plane = elementCount(size);
  const columns = zeros(input.dtype, [N, C * window, L]);
  const [x, u] = [input.data, columns.data];
  for (let channel = 0; channel < N * C; channel++) {
    gather(table, x, channel * plane, u, channel * table.length);
  }
  return columns;
}

/** One plane's columns. */
function gather(table: Int32Array, x: Elements, from: number, u: Elements, to: number): void {
  for (let entry = 0; entry < table.length; entry++) {
    const pixel = table[entry]!;
    if (pixel !== PADDING) u[to + entry] = x[from + pixel]!;
  }
}
