/**
 * What tiles read (gemm.ts): of the left matrix panels of 5 rows, of the right of NR columns, each panel's elements in the
 * order that a tile reads them, [depth][5] and [depth][NR]. Depth is what is summed over.
 */

// @ts-ignore: decorator
@inline
export const MR: usize = 5;
/** A vector has 4 float32 or 2 float64. */
// @ts-ignore: WIDE is the compiler's
export const SHIFT: usize = WIDE ? 3 : 2;
export const BYTES: usize = 1 << SHIFT;
// @ts-ignore: WIDE is the compiler's
export const NR: usize = WIDE ? 4 : 8;
export const ROW: usize = NR << SHIFT;

// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize): void {
  // As integers, so that no NaN changes.
  // @ts-ignore: WIDE is the compiler's
  if (WIDE) store<i64>(to, load<i64>(from));
  else store<i32>(to, load<i32>(from));
}

/**
 * Left panels of a matrix, `panelStep` bytes apart; rows beyond the last are read from the last, and their results
 * are nobody's.
 *
 * @param rowStep bytes between its rows
 * @param columnStep and between its columns: the smaller one where it is not transposed
 */
export function packLeft(
  from: usize,
  rowStep: usize,
  columnStep: usize,
  rows: i32,
  depth: i32,
  to: usize,
  panelStep: usize,
): void {
  const last = <usize>(rows - 1);
  for (let row: usize = 0; row <= last; row += MR) {
    packPanel(
      from + row * rowStep,
      from + min(row + 1, last) * rowStep,
      from + min(row + 2, last) * rowStep,
      from + min(row + 3, last) * rowStep,
      from + min(row + 4, last) * rowStep,
      columnStep,
      depth,
      to,
    );
    to += panelStep;
  }
}

export function packPanel(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  step: usize,
  depth: i32,
  to: usize,
): void {
  for (let k = 0; k < depth; k++) {
    copy(r0, to);
    copy(r1, to + BYTES);
    copy(r2, to + 2 * BYTES);
    copy(r3, to + 3 * BYTES);
    copy(r4, to + 4 * BYTES);
    r0 += step;
    r1 += step;
    r2 += step;
    r3 += step;
    r4 += step;
    to += MR * BYTES;
  }
}

/**
 * Right panels of the column matrix U, read from the input that is unfolded by the window table itself: row
 * (channel, position), column window.
 *
 * @param table entries of the first window to be packed; a row of windows each `tableStep` bytes
 * @param input the first channel's first pixel; where there is padding, a zero stands before each channel's, which is where
 * PADDING, −1, reads
 * @param plane bytes from one channel to the next
 * @param row the first row to be packed
 */
export function packRight(
  table: usize,
  tableStep: usize,
  input: usize,
  plane: usize,
  positions: i32,
  row: i32,
  depth: i32,
  panels: i32,
  to: usize,
): void {
  const end = row + depth;
  for (let panel = 0; panel < panels; panel++) {
    for (let position = 0; position < positions; position++) {
      const channel = (row - position + positions - 1) / positions;
      const first = channel * positions + position;
      if (first >= end) continue;
      const entries = table + <usize>position * tableStep;
      gather(
        entries,
        input + <usize>channel * plane,
        plane,
        (end - first + positions - 1) / positions,
        to + <usize>(first - row) * ROW,
        <usize>positions * ROW,
      );
    }
    table += NR << 2;
    to += <usize>depth * ROW;
  }
}

// @ts-ignore: decorator
@inline
function offset(entries: usize, lane: usize): usize {
  // A negative entry wraps, and so does the sum.
  return <usize>load<i32>(entries + (lane << 2)) << SHIFT;
}

