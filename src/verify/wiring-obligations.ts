/**
 * What a proof of the wiring has to show, how it was shown, and what it takes for granted: all of it in sentences,
 * so that no claim is wider than what ran.
 */
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import type { Verdict } from './verdict.ts';
import type { Difference, ObligationId } from './wiring-difference.ts';
import type { UnitColumns } from './wiring-gemm.ts';
import {
  type GemmPart,
  isWholeGemm,
  isWholeOutput,
  type OutputPart,
  type TapSlice,
} from './wiring-slices.ts';
import { sumsMagnitude, sumsMissProbability } from './wiring-sums.ts';

/** One part of the proof. */
export interface Obligation {
  readonly id: ObligationId;
  /** What has to hold. */
  readonly statement: string;
  /** `assumed` is taken for granted; `inconclusive` was not run, as an earlier one failed. */
  readonly verdict: Verdict | 'assumed';
  /** What was run. */
  readonly how: string;
}

/** What a proof ran. */
export interface Extent {
  readonly slices: readonly TapSlice[];
  readonly units: UnitColumns;
  readonly gemms: readonly GemmPart[];
  readonly outputs: readonly OutputPart[];
}

/** The claim of a proof without a difference. */
export const CLAIM = 'index map equal for all inputs at this shape';

/** Every obligation with its verdict. */
export function obligationsOf(
  problem: Problem,
  extent: Extent,
  differences: readonly Difference[],
): Obligation[] {
  const sizesDiffer = differences.some(({ obligation }) => obligation === 'P0');
  const verdictOf = (id: ObligationId): Obligation['verdict'] => {
    if (differences.some(({ obligation }) => obligation === id)) return 'fail';
    return sizesDiffer && id !== 'P0' ? 'inconclusive' : 'pass';
  };
  const proved: [ObligationId, string, string][] = [
    ['P0', 'H_out and W_out are the number of windows that fit', sizesWords(problem)],
    ['P1', 'columns[n, (c, kh, kw), l] is the input element that tap reads, or padding', tapsWords(extent)],
    [
      'P2',
      "row co of the weight matrix is that channel's weights, in the rows' order",
      unitWords(problem, extent),
    ],
    ['P3', "each product sums over every k, once, in its channel's own group", sumsWords(problem, extent)],
    [
      'P4',
      'fold puts window l at pixel (oh, ow), each pixel once',
      `real fold on tokens, ${outputWords(problem, extent)}`,
    ],
    ['P5', 'bias[co] is added once to every output of channel co', biasWords(problem, extent)],
  ];
  return [
    ...proved.map(([id, statement, how]) => ({ id, statement, verdict: verdictOf(id), how })),
    {
      id: 'P6',
      statement: 'the two lists of taps share no code',
      verdict: 'assumed',
      how: 'not run here: a test of the sources holds what core/direct.ts may import',
    },
  ];
}

/** True where every tap and every output element was compared. */
export function isFull(problem: Problem, { slices, outputs }: Extent): boolean {
  return slices.length === 1 && isWholeOutput(problem, outputs);
}

/** By what a slice leaves out, what puts the slices together. */
const COMBINING: Readonly<Partial<Record<TapSlice['holds'], string>>> = {
  samples: 'per axis: unfold applies one window table to all samples alike',
  planes: 'per axis: unfold applies one window table to all channels of all samples alike',
  rows: 'per axis: window-table.ts combines one table of rows with one of columns, for all channels of all samples alike',
};

/** What a proof takes for granted. */
export function reliesOn(problem: Problem, extent: Extent): string[] {
  return [
    'the stages copy, multiply and add what stands at places that the hyperparameters alone decide, whatever the values and the dtype (tokens that float32 cannot count are float64)',
    'the direct convolution finds its windows and taps by code of its own (P6), and sums the terms that it lists',
    ...extent.slices.flatMap(({ holds }) => COMBINING[holds] ?? []),
    ...(isWholeOutput(problem, extent.outputs)
      ? []
      : ['per axis: fold and the bias treat all samples, all channels and all rows alike']),
    ...(isWholeGemm(problem, extent.gemms)
      ? []
      : [
          'the GEMM treats all output channels, all windows and all samples alike: P3 says how many of each ran',
        ]),
  ];
}

