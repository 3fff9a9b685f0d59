/**
 * Elements in another order than row-major.
 */
import { elementCount, type Shape } from '../core/shape.ts';

/**
 * Calls `visit` for each index of `shape` in row-major order, with its row-major offset and its place, Σ index·step, both
 * in elements.
 */
export function forEachStrided(
  shape: Shape,
  steps: readonly number[],
  visit: (offset: number, place: number) => void,
): void {
  if (elementCount(shape) === 0) return; // (2^40, 0) would be a long walk to no element
  const last = shape.length - 1;
  let offset = 0;
  const walk = (d: number, place: number): void => {
    const [size, step] = [shape[d] ?? 1, steps[d] ?? 0];
    for (let i = 0; i < size; i++) {
      if (d < last) walk(d + 1, place + i * step);
      else visit(offset++, place + i * step);
    }
  };
  walk(0, 0); // as deep as the rank, which whatever gave the shape limits
}

/** The steps of a tensor whose first index runs fastest. */
export function fortranSteps(shape: Shape): number[] {
  return shape.map((_, d) => elementCount(shape.slice(0, d)));
}

/** The steps of one whose last index does. */
export function rowMajorSteps(shape: Shape): number[] {
  return shape.map((_, d) => elementCount(shape.slice(d + 1)));
}
