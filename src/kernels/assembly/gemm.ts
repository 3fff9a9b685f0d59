/**
 * GEMM in tiles of 5 rows × 32 bytes of columns: 10 vectors of sums, 2 of the right matrix, one factor of the left
 * one and one product are 14 of the 15 vector registers that V8 has on x64; with 16 alive it spills.
 *
 * Both matrices are packed in panels, so that a tile walks memory in order: of the left matrix 5 rows, term after term;
 * of the right one 8 (float32) or 4 (float64) columns, term after term. What a panel has beyond its matrix is 0, and what
 * a tile has beyond the result is dropped.
 *
 * FUSED is set by compile.mjs: 1 fuses each multiplication with its addition (relaxed SIMD), 0 rounds both.
 */

const ROWS: i32 = 5;
/** Bytes of a panel's row of the right matrix: two vectors. */
const WIDTH: i32 = 32;

// ── Packing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `rows` × `terms` elements of the left matrix, `rowStep` and `termStep` elements apart, in panels of 5 rows. */
function packLeft<T>(from: usize, rowStep: i32, termStep: i32, rows: i32, terms: i32, to: usize): void {
  const size = <i32>sizeof<T>();
  for (let row = 0; row < rows; row += ROWS) {
    const inside = min(ROWS, rows - row);
    for (let r = 0; r < ROWS; r++) {
      let out = to + <usize>(r * size);
      if (r >= inside) {
        for (let t = 0; t < terms; t++, out += ROWS * size) store<T>(out, <T>0);
        continue;
      }
      let at = from + <usize>(row + r) * <usize>rowStep * <usize>size;
      const step = <usize>termStep * <usize>size;
      for (let t = 0; t < terms; t++, out += ROWS * size, at += step) store<T>(out, load<T>(at));
    }
    to += <usize>(terms * ROWS * size);
  }
}

/** `terms` × `columns` elements of the right matrix, `termStep` and `columnStep` elements apart, in panels of columns. */
function packRight<T>(
  from: usize,
  termStep: i32,
  columnStep: i32,
  terms: i32,
  columns: i32,
  to: usize,
): void {
  const size = <i32>sizeof<T>();
  const lanes = WIDTH / size;
  for (let column = 0; column < columns; column += lanes) {
    const inside = min(lanes, columns - column);
    let at = from + <usize>column * <usize>columnStep * <usize>size;
    const step = <usize>termStep * <usize>size;
    if (columnStep == 1 && inside == lanes) {
      for (let t = 0; t < terms; t++, at += step, to += WIDTH) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
      }
      continue;
    }
    const across = <usize>columnStep * <usize>size;
    for (let t = 0; t < terms; t++, at += step, to += WIDTH) {
      let element = at;
      for (let c = 0; c < lanes; c++, element += across) {
        store<T>(to + <usize>(c * size), c < inside ? load<T>(element) : <T>0);
      }
    }
  }
}

/** For packWindows: which vectors of each tap's panels are entries that follow one upon the other. */
export function findRuns(table: usize, taps: i32, windows: i32, lanes: i32, runs: usize): void {
  const half = lanes / 2;
  for (let tap = 0; tap < taps; tap++) {
    for (let window = 0; window < windows; window += lanes, runs++) {
      let bits = 0;
      for (let h = 0; h < 2; h++) {
        const first = window + h * half;
        let follows = first + half <= windows && load<i32>(table + (<usize>first << 2)) >= 0;
        for (let c = 1; follows && c < half; c++) {
          const entry = table + (<usize>(first + c) << 2);
          follows = load<i32>(entry) == load<i32>(entry - 4) + 1 && load<i32>(entry) > 0;
        }
        if (follows) bits |= 1 << h;
      }
      store<u8>(runs, <u8>bits);
    }
    table += <usize>windows << 2;
  }
}

/**
 * The columns of unfold, without having unfolded: term (channel, tap) of window l is the pixel that `table` names, or 0
 * in the padding.
 *
 * @param from the image, its channels `plane` elements apart
 * @param table taps × windows offsets into a plane, -1 in the padding
 * @param runs taps × ⌈windows / lanes⌉ bytes: bit 0 and 1 where the entries of a vector follow one upon the other
 * @param term the first term; `terms` follow
 * @param window the first window, a multiple of the lanes; `columns` follow
 */
