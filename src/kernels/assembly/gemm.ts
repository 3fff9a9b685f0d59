/**
 * The product of core/gemm.ts, a tile of 5 rows and two vectors of columns at a time: float32 5×8, float64 5×4
 * (WIDE), with multiply and add rounded one by one or in one instruction (FUSED), a binary each.
 *
 * A tile's ten accumulators, one row of the right matrix (two vectors), one element of the left and a product are 14
 * vectors: the engine keeps 15 in registers on x64, and a tile of 6 rows, which spills, is a third slower.
 *
 * Both matrices are read as panels (panels.ts). A tile's sums go on from what the block of depth before has left, so that
 * each element's terms are added in order from 0: without FUSED they have core's bits.
 */

import { BYTES, MR, NR, ROW } from './panels';

// What fills the panels is called from outside as well.
export { gather, gatherColumn, packLeft, packPanel, packRight, packTransposed } from './panels';

// @ts-ignore: decorator
@inline
function splat(address: usize): v128 {
  // @ts-ignore: WIDE is the compiler's
  return WIDE ? v128.load64_splat(address) : v128.load32_splat(address);
}

// @ts-ignore: decorator
@inline
function zero(): v128 {
  return i32x4.splat(0);
}

/** a·b + sum */
// @ts-ignore: decorator
@inline
function added(sum: v128, a: v128, b: v128): v128 {
  // @ts-ignore: both are the compiler's
  if (FUSED) return WIDE ? f64x2.relaxed_madd(a, b, sum) : f32x4.relaxed_madd(a, b, sum);
  // @ts-ignore: WIDE is the compiler's
  return WIDE ? f64x2.add(sum, f64x2.mul(a, b)) : f32x4.add(sum, f32x4.mul(a, b));
}

/** What a sum goes on from: what the result holds, or 0. */
// @ts-ignore: decorator
@inline
function begun(address: usize, isNext: bool): v128 {
  return isNext ? v128.load(address) : zero();
}

/** A tile of the result: to its 5 rows, `step` bytes apart, is added the left panel at `a` times the right one at `b`. */
export function addTile(a: usize, b: usize, c: usize, step: usize, depth: usize): void {
  tile(a, b, c, step, depth, true);
}

/** The same as a tile of a result that held nothing. */
export function setTile(a: usize, b: usize, c: usize, step: usize, depth: usize): void {
  tile(a, b, c, step, depth, false);
}

// @ts-ignore: decorator
@inline
function tile(a: usize, b: usize, c: usize, step: usize, depth: usize, isNext: bool): void {
  let row = c;
  let c00 = begun(row, isNext), c01 = begun(row + 16, isNext);
  row += step;
  let c10 = begun(row, isNext), c11 = begun(row + 16, isNext);
  row += step;
  let c20 = begun(row, isNext), c21 = begun(row + 16, isNext);
  row += step;
  let c30 = begun(row, isNext), c31 = begun(row + 16, isNext);
  row += step;
  let c40 = begun(row, isNext), c41 = begun(row + 16, isNext);
  const end = b + depth * ROW;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = splat(a);
    c00 = added(c00, x, b0);
    c01 = added(c01, x, b1);
    x = splat(a + BYTES);
    c10 = added(c10, x, b0);
    c11 = added(c11, x, b1);
    x = splat(a + 2 * BYTES);
    c20 = added(c20, x, b0);
    c21 = added(c21, x, b1);
    x = splat(a + 3 * BYTES);
    c30 = added(c30, x, b0);
    c31 = added(c31, x, b1);
    x = splat(a + 4 * BYTES);
    c40 = added(c40, x, b0);
    c41 = added(c41, x, b1);
    a += MR * BYTES;
    b += ROW;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += step;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += step;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += step;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += step;
  v128.store(c, c40);
  v128.store(c, c41, 16);
}

/** Of a tile the first vector of columns alone, where the rest of them are nobody's. */
export function addHalfTile(a: usize, b: usize, c: usize, step: usize, depth: usize): void {
  halfTile(a, b, c, step, depth, true);
}

export function setHalfTile(a: usize, b: usize, c: usize, step: usize, depth: usize): void {
  halfTile(a, b, c, step, depth, false);
}

// @ts-ignore: decorator
@inline
function halfTile(a: usize, b: usize, c: usize, step: usize, depth: usize, isNext: bool): void {
  let row = c;
  let c0 = begun(row, isNext);
  row += step;
  let c1 = begun(row, isNext);
  row += step;
  let c2 = begun(row, isNext);
  row += step;
  let c3 = begun(row, isNext);
  row += step;
  let c4 = begun(row, isNext);
  const end = b + depth * ROW;
  while (b < end) {
    const b0 = v128.load(b);
    c0 = added(c0, splat(a), b0);
    c1 = added(c1, splat(a + BYTES), b0);
    c2 = added(c2, splat(a + 2 * BYTES), b0);
    c3 = added(c3, splat(a + 3 * BYTES), b0);
    c4 = added(c4, splat(a + 4 * BYTES), b0);
    a += MR * BYTES;
    b += ROW;
  }
  v128.store(c, c0);
  c += step;
  v128.store(c, c1);
  c += step;
  v128.store(c, c2);
  c += step;
  v128.store(c, c3);
  c += step;
  v128.store(c, c4);
}

/**
 * A block of the result: `rows` left panels, `leftStep` bytes apart, times right panels of `columns` columns together, which
 * follow one another. The tile is a function of its own: the engine optimises a function for its next call, not a
 * running loop.
 *
 * @param isNext whether the result goes on from what it holds, and not from 0
 */
export function multiply(
  a: usize,
  leftStep: usize,
  rows: i32,
  b: usize,
  columns: i32,
  depth: usize,
  c: usize,
  step: usize,
  isNext: bool,
): void {
  const panels = (columns + <i32>NR - 1) / <i32>NR;
  const isHalf = panels * <i32>NR - columns >= <i32>NR / 2;
  const tiles = isHalf ? panels - 1 : panels;
  for (let i = 0; i < rows; i++) {
    let right = b;
    let to = c;
    for (let j = 0; j < tiles; j++) {
      if (isNext) addTile(a, right, to, step, depth);
      else setTile(a, right, to, step, depth);
      right += depth * ROW;
      to += ROW;
    }
    if (isHalf) {
      if (isNext) addHalfTile(a, right, to, step, depth);
      else setHalfTile(a, right, to, step, depth);
    }
    a += leftStep;
    c += MR * step;
  }
}
