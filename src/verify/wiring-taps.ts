/**
 * P0 and P1: which input element each tap of each window reads. Both paths run on tokens: the direct convolution
 * lists the terms of an output element of each group, the decomposition pads and unfolds.
 */
import { readWindows } from '../core/adjoint.ts';
import { planDecomposition } from '../core/plan.ts';
import { bareConvolution, inputShape, type Problem, weightShape } from '../core/problem.ts';
import { coordinates, type Shape, sameShape } from '../core/shape.ts';
import { giveBack } from '../core/spare.ts';
import { type Elements, type Tensor, zeros } from '../core/tensor.ts';
import type { Terms } from '../core/terms.ts';
import type { Difference, Origin } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import { elementOf, firstToken, tokens } from './wiring-tokens.ts';

/** P0: the windows that the direct path counts are those that the decomposition computes. */
export function compareSizes(problem: Problem, { direct }: Paths): Difference | undefined {
  // Windows are counted by the hyperparameters alone: no tensor is read.
  const nothing = zeros(problem.dtype, [0]);
  const counted = direct(bareConvolution(problem), { input: nothing, weight: nothing }).shape.slice(2);
  const computed = planDecomposition(problem).fold.outputSize;
  if (sameShape(counted, computed)) return undefined;
  return {
    obligation: 'P0',
    expected: { kind: 'shape', shape: counted },
    found: { kind: 'shape', shape: computed },
  };
}

/** P1: compares every entry of the columns; the weights' tokens say which row a term of the direct path is. */
export function compareTaps(problem: Problem, { pipeline, direct }: Paths): Difference | undefined {
  // What the columns hold depends on the group, not on its output channels: one of each.
  const single: Problem = { ...bareConvolution(problem), outChannels: problem.groups };
  const input = tokens(inputShape(single), single.dtype);
  const columns = columnsOf(problem, input, pipeline);
  const weight = tokens(weightShape(single), single.dtype);
  const { shape, termsOf } = direct(single, { input, weight });
  const { batch, groups, inChannels, axes } = single;
  const window = axes.reduce((count, axis) => count * axis.kernelSize, 1);
  const K = (inChannels / groups) * window;
  const L = shape.slice(2).reduce((count, size) => count * size, 1);
  const expectedShape = [batch, K * groups, L];
  if (!sameShape(columns.shape, expectedShape)) {
    return {
      obligation: 'P1',
      expected: { kind: 'shape', shape: expectedShape },
      found: { kind: 'shape', shape: columns.shape },
    };
  }
  const firstWeight = firstToken(weightShape(single));
  const rows: Rows = { u: columns.data, K, L, window, listed: new Float64Array(K) };
  const unlike = firstUnlike(rows, termsOf, batch, groups, firstWeight);
  if (unlike === undefined) {
    giveBack(input.data, weight.data, columns.data);
    return undefined;
  }
  const { terms, ...place } = unlike;
  return firstDifference(problem, input, terms, columns, { ...place, window, L });
}

/** The first column that is not the direct path's, and what that lists. */
function firstUnlike(
  rows: Rows,
  termsOf: (element: number) => Terms,
  batch: number,
  groups: number,
  firstWeight: number,
): { readonly n: number; readonly g: number; readonly l: number; readonly terms: Terms } | undefined {
  const { K, L } = rows;
  let column = 0;
  // One window after another, as the direct path finds the taps of a window once for all samples and groups.
  for (let l = 0; l < L; l++) {
    for (let n = 0; n < batch; n++) {
      for (let g = 0; g < groups; g++) {
        const terms = termsOf((n * groups + g) * L + l);
        const top = (n * groups + g) * K * L + l;
        if (!agree(rows, terms, top, firstWeight + g * K, ++column)) return { n, g, l, terms };
      }
    }
  }
  return undefined;
}

/** The rows of the columns. */
interface Rows {
  readonly u: Elements;
  readonly K: number;
  readonly L: number;
  /** Of one channel. */
  readonly window: number;
  /** For each row, the last column that the direct path listed it for. */
  readonly listed: Float64Array;
}