/** True where a panel's windows read pixels that are `step` apart. */
// @ts-ignore: decorator
@inline
function areApart(entries: usize, step: i32): bool {
  const first = load<i32>(entries);
  const due = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4.splat(step), i32x4(0, 1, 2, 3)));
  const low = i32x4.eq(v128.load(entries), due);
  // @ts-ignore: WIDE is the compiler's
  if (WIDE) return i32x4.all_true(low);
  const high = i32x4.eq(v128.load(entries, 16), i32x4.add(due, i32x4.splat(4 * step)));
  return i32x4.all_true(v128.and(low, high));
}

/** One row of a panel from each of `channels` channels. */
export function gather(
  entries: usize,
  input: usize,
  plane: usize,
  channels: i32,
  to: usize,
  step: usize,
): void {
  if (areApart(entries, 1)) {
    input += offset(entries, 0);
    for (let channel = 0; channel < channels; channel++) {
      v128.store(to, v128.load(input));
      v128.store(to, v128.load(input, 16), 16);
      input += plane;
      to += step;
    }
    return;
  }
  if (areApart(entries, 2)) {
    input += offset(entries, 0);
    for (let channel = 0; channel < channels; channel++) {
      const v0 = v128.load(input), v1 = v128.load(input, 16), v2 = v128.load(input, 32);
      // Ends with the last pixel that is read: none may stand behind it.
      const v3 = v128.load(input + 48 - BYTES);
      // @ts-ignore: WIDE is the compiler's
      if (WIDE) {
        v128.store(to, v128.shuffle<i64>(v0, v1, 0, 2));
        v128.store(to, v128.shuffle<i64>(v2, v3, 0, 3), 16);
      } else {
        v128.store(to, v128.shuffle<i32>(v0, v1, 0, 2, 4, 6));
        v128.store(to, v128.shuffle<i32>(v2, v3, 0, 2, 5, 7), 16);
      }
      input += plane;
      to += step;
    }
    return;
  }
  const o0 = offset(entries, 0), o1 = offset(entries, 1), o2 = offset(entries, 2), o3 = offset(entries, 3);
  // @ts-ignore: WIDE is the compiler's
  if (WIDE) {
    for (let channel = 0; channel < channels; channel++) {
      copy(input + o0, to);
      copy(input + o1, to + BYTES);
      copy(input + o2, to + 2 * BYTES);
      copy(input + o3, to + 3 * BYTES);
      input += plane;
      to += step;
    }
  } else {
    const o4 = offset(entries, 4), o5 = offset(entries, 5), o6 = offset(entries, 6), o7 = offset(entries, 7);
    for (let channel = 0; channel < channels; channel++) {
      copy(input + o0, to);
      copy(input + o1, to + BYTES);
      copy(input + o2, to + 2 * BYTES);
      copy(input + o3, to + 3 * BYTES);
      copy(input + o4, to + 4 * BYTES);
      copy(input + o5, to + 5 * BYTES);
      copy(input + o6, to + 6 * BYTES);
      copy(input + o7, to + 7 * BYTES);
      input += plane;
      to += step;
    }
  }
}

/**
 * The same of U transposed: rows are windows, columns (channel, position), from `column` on; those from `columns` on are
 * read from the last, and their results are nobody's.
 */
export function packTransposed(
  table: usize,
  tableStep: usize,
  input: usize,
  plane: usize,
  positions: i32,
  columns: i32,
  column: i32,
  depth: i32,
  panels: i32,
  to: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let lane = 0; lane < <i32>NR; lane++) {
      const tap = min(column + lane, columns - 1);
      const entries = table + <usize>(tap % positions) * tableStep;
      gatherColumn(entries, input + <usize>(tap / positions) * plane, depth, to + (<usize>lane << SHIFT));
    }
    column += <i32>NR;
    to += <usize>depth * ROW;
  }
}

/** One column of a panel, of `depth` windows. */
export function gatherColumn(entries: usize, input: usize, depth: i32, to: usize): void {
  for (let k = 0; k < depth; k++) {
    copy(input + offset(entries, 0), to);
    entries += 4;
    to += ROW;
  }
}
