/**
 * Shapes: lists of sizes, row-major (the last index runs fastest).
 */

/** Sizes of a tensor's dimensions, outermost first, in elements. */
export type Shape = readonly number[];

/** Number of elements: the product of the sizes; 1 for a 0-d shape. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** The coordinates of flat row-major `offset` in `shape`. */
export function coordinates(offset: number, shape: Shape): number[] {
  const index = new Array<number>(shape.length);
  let rest = offset;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] as number;
    index[d] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}

/** True where both have the same sizes in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** `(10, 32, 1, 1)`, with Python's comma for one dimension: `(64,)`. */
export function formatShape(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}
