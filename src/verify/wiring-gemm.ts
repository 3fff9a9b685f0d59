/**
 * P2: which weight the GEMM pairs with which row of the columns, for which output channel.
 *
 * Unit columns, a single 1 in a row each, times weights that are tokens: the product must be the very weight that
 * the direct path pairs with that row's tap, and 0 for the output channels of other groups. A sum of tokens is no
 * token, so each such product is one weight, once.
 */
import { planDecomposition } from '../core/plan.ts';
import { bareConvolution, inputShape, type Problem, weightShape } from '../core/problem.ts';
import { coordinates } from '../core/shape.ts';
import { giveBack } from '../core/spare.ts';
import { type Tensor, zeros } from '../core/tensor.ts';
import type { Terms } from '../core/terms.ts';
import type { Difference } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import { atLeastOne, type WiringBudget } from './wiring-slices.ts';
import { originOf } from './wiring-taps.ts';
import { firstToken, tokens } from './wiring-tokens.ts';

/** What was multiplied. */
export interface UnitColumns {
  /** Unit columns run, evenly chosen where there are more rows than that. */
  readonly columns: number;
  /** K·groups: as many as there are rows. */
  readonly of: number;
  /** Output channels whose weights were tokens. */
  readonly channels: number;
}

/** How many unit columns and output channels `budget` allows. */
export function unitColumns(problem: Problem, budget: WiringBudget): UnitColumns {
  const { gemm } = planDecomposition(problem);
  const rows = gemm.K * gemm.groups;
  const { taps, mapTaps = taps } = budget;
  const M = atLeastOne(gemm.M, mapTaps / rows);
  // Each column costs a product per weight, and a cell per row.
  const cost = Math.max(M * rows, rows);
  const affordable = cost * rows <= budget.products ? rows : budget.partialProducts / cost;
  return { columns: atLeastOne(rows, affordable), of: rows, channels: M * gemm.groups };
}

/** Tokens for the weights of those channels. */
export function weightTokens(problem: Problem, { channels }: UnitColumns): Tensor {
  const part = { ...bareConvolution(problem), outChannels: channels };
  return tokens(weightShape(part), part.dtype);
}

/** The GEMM's side of P2; `weight` holds `weightTokens`. */
export function compareUnitColumns(
  problem: Problem,
  { columns: count, of: rows, channels }: UnitColumns,
  weight: Tensor,
  { pipeline }: Paths,
): Difference | undefined {
  const part = { ...bareConvolution(problem), outChannels: channels };
  const { gemm } = planDecomposition(part);
  const { M, K } = gemm;
  const { shape } = weight;
  const columns = zeros(weight.dtype, [1, rows, count]);
  const ones = Int32Array.from({ length: count }, (_, j) => Math.floor((j * rows) / count));
  for (let j = 0; j < count; j++) columns.data[(ones[j] as number) * count + j] = 1;
  const product = pipeline.gemm(weight, columns, { ...gemm, L: count }).data;
  const first = firstToken(shape);
  for (let co = 0; co < channels; co++) {
    const top = Math.floor(co / M) * K;
    const ahead = first + co * K - top;
    for (let j = 0; j < count; j++) {
      const row = ones[j] as number;
      const inGroup = row >= top && row < top + K;
      const found = product[co * count + j] as number;
      if (found === (inGroup ? ahead + row : 0)) continue;
      const origin = originOf(found, 'weight', shape);
      return {
        // Another weight in its place is a matter of order; a sum, or a weight of another group, is not.
        obligation: inGroup && origin.kind === 'element' ? 'P2' : 'P3',
        output: [0, co],
        column: [j, row],
        expected: inGroup
          ? { kind: 'element', of: 'weight', index: coordinates(co * K + row - top, shape) }
          : { kind: 'nothing' },
        found: origin,
      };
    }
  }
  giveBack(columns.data, product);
  return undefined;
}

/**
 * The direct path's side of P2: every output channel reads its own weights, in the order of its group's first, and
 * that group's input channels. Which weight a tap has does not depend on the window, so one that reads each tap is
 * enough: an input of the kernel's own size, without padding.
 */
export function compareChannels(
  problem: Problem,
  { channels }: UnitColumns,
  weight: Tensor,
  { direct }: Paths,
): Difference | undefined {
  const { groups } = problem;
  const axes = problem.axes.map((axis) => ({
    ...WHOLE,
    inputSize: axis.kernelSize,
    kernelSize: axis.kernelSize,
  }));
  const every: Problem = { ...bareConvolution(problem), ...WHOLE_PLANE, outChannels: channels, axes };
  const single: Problem = { ...every, outChannels: groups };
  const input = tokens(inputShape(every), every.dtype);
  const shapes = { every: weight.shape, single: weightShape(single) };
  const own = direct(every, { input, weight });
  const first = direct(single, { input, weight: tokens(shapes.single, every.dtype) });
  const K = planDecomposition(every).gemm.K;
  let [modelled, model] = [0, first.termsOf(0)];
  for (let co = 0; co < channels; co++) {
    const g = Math.floor((co * groups) / channels);
    // Listed once a group: it is as long as the channel's own.
    if (g !== modelled) [modelled, model] = [g, first.termsOf(g)];
    const terms = own.termsOf(co);
    const ahead = firstToken(shapes.every) + co * K - firstToken(shapes.single) - g * K;
    const t = firstUnpaired(terms, model, ahead, K);
    if (t === undefined) continue;
    const [x, w] = t < terms.n ? [terms.x[t] as number, terms.w[t] as number] : [0, 0];
    const [expectedX, paired] = [model.x[t] as number, (model.w[t] as number) + ahead];
    const about = w === paired ? ('input' as const) : ('weight' as const);
    const shape = about === 'input' ? input.shape : shapes.every;
    return {
      obligation: 'P2',
      output: [0, co],
      expected: originOf(about === 'input' ? x : w, about, shape),
      found: originOf(about === 'input' ? expectedX : paired, about, shape),
    };
  }
  giveBack(input.data);
  return undefined;
}

/**
 * The first of K terms that is not the model's, whose weights stand `ahead`; what is not listed is 0. Loops over many
 * elements are functions of their own: a loop that runs inside a large one is compiled anew with all of it at each entry.
 */
function firstUnpaired(
  { x, w, n }: Pick<Terms, 'x' | 'w' | 'n'>,
  model: Pick<Terms, 'x' | 'w'>,
  ahead: number,
  K: number,
): number | undefined {
  const [expectedX, expectedW] = [model.x, model.w];
  for (let t = 0; t < K; t++) {
    const isListed = t < n;
    if ((isListed ? x[t] : 0) !== expectedX[t]) return t;
    if ((isListed ? (w[t] as number) : 0) !== (expectedW[t] as number) + ahead) return t;
  }
  return undefined;
}

/** One sample, and nothing beyond it. */
const WHOLE_PLANE = { batch: 1, paddingMode: 'zeros' } as const;

/** One window that reads the whole input. */
const WHOLE = { stride: 1, paddingBegin: 0, paddingEnd: 0, dilation: 1, outputSize: 1 } as const;