function packWindows<T>(
  from: usize,
  plane: i32,
  table: usize,
  runs: usize,
  taps: i32,
  windows: i32,
  term: i32,
  terms: i32,
  window: i32,
  columns: i32,
  to: usize,
): void {
  const size = <i32>sizeof<T>();
  const lanes = WIDTH / size;
  const half = lanes / 2;
  const panels = (windows + lanes - 1) / lanes;
  for (let column = 0; column < columns; column += lanes) {
    const inside = min(lanes, columns - column);
    const panel = (window + column) / lanes;
    let tap = term % taps;
    let image = from + <usize>(term / taps) * <usize>plane * <usize>size;
    for (let t = 0; t < terms; t++, to += WIDTH) {
      const entries = table + ((<usize>tap * <usize>windows + <usize>(window + column)) << 2);
      const run = <i32>load<u8>(runs + <usize>tap * <usize>panels + <usize>panel);
      if (run & 1) v128.store(to, v128.load(image + <usize>load<i32>(entries) * size));
      else gather<T>(image, entries, 0, half, inside, to);
      if (run & 2) v128.store(to, v128.load(image + <usize>load<i32>(entries + (<usize>half << 2)) * size), 16);
      else gather<T>(image, entries, half, lanes, inside, to);
      if (++tap == taps) {
        tap = 0;
        image += <usize>plane * <usize>size;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function gather<T>(image: usize, entries: usize, first: i32, end: i32, inside: i32, to: usize): void {
  const size = sizeof<T>();
  for (let c = first; c < end; c++) {
    const pixel = c < inside ? load<i32>(entries + (<usize>c << 2)) : -1;
    store<T>(to + <usize>c * size, pixel < 0 ? <T>0 : load<T>(image + <usize>pixel * size));
  }
}

/** The same read the other way: terms are windows, columns are (channel, tap). */
function packTaps<T>(
  from: usize,
  plane: i32,
  table: usize,
  taps: i32,
  windows: i32,
  window: i32,
  terms: i32,
  first: i32,
  columns: i32,
  to: usize,
): void {
  const size = <i32>sizeof<T>();
  const lanes = WIDTH / size;
  for (let column = 0; column < columns; column += lanes) {
    for (let c = 0; c < lanes; c++) {
      let out = to + <usize>(c * size);
      if (column + c >= columns) {
        for (let t = 0; t < terms; t++, out += WIDTH) store<T>(out, <T>0);
        continue;
      }
      const row = first + column + c;
      const image = from + <usize>(row / taps) * <usize>plane * <usize>size;
      let entry = table + ((<usize>(row % taps) * <usize>windows + <usize>window) << 2);
      for (let t = 0; t < terms; t++, out += WIDTH, entry += 4) {
        const pixel = load<i32>(entry);
        store<T>(out, pixel < 0 ? <T>0 : load<T>(image + <usize>pixel * <usize>size));
      }
    }
    to += <usize>(terms * WIDTH);
  }
}

// ── Tiles ───────────────────────────────────────────────────────────────────────────────────────────────────────────

// @ts-ignore: decorator
@inline
function madd<T>(sum: v128, a: v128, b: v128): v128 {
  if (FUSED) return v128.relaxed_madd<T>(a, b, sum);
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

// @ts-ignore: decorator
@inline
function broadcast<T>(at: usize, offset: i32): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(at + offset) : v128.load64_splat(at + offset);
}

/** result = left · right, one tile; the result's rows are `step` bytes apart. */
function storeTile<T>(left: usize, right: usize, terms: i32, result: usize, step: usize): void {
  const size = <i32>sizeof<T>();
  let sum00 = i32x4.splat(0);
  let sum01 = i32x4.splat(0);
  let sum10 = i32x4.splat(0);
  let sum11 = i32x4.splat(0);
  let sum20 = i32x4.splat(0);
  let sum21 = i32x4.splat(0);
  let sum30 = i32x4.splat(0);
  let sum31 = i32x4.splat(0);
  let sum40 = i32x4.splat(0);
  let sum41 = i32x4.splat(0);
  for (let t = 0; t < terms; t++) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    let a = broadcast<T>(left, 0 * size);
    sum00 = madd<T>(sum00, a, b0);
    sum01 = madd<T>(sum01, a, b1);
    a = broadcast<T>(left, 1 * size);
    sum10 = madd<T>(sum10, a, b0);
    sum11 = madd<T>(sum11, a, b1);
    a = broadcast<T>(left, 2 * size);
    sum20 = madd<T>(sum20, a, b0);
    sum21 = madd<T>(sum21, a, b1);
    a = broadcast<T>(left, 3 * size);
    sum30 = madd<T>(sum30, a, b0);
    sum31 = madd<T>(sum31, a, b1);
    a = broadcast<T>(left, 4 * size);
    sum40 = madd<T>(sum40, a, b0);
    sum41 = madd<T>(sum41, a, b1);
    left += ROWS * size;
    right += WIDTH;
  }
  v128.store(result, sum00);
  v128.store(result, sum01, 16);
  result += step;
  v128.store(result, sum10);
  v128.store(result, sum11, 16);
  result += step;
  v128.store(result, sum20);
  v128.store(result, sum21, 16);
  result += step;
  v128.store(result, sum30);
  v128.store(result, sum31, 16);
  result += step;
  v128.store(result, sum40);
  v128.store(result, sum41, 16);
}

/** result += left · right, one tile; the result's rows are `step` bytes apart. */
function addTile<T>(left: usize, right: usize, terms: i32, result: usize, step: usize): void {
  const size = <i32>sizeof<T>();
  let sum00 = i32x4.splat(0);
  let sum01 = i32x4.splat(0);
  let sum10 = i32x4.splat(0);
  let sum11 = i32x4.splat(0);
  let sum20 = i32x4.splat(0);
  let sum21 = i32x4.splat(0);
  let sum30 = i32x4.splat(0);
  let sum31 = i32x4.splat(0);
  let sum40 = i32x4.splat(0);
  let sum41 = i32x4.splat(0);
  for (let t = 0; t < terms; t++) {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    let a = broadcast<T>(left, 0 * size);
    sum00 = madd<T>(sum00, a, b0);
    sum01 = madd<T>(sum01, a, b1);
    a = broadcast<T>(left, 1 * size);
    sum10 = madd<T>(sum10, a, b0);
    sum11 = madd<T>(sum11, a, b1);
    a = broadcast<T>(left, 2 * size);
    sum20 = madd<T>(sum20, a, b0);
    sum21 = madd<T>(sum21, a, b1);
    a = broadcast<T>(left, 3 * size);
    sum30 = madd<T>(sum30, a, b0);
    sum31 = madd<T>(sum31, a, b1);
    a = broadcast<T>(left, 4 * size);
    sum40 = madd<T>(sum40, a, b0);
    sum41 = madd<T>(sum41, a, b1);
    left += ROWS * size;
    right += WIDTH;
  }
  v128.store(result, v128.add<T>(v128.load(result), sum00));
  v128.store(result, v128.add<T>(v128.load(result, 16), sum01), 16);
  result += step;
  v128.store(result, v128.add<T>(v128.load(result), sum10));
  v128.store(result, v128.add<T>(v128.load(result, 16), sum11), 16);
  result += step;
  v128.store(result, v128.add<T>(v128.load(result), sum20));
  v128.store(result, v128.add<T>(v128.load(result, 16), sum21), 16);
  result += step;
  v128.store(result, v128.add<T>(v128.load(result), sum30));
  v128.store(result, v128.add<T>(v128.load(result, 16), sum31), 16);
  result += step;
  v128.store(result, v128.add<T>(v128.load(result), sum40));
  v128.store(result, v128.add<T>(v128.load(result, 16), sum41), 16);
}

/**
 * result (rows × columns) = left · right over `terms` terms, or += where it is not the first; both packed.
 *
 * @param step elements between the result's rows
 * @param spare room for one tile, used where one hangs over the result's edge
 */
function multiply<T>(
  left: usize,
  right: usize,
  terms: i32,
  rows: i32,
  columns: i32,
  result: usize,
  step: i32,
  isFirst: i32,
  spare: usize,
): void {
  const size = <i32>sizeof<T>();
  const lanes = WIDTH / size;
  for (let row = 0; row < rows; row += ROWS) {
    let panel = right;
    for (let column = 0; column < columns; column += lanes, panel += <usize>(terms * WIDTH)) {
      const to = result + (<usize>row * <usize>step + <usize>column) * <usize>size;
      if (row + ROWS > rows || column + lanes > columns) {
        storeTile<T>(left, panel, terms, spare, WIDTH);
        trim<T>(spare, min(ROWS, rows - row), min(lanes, columns - column), to, step, isFirst);
      } else if (isFirst) storeTile<T>(left, panel, terms, to, <usize>step * <usize>size);
      else addTile<T>(left, panel, terms, to, <usize>step * <usize>size);
    }
    left += <usize>(terms * ROWS * size);
  }
}

/** The part of a tile that lies inside the result. */
function trim<T>(tile: usize, rows: i32, columns: i32, to: usize, step: i32, isFirst: i32): void {
  const size = sizeof<T>();
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = to + <usize>c * size;
      const sum = load<T>(tile + <usize>c * size);
      store<T>(at, isFirst ? sum : load<T>(at) + sum);
    }
    tile += WIDTH;
    to += <usize>step * size;
  }
}

// ── What is called ──────────────────────────────────────────────────────────────────────────────────────────────────

export function packLeft32(from: usize, rowStep: i32, termStep: i32, rows: i32, terms: i32, to: usize): void {
  packLeft<f32>(from, rowStep, termStep, rows, terms, to);
}

export function packLeft64(from: usize, rowStep: i32, termStep: i32, rows: i32, terms: i32, to: usize): void {
  packLeft<f64>(from, rowStep, termStep, rows, terms, to);
}

export function packRight32(
  from: usize,
  termStep: i32,
  columnStep: i32,
  terms: i32,
  columns: i32,
  to: usize,
): void {
  packRight<f32>(from, termStep, columnStep, terms, columns, to);
}

export function packRight64(
  from: usize,
  termStep: i32,
  columnStep: i32,
  terms: i32,
  columns: i32,
  to: usize,
): void {
  packRight<f64>(from, termStep, columnStep, terms, columns, to);
}

export function packWindows32(
  from: usize,
  plane: i32,
  table: usize,
  runs: usize,
  taps: i32,
  windows: i32,
  term: i32,
  terms: i32,
  window: i32,
  columns: i32,
  to: usize,
): void {
  packWindows<f32>(from, plane, table, runs, taps, windows, term, terms, window, columns, to);
}

export function packWindows64(
  from: usize,
  plane: i32,
  table: usize,
  runs: usize,
  taps: i32,
  windows: i32,
  term: i32,
  terms: i32,
  window: i32,
  columns: i32,
  to: usize,
): void {
  packWindows<f64>(from, plane, table, runs, taps, windows, term, terms, window, columns, to);
}

export function packTaps32(
  from: usize,
  plane: i32,
  table: usize,
  taps: i32,
  windows: i32,
  window: i32,
  terms: i32,
  first: i32,
  columns: i32,
  to: usize,
): void {
  packTaps<f32>(from, plane, table, taps, windows, window, terms, first, columns, to);
}

export function packTaps64(
  from: usize,
  plane: i32,
  table: usize,
  taps: i32,
  windows: i32,
  window: i32,
  terms: i32,
  first: i32,
  columns: i32,
  to: usize,
): void {
  packTaps<f64>(from, plane, table, taps, windows, window, terms, first, columns, to);
}

export function multiply32(
  left: usize,
  right: usize,
  terms: i32,
  rows: i32,
  columns: i32,
  result: usize,
  step: i32,
  isFirst: i32,
  spare: usize,
): void {
  multiply<f32>(left, right, terms, rows, columns, result, step, isFirst, spare);
}

export function multiply64(
  left: usize,
  right: usize,
  terms: i32,
  rows: i32,
  columns: i32,
  result: usize,
  step: i32,
  isFirst: i32,
  spare: usize,
): void {
  multiply<f64>(left, right, terms, rows, columns, result, step, isFirst, spare);
}
