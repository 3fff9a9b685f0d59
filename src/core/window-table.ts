/**
 * Which pixel each tap of each window reads: the one index map that unfold gathers by and fold scatters by,
 * which is why fold with unfold's parameters is unfold's adjoint.
 *
 * Entry [kernel position, window] is the pixel's offset in one channel plane, or PADDING. Positions and
 * windows are row-major over the axes. Tap k of window o stands at o·stride + k·dilation − padding.
 */
import { windowCount } from './geometry.ts';
import { SMALL } from './kept.ts';
import type { UnfoldSpec } from './plan.ts';
import { type Shape, sameShape } from './shape.ts';

/** The entry of a tap that stands in the padding. */
export const PADDING = -1;

/** Windows per axis that `spec` slides over a plane of `size`; L is their product. */
export function slidingWindows(size: Shape, spec: UnfoldSpec): number[] {
  return size.map((inputSize, a) =>
    windowCount(inputSize + 2 * number(spec.padding, a), {
      kernelSize: number(spec.kernelSize, a),
      stride: number(spec.stride, a),
      dilation: number(spec.dilation, a),
    }),
  );
}

/** Entries of a table that is kept: 4 MB. */
const MOST_KEPT = 2 ** 20;
/** As many as the runs of one problem ask for by turns: what unfold gathers by, and what fold lays out by. */
const TABLES_KEPT = 2;

/** A table and what it was made for, as it was then. */
interface Kept {
  readonly made: readonly (readonly number[])[];
  readonly table: Int32Array;
}

let kept: readonly Kept[] = [];
/** The latest of each spec that is small. */
const small = new WeakMap<UnfoldSpec, Kept>();

/** The index map, (kH·kW) × L entries: not made again for one of the last two sizes and specs, or while it is small. */
export function windowTable(size: Shape, spec: UnfoldSpec): Int32Array {
  const wanted = [size, spec.kernelSize, spec.stride, spec.padding, spec.dilation];
  const isWanted = ({ made }: Kept) => made.every((list, i) => sameShape(list, wanted[i] as Shape));
  const own = small.get(spec);
  const known = own !== undefined && isWanted(own) ? own : kept.find(isWanted);
  if (known !== undefined) return known.table;
  const table = newTable(size, spec);
  if (table.length <= MOST_KEPT) {
    const entry = { made: wanted.map((list) => [...list]), table };
    if (table.length <= SMALL) small.set(spec, entry);
    kept = [entry, ...kept.slice(0, TABLES_KEPT - 1)];
  }
  return table;
}

function newTable(size: Shape, spec: UnfoldSpec): Int32Array {
  const windows = slidingWindows(size, spec);
  // Axis by axis, outermost first: `table` holds the map over the axes done so far.
  let table = Int32Array.of(0);
  let positions = 1;
  let columns = 1;
  for (let a = 0; a < size.length; a++) {
    const axis = axisTable(a, size, windows, spec);
    const length = number(size, a);
    const kernelSize = number(spec.kernelSize, a);
    const outputSize = number(windows, a);
    const next = new Int32Array(table.length * axis.length);
    for (let p = 0; p < positions; p++) {
      for (let k = 0; k < kernelSize; k++) {
        const row = (p * kernelSize + k) * columns * outputSize;
        for (let l = 0; l < columns; l++) {
          const outer = table[p * columns + l]!;
          extend(outer, length, axis, k * outputSize, outputSize, next, row + l * outputSize);
        }
      }
    }
    table = next;
    positions *= kernelSize;
    columns *= outputSize;
  }
  return table;
}

/** An entry of the axes so far with the windows of one more axis, of `length` pixels. */
function extend(
  outer: number,
  length: number,
  axis: Int32Array,
  from: number,
  windows: number,
  to: Int32Array,
  at: number,
): void {
  for (let o = 0; o < windows; o++) {
    const inner = axis[from + o]!;
    to[at + o] = outer === PADDING || inner === PADDING ? PADDING : outer * length + inner;
  }
}

function axisTable(a: number, size: Shape, windows: Shape, spec: UnfoldSpec): Int32Array {
  const kernelSize = number(spec.kernelSize, a);
  const outputSize = number(windows, a);
  const table = new Int32Array(kernelSize * outputSize);
  for (let k = 0; k < kernelSize; k++) {
    for (let o = 0; o < outputSize; o++) {
      const position = o * number(spec.stride, a) + k * number(spec.dilation, a) - number(spec.padding, a);
      table[k * outputSize + o] = position >= 0 && position < number(size, a) ? position : PADDING;
    }
  }
  return table;
}

function number(list: readonly number[], a: number): number {
  return list[a] as number;
}
