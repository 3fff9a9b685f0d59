/**
 * The decomposition drawn in text: windows over the input, the column matrix they become, and fold.
 *
 * Every pixel of one channel plane has a letter; unfold only copies, so a letter says where a value came from.
 */
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { PADDING, windowTable } from '../core/window-table.ts';
import { sideBySide, table } from './layout.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** A picture of more rows or columns is no longer taken in at a glance. */
const MOST_ROWS = 16;
const MOST_COLUMNS = 16;
/** Windows shown side by side: the first ones and the last. */
const MOST_WINDOWS = 4;

const ZERO = '0';
const OUTSIDE = '·';

/** One plane as unfold sees it: its size with padding, and each window's taps in it. */
interface Plane {
  readonly height: number;
  readonly width: number;
  /** The letter of each padded pixel, `0` in the padding. */
  readonly letters: readonly string[];
  /** Per window, the padded pixel of each tap, in the order of the column's rows. */
  readonly windows: readonly (readonly number[])[];
}

/** True where the picture can be taken in: few pixels, few windows, few taps. */
export function isDrawable(problem: Problem): boolean {
  const { gemm, unfold } = planDecomposition(problem);
  const pixels = problem.axes.reduce((product, axis) => product * axis.inputSize, 1);
  const widths = problem.axes.map(
    (axis) => axis.inputSize + axis.paddingBegin + Math.max(axis.paddingEnd, axis.paddingBegin),
  );
  return (
    pixels <= LETTERS.length &&
    gemm.L <= MOST_COLUMNS &&
    elementCount(unfold.kernelSize) <= MOST_ROWS &&
    widths.every((size) => size <= MOST_ROWS)
  );
}

function planeOf(problem: Problem): Plane {
  const { unfold } = planDecomposition(problem);
  const [rows, columns] = problem.axes;
  if (rows === undefined || columns === undefined) throw new Error('a picture has two axes');
  // The plane with its padding laid out, over which unfold's windows slide without any of their own.
  const height = rows.inputSize + rows.paddingBegin + rows.paddingEnd;
  const width = columns.inputSize + columns.paddingBegin + columns.paddingEnd;
  const letters = Array.from({ length: height * width }, (_, pixel) => {
    const h = Math.floor(pixel / width) - rows.paddingBegin;
    const w = (pixel % width) - columns.paddingBegin;
    const inside = h >= 0 && h < rows.inputSize && w >= 0 && w < columns.inputSize;
    return inside ? (LETTERS[h * columns.inputSize + w] as string) : ZERO;
  });
  const index = windowTable([height, width], { ...unfold, padding: [0, 0] });
  const taps = elementCount(unfold.kernelSize);
  const L = index.length / taps;
  const windows = Array.from({ length: L }, (_, l) =>
    Array.from({ length: taps }, (_, row) => index[row * L + l] ?? PADDING),
  );
  return { height, width, letters, windows };
}

/** The plane, then the first windows and the last, each showing only the pixels that it reads. */
export function drawWindows(problem: Problem, width: number): string[] {
  const plane = planeOf(problem);
  const L = plane.windows.length;
  const isPadded = problem.axes.some((axis) => axis.paddingBegin !== 0 || axis.paddingEnd !== 0);
  const blockWidth = Math.max(2 * plane.width - 1, `window ${L - 1}`.length);
  const room = Math.floor((width - INDENT + GAP) / (blockWidth + GAP)) - 1;
  const draw = (l: number) => {
    const taps = plane.windows[l] ?? [];
    const cells = plane.letters.map((letter, pixel) => (taps.includes(pixel) ? letter : OUTSIDE));
    return [`window ${l}`, ...grid(plane, cells)];
  };
  const all = Array.from({ length: L }, (_, l) => l);
  const shown = L <= Math.min(room, MOST_WINDOWS + 1) ? all : all.slice(0, Math.min(room - 1, MOST_WINDOWS));
  const blocks = [[isPadded ? 'padded' : 'input', ...grid(plane, plane.letters)], ...shown.map(draw)];
  if (shown.length < L) blocks.push(draw(L - 1));
  return sideBySide(blocks, GAP).map((line) => ' '.repeat(INDENT) + line);
}

const INDENT = 2;
const GAP = 4;

function grid(plane: Plane, cells: readonly string[]): string[] {
  return Array.from({ length: plane.height }, (_, h) =>
    cells.slice(h * plane.width, (h + 1) * plane.width).join(' '),
  );
}

/** Columns of the first channel: one row per tap, one column per window. */
export function drawColumns(problem: Problem): string[] {
  const plane = planeOf(problem);
  const [, columns] = problem.axes;
  const kW = columns?.kernelSize ?? 1;
  const header = ['kh kw', ...plane.windows.map((_, l) => String(l))];
  const rows = (plane.windows[0] ?? []).map((_, row) => [
    ` ${Math.floor(row / kW)}  ${row % kW}`,
    ...plane.windows.map((taps) => plane.letters[taps[row] ?? 0] ?? ZERO),
  ]);
  return table([header, ...rows]);
}

/** The product's row of one output channel, and the same values laid out by fold: beside it, or below. */
export function drawFold(problem: Problem, width: number): string[] {
  const { gemm } = planDecomposition(problem);
  const [rows, columns] = problem.axes;
  if (rows === undefined || columns === undefined) throw new Error('a picture has two axes');
  const values = Array.from({ length: gemm.L }, (_, l) => `y${l}`);
  const wide = Math.max(...values.map((value) => value.length));
  const laidOut = Array.from({ length: rows.outputSize }, (_, h) =>
    values
      .slice(h * columns.outputSize, (h + 1) * columns.outputSize)
      .map((value) => value.padEnd(wide))
      .join(' ')
      .trimEnd(),
  );
  const row = [values.join(' ')];
  const beside = sideBySide([row, ['→'], laidOut], 3);
  const fits = beside.every((line) => INDENT + line.length <= width);
  return (fits ? beside : [...row, '', ...laidOut]).map((line) => `${' '.repeat(INDENT)}${line}`.trimEnd());
}

/** The first pixel that most windows read, and the windows that read it. */
export function mostReadPixel(problem: Problem): { letter: string; windows: number[] } | undefined {
  const plane = planeOf(problem);
  let most: { letter: string; windows: number[] } | undefined;
  plane.letters.forEach((letter, pixel) => {
    if (letter === ZERO) return;
    const windows = plane.windows.flatMap((taps, l) => (taps.includes(pixel) ? [l] : []));
    if (most === undefined || windows.length > most.windows.length) most = { letter, windows };
  });
  return most;
}
