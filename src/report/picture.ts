/**
 * The decomposition drawn in text: windows over the input, the column matrix they become, and fold.
 *
 * Every pixel of one channel plane has a letter; unfold only copies, so a letter says where a value came from.
 */
import { pad } from '../core/pad.ts';
import { type PadSpec, planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { coordinates, elementCount } from '../core/shape.ts';
import { zeros } from '../core/tensor.ts';
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
    problem.axes.length <= 2 &&
    pixels <= LETTERS.length &&
    gemm.L <= MOST_COLUMNS &&
    elementCount(unfold.kernelSize) <= MOST_ROWS &&
    widths.every((size) => size <= MOST_ROWS)
  );
}

function planeOf(problem: Problem): Plane {
  const { unfold } = planDecomposition(problem);
  // A line is a plane of height 1.
  const size = problem.axes.map((axis) => axis.inputSize);
  const padding: PadSpec = {
    begin: problem.axes.map((axis) => axis.paddingBegin),
    end: problem.axes.map((axis) => axis.paddingEnd),
    mode: problem.paddingMode,
    value: 0,
  };
  // Pixels count from 1, so that 0 is what padding holds; with it laid out, unfold's windows slide without any of their own.
  const pixels = {
    ...zeros('float64', [1, 1, ...size]),
    data: Float64Array.from({ length: elementCount(size) }, (_, i) => i + 1),
  };
  const padded = pad(pixels, padding);
  const letters = [...padded.data].map((pixel) => (pixel === 0 ? ZERO : (LETTERS[pixel - 1] as string)));
  const [height, width] = planeSize(padded.shape.slice(2));
  const index = windowTable(padded.shape.slice(2), { ...unfold, padding: size.map(() => 0) });
  const taps = elementCount(unfold.kernelSize);
  const L = index.length / taps;
  const windows = Array.from({ length: L }, (_, l) =>
    Array.from({ length: taps }, (_, row) => index[row * L + l] ?? PADDING),
  );
  return { height, width, letters, windows };
}

/** Rows and columns: a line is a plane of height 1. */
function planeSize(sizes: readonly number[]): [number, number] {
  return [sizes.length === 1 ? 1 : (sizes[0] as number), sizes.at(-1) as number];
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
  const blocks = [[isPadded ? 'padded' : nameOf(problem), ...grid(plane, plane.letters)], ...shown.map(draw)];
  if (shown.length < L) blocks.push(draw(L - 1));
  return sideBySide(blocks, GAP).map((line) => ' '.repeat(INDENT) + line);
}

function nameOf({ direction, transposed }: Problem): string {
  if (direction !== 'grad-input') return 'input';
  return transposed ? 'output' : 'gradient';
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
  const kernel = problem.axes.map((axis) => axis.kernelSize);
  const header = [...(kernel.length === 1 ? ['kw'] : ['kh kw']), ...plane.windows.map((_, l) => String(l))];
  const rows = (plane.windows[0] ?? []).map((_, row) => [
    coordinates(row, kernel)
      .map((k) => String(k).padStart(2))
      .join(' '),
    ...plane.windows.map((taps) => plane.letters[taps[row] ?? 0] ?? ZERO),
  ]);
  return table([header, ...rows]);
}

/** The product's row of one output channel, and the same values laid out by fold: beside it, or below. */
export function drawFold(problem: Problem, width: number): string[] {
  const { gemm } = planDecomposition(problem);
  const [rows, columns] = planeSize(problem.axes.map((axis) => axis.outputSize));
  const values = Array.from({ length: gemm.L }, (_, l) => `y${l}`);
  const wide = Math.max(...values.map((value) => value.length));
  const laidOut = Array.from({ length: rows }, (_, h) =>
    values
      .slice(h * columns, (h + 1) * columns)
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