/** True where a column, from `top` on, is the direct path's, whole: K rows agree and no row was listed twice. */
function agree(
  { u, K, L, window, listed }: Rows,
  { x, w, n, padded }: Terms,
  top: number,
  weights: number,
  column: number,
): boolean {
  let agreeing = 0;
  for (let t = 0; t < n; t++) {
    const k = (w[t] as number) - weights;
    if (!(k >= 0 && k < K) || listed[k] === column || u[top + k * L] !== x[t]) break;
    listed[k] = column;
    agreeing++;
  }
  for (let c = 0; c < K; c += window) {
    // By index: lists that were grown and empty ones are two kinds, of which code for an iterator takes one.
    for (let i = 0; i < padded.length; i++) {
      const k = c + (padded[i] as number);
      if (listed[k] === column || u[top + k * L] !== 0) break;
      listed[k] = column;
      agreeing++;
    }
  }
  return agreeing === K && n + (K / window) * padded.length === K;
}

/** The first row of a column that holds something else than the direct path reads. */
function firstDifference(
  { groups, inChannels, outChannels, axes }: Problem,
  input: Tensor,
  terms: Terms,
  columns: Tensor,
  { n, g, l, window, L }: { n: number; g: number; l: number; window: number; L: number },
): Difference {
  const K = (inChannels / groups) * window;
  const firstWeight = firstToken([groups * K]);
  const listed = Array.from({ length: K }, (): Origin[] => []);
  const pixel = (value: number): Origin => originOf(value, 'input', input.shape);
  let stray: Origin | undefined;
  for (let t = 0; t < terms.n; t++) {
    const k = (terms.w[t] as number) - firstWeight - g * K;
    const read = pixel(terms.x[t] as number);
    if (listed[k]) listed[k].push(read);
    else stray ??= read;
  }
  for (let c = 0; c < K; c += window) {
    for (const tap of terms.padded) listed[c + tap]?.push({ kind: 'padding' });
  }
  const at = (k: number, expected: Origin, found: Origin): Difference => ({
    obligation: 'P1',
    output: [
      n,
      (g * outChannels) / groups,
      ...coordinates(
        l,
        axes.map((axis) => axis.outputSize),
      ),
    ],
    tap: [
      Math.floor(k / window),
      ...coordinates(
        k % window,
        axes.map((axis) => axis.kernelSize),
      ),
    ],
    column: [l, g * K + k],
    expected,
    found,
  });
  for (const [k, [first, second]] of listed.entries()) {
    const found = pixel(columns.data[((n * groups + g) * K + k) * L + l] as number);
    if (first === undefined) return at(k, { kind: 'nothing' }, found);
    if (second !== undefined) return at(k, { kind: 'repeated' }, found);
    if (JSON.stringify(first) !== JSON.stringify(found)) return at(k, first, found);
  }
  return at(0, stray ?? { kind: 'nothing' }, { kind: 'nothing' });
}

/** Tensors whose elements are named. */
type Named = (Origin & { readonly kind: 'element' })['of'];

/** What an element of a stage's result is, once tokens of `of` went through it; 0 is nothing but padding. */
export function originOf(value: number, of: Named, shape: Shape): Origin {
  const element = elementOf(value, shape);
  if (element !== undefined) return { kind: 'element', of, index: coordinates(element, shape) };
  return value === 0 ? { kind: of === 'input' ? 'padding' : 'nothing' } : { kind: 'value', value };
}

/** What the decomposition unfolds `input` to. What zero padding holds is no matter of wiring: 0, which is no token. */
export function columnsOf(problem: Problem, input: Tensor, pipeline: Paths['pipeline']): Tensor {
  const { pads, unfold } = planDecomposition(problem);
  return readWindows(input, { pads: pads.map((call) => ({ ...call, value: 0 })), unfold }, pipeline);
}
