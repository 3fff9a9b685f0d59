/**
 * Whether an output is that of the same tensors at another stride, padding or dilation: then nothing is wrong with how it
 * was computed, but the module and the command line do not mean the same layer.
 */
import { dotProduct } from '../core/compensated.ts';
import { type Axis, endPaddingFor, windowCount, windowExtent } from '../core/geometry.ts';
import { roundingBound } from '../core/numerics.ts';
import { outputShape, type Problem } from '../core/problem.ts';
import { sameShape } from '../core/shape.ts';
import { termEnumerator } from '../core/terms.ts';
import { agrees, type Case, caseOf, spread } from './case.ts';
import { evidenceNeeded, evidenceOf } from './evidence.ts';

/** Strides and dilations that are tried; paddings are, up to where a window would see nothing else. */
const MOST_STRIDE = 4;
const MOST_DILATION = 3;
/** Elements that are tried before all are. */
const SAMPLE = 16;
/** Ways to change the axes that are tried. */
const MOST_TRIED = 2 ** 11;

/** The problem whose output `actual` is, with the fewest numbers changed; undefined where there is none. */
export function otherParameters(subject: Case): Problem | undefined {
  const { problem, actual } = subject;
  const { direction, paddingMode, axes } = problem;
  if (direction !== 'forward' || paddingMode !== 'zeros' || actual.shape.length !== axes.length + 2) {
    return undefined;
  }
  const perAxis = axes.map((axis, a) => otherAxes(axis, actual.shape[a + 2] as number));
  const ways = perAxis
    .reduce<readonly (readonly Axis[])[]>(
      (all, own) => all.flatMap((some) => own.map((axis) => [...some, axis])).slice(0, MOST_TRIED),
      [[]],
    )
    .filter((way) => changesOf(axes, way) > 0)
    .sort((a, b) => changesOf(axes, a) - changesOf(axes, b));
  return ways
    .map((way): Problem => ({ ...problem, axes: way }))
    .filter((other) => sameShape(outputShape(other), actual.shape))
    .find((other) => fitsSome(subject, other, ways.length) && fitsAll(subject, other));
}

/** The axis with so many windows, those first that change the fewest numbers. */
function otherAxes(axis: Axis, windows: number): Axis[] {
  const found: Axis[] = [];
  for (let stride = 1; stride <= Math.max(MOST_STRIDE, axis.stride); stride++) {
    for (let dilation = 1; dilation <= Math.max(MOST_DILATION, axis.dilation); dilation++) {
      const window = { ...axis, stride, dilation };
      const paddings = alikePaddings(window, windows).map((padding) => [padding, padding] as const);
      for (const [paddingBegin, paddingEnd] of [[axis.paddingBegin, axis.paddingEnd] as const, ...paddings]) {
        const other = { ...window, paddingBegin, paddingEnd, outputSize: windows };
        const padded = axis.inputSize + paddingBegin + paddingEnd;
        const isKnown = found.some((one) => changesOf([one], [other]) === 0);
        if (windowCount(padded, other) === windows && !isKnown) found.push(other);
      }
    }
  }
  return found.sort((a, b) => changesOf([axis], [a]) - changesOf([axis], [b]));
}

/** The paddings of both ends alike that make so many windows fit. */
function alikePaddings(axis: Axis, windows: number): number[] {
  const total = endPaddingFor(windows, { ...axis, paddingBegin: 0 });
  const least = Math.max(0, Math.ceil(total / 2));
  const most = Math.min(windowExtent(axis) - 1, Math.floor((total + axis.stride - 1) / 2));
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, i) => least + i);
}

/** How many of stride, padding and dilation differ, over all axes. */
function changesOf(axes: readonly Axis[], others: readonly Axis[]): number {
  const keys = ['stride', 'dilation', 'paddingBegin', 'paddingEnd'] as const;
  return axes.reduce((sum, axis, a) => sum + keys.filter((key) => axis[key] !== others[a]?.[key]).length, 0);
}

/** True where some elements are right, and enough of them that chance would not do. */
function fitsSome({ operands, actual, isInteger }: Case, other: Problem, tried: number): boolean {
  const { termsOf } = termEnumerator(other, operands);
  const elements = spread([...actual.data.keys()], SAMPLE);
  let evidence = 0;
  for (const element of elements) {
    const { x, w, n } = termsOf(element);
    const { value, magnitude } = dotProduct(x, w, n, other.dtype);
    const bound = roundingBound(other.dtype, n, magnitude, value);
    if (!agrees(actual.data[element] as number, value, bound)) return false;
    evidence += evidenceOf(bound, magnitude, isInteger);
  }
  return evidence >= evidenceNeeded(tried);
}

function fitsAll({ operands, actual }: Case, other: Problem): boolean {
  return caseOf(other, operands, actual).wrong.length === 0;
}