function sizesWords({ axes }: Problem): string {
  return `windows counted by sliding one along each axis: ${axes.map((axis) => axis.outputSize).join('×')}`;
}

function tapsWords({ slices }: Extent): string {
  const [whole, ...more] = slices as [TapSlice, ...TapSlice[]];
  const run = 'real pad and unfold on tokens';
  if (more.length === 0) return `${run}, ${allOf(whole.taps, 'tap')} compared`;
  return `${run}, per axis: ${slices.map((slice) => `${sliceWords(slice)}, ${slice.taps} taps`).join('; ')}`;
}

/** The indices that a slice holds whole. */
export function sliceWords({ holds, problem }: TapSlice): string {
  const { batch, inChannels } = problem;
  switch (holds) {
    case 'all':
      return 'all';
    case 'samples':
      return `all channels and pixels of ${batch === 1 ? '1 sample' : `${batch} samples`}`;
    case 'planes':
      return `all pixels of ${inChannels === 1 ? '1 channel' : `${inChannels} channels`}`;
    case 'rows':
      return 'all rows';
    case 'columns':
      return 'all columns';
    case 'channels':
      return `all channels of ${batch === 1 ? '1 sample' : `${batch} samples`}`;
  }
}

function unitWords({ outChannels }: Problem, { units }: Extent): string {
  const { columns, of, channels } = units;
  const run = `real GEMM of weights that are tokens, for ${channels === outChannels ? allOf(channels, 'output channel') : `${channels} of ${outChannels} output channels`}`;
  return columns === of
    ? `${run} on ${allOf(of, 'unit column')}`
    : `${run} on ${columns} of ${of} unit columns, evenly chosen; the order of the other rows rests on P3`;
}

function sumsWords(problem: Problem, { gemms, units }: Extent): string {
  const { K, groups } = planDecomposition(problem).gemm;
  if (gemms.length === 0)
    return 'real GEMM on unit columns as in P2; sums of many terms are left to the exact witness';
  const shapes = gemms.map(({ samples, M, L }) => `(${samples}, ${M}, ${K}, ${L})`).join(', ');
  const isWhole = isWholeGemm(problem, gemms);
  const where = isWhole
    ? `its real shape, (N, M, K, L) = ${shapes}${groups === 1 ? '' : ` in each of ${groups} groups`}`
    : `${gemms.length === 1 ? 'a part' : `${gemms.length} parts`} of its shape, (N, M, K, L) = ${shapes}`;
  const exact = units.columns === units.of ? 'real GEMM on unit columns as in P2, and' : 'real GEMM';
  return `${exact} on random integers up to ±${sumsMagnitude(K)} at ${where}; a wrong sum would pass ${isWhole ? '' : 'each '}with probability ≤ ${sumsMissProbability(K).toExponential(1)}`;
}

function biasWords(problem: Problem, extent: Extent): string {
  if (!problem.bias) return 'nothing to add: this convolution has no bias';
  return `real addition on tokens, ${outputWords(problem, extent)}`;
}

function outputWords(problem: Problem, { outputs }: Extent): string {
  const [first, ...more] = outputs as [OutputPart, ...OutputPart[]];
  const count = ({ samples, channels, axes }: OutputPart) =>
    samples * channels * elementCount(axes.map((axis) => axis.outputSize));
  if (isWholeOutput(problem, outputs)) return `${allOf(count(first), 'output element')} compared`;
  const elements = outputs.reduce((total, part) => total + count(part), 0);
  const what =
    more.length > 0
      ? 'rows and columns apart'
      : `${first.samples} of ${problem.batch} samples and ${first.channels} of ${problem.outChannels} channels`;
  return `${what}: ${elements} output elements compared`;
}

function allOf(count: number, noun: string): string {
  return count === 1 ? `the one ${noun}` : `all ${count} ${noun}s`;
}
