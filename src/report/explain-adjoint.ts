/**
 * unfold and its adjoint on a tensor of this problem: the identity that makes them adjoint, checked; what they do to x
 * one after the other, why that is not x, and how to divide by the count.
 */
import { checkAdjointIdentity } from '../core/adjoint-identity.ts';
import { isCountable, middle } from '../core/overlap.ts';
import type { Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { type OverlapSummary, summariseOverlap, whatOverlapDoes, whenFoldIsAdjoint } from './explanation.ts';
import { type Style, table, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { isDrawable, mostReadPixel } from './picture.ts';
import { isPadded, symbolsOf } from './symbols.ts';

/** The section. */
export function adjointLines(problem: Problem, style: Style): string[] {
  const prose = (text: string) => wrap(text, style.width, 2);
  const overlap = isCountable(problem) ? summariseOverlap(problem) : undefined;
  return [
    ...(problem.direction === 'forward' ? prose(whenFoldIsAdjoint(problem)) : []),
    ...identityLines(problem, style),
    ...prose(whatOverlapDoes(problem)),
    ...(overlap ? mapLines(problem, overlap, style) : []),
    ...(overlap ? divisionLines(problem, overlap, style) : []),
  ];
}

/** Both sums of the identity, computed. */
function identityLines(problem: Problem, { width, palette }: Style): string[] {
  const identity = checkAdjointIdentity(problem);
  const means = 'The sum of unfold(x)·y is that of x·fold(y) for every x and y: that makes fold its adjoint.';
  if (identity === undefined) {
    return wrap(`${means} One plane has too many taps here to check it on.`, width, 2);
  }
  const { input, columns, isWhole, unfoldSide, foldSide, equal, magnitude } = identity;
  const with_ = isPadded(problem) ? ' (pad and its adjoint included)' : '';
  const part = isWhole ? '' : ', on one sample and channel, as each is treated alike';
  const [unfoldRow = '', foldRow = ''] = table(
    [
      ['Σ unfold(x)·y', `over ${formatShape(columns)}`, String(unfoldSide)],
      ['Σ x·fold(y)', `over ${formatShape(input)}`, `${foldSide}`],
    ],
    4,
  );
  const verdict = equal ? palette.pass('equal') : palette.fail('NOT EQUAL');
  return [
    ...wrap(`${means} Computed here${with_} on random integers up to ±${magnitude}${part}:`, width, 2),
    '',
    unfoldRow,
    `${foldRow}  ${verdict}`,
    '',
  ];
}

const MOST_MAP_ROWS = 24;

/** How many windows read each pixel: a line, a plane, or of a volume its axes and its middle plane. */
function mapLines(problem: Problem, { counts, perAxis }: OverlapSummary, { width }: Style): string[] {
  if (counts === undefined || perAxis === undefined || counts.length > MOST_MAP_ROWS) return [];
  const map =
    problem.axes.length === 1
      ? lineMap(counts[0] ?? [], width)
      : table(
          counts.map((row) => row.map(String)),
          4,
        );
  if (map.length > MOST_MAP_ROWS || map.some((row) => row.length > width)) return [];
  const depth = perAxis[0] as readonly number[];
  if (problem.axes.length < 3) return ['', ...map];
  const axes = symbolsOf(problem).kernelSize.map(
    (symbol, a) => [symbol.slice(1), (perAxis[a] as readonly number[]).join(' ')] as const,
  );
  const volume = table(axes, 4);
  return [
    ...(volume.every((row) => row.length <= width)
      ? [
          ...wrap("The count of a voxel is the product of its positions' counts:", width, 2),
          '',
          ...volume,
          '',
        ]
      : []),
    ...wrap(`The plane in the middle, d = ${middle(depth.length)}:`, width, 2),
    '',
    ...map,
  ];
}

/** A line's counts, over as many rows as they take. */
function lineMap(counts: readonly number[], width: number): string[] {
  const wide = Math.max(...counts.map((count) => String(count).length));
  const perRow = Math.max(1, Math.floor((width - 2) / (wide + 2)) - 1);
  const rows = Array.from({ length: Math.ceil(counts.length / perRow) }, (_, row) =>
    counts.slice(row * perRow, (row + 1) * perRow).map(String),
  );
  return table(rows, 4);
}

/** x again from fold(unfold(x)), and what is lost. */
function divisionLines(problem: Problem, overlap: OverlapSummary, { width, palette }: Style): string[] {
  const { max, min, uncovered } = overlap;
  const example = exampleOf(problem, overlap);
  if (min === 1 && max === 1) return [];
  const lost =
    uncovered === 0
      ? ''
      : ` Of ${plural(uncovered, 'pixel')} nothing is left to divide, 0/0: ${pixelsInWords(overlap)}.`;
  return [
    '',
    ...(example ? wrap(example, width, 2).map(palette.dim) : []),
    ...wrap(`Dividing by the count, which is the same of torch.ones_like(x), gives x back.${lost}`, width, 2),
  ];
}

function exampleOf(problem: Problem, { max, mostCovered }: OverlapSummary): string | undefined {
  if (max < 2) return undefined;
  const drawn = isDrawable(problem) && problem.paddingMode === 'zeros' ? mostReadPixel(problem) : undefined;
  return drawn
    ? `Pixel ${drawn.letter} stands in columns ${drawn.windows.join(', ')}: fold with unfold's parameters adds ${copies(drawn.windows.length)} up.`
    : `Pixel [${mostCovered.join(', ')}] stands in the columns ${max} times: fold with unfold's parameters adds ${copies(max)} up.`;
}

function copies(count: number): string {
  return count === 2 ? 'both copies' : `all ${count} copies`;
}

/** `x[…, 0, 2], x[…, 1, 2] and 3 more`. */
function pixelsInWords({ uncovered, uncoveredPixels }: OverlapSummary): string {
  const named = uncoveredPixels.map((pixel) => `[${pixel.join(', ')}]`).join(', ');
  const rest = uncovered - uncoveredPixels.length;
  return rest > 0 ? `${named} and ${rest} more` : named;
}
