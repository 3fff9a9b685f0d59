/**
 * How a proof of the wiring was run, in words that claim what ran and no more.
 */
import type { Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import type { UnitColumns } from './wiring-gemm.ts';
import { type GemmPart, isWholeGemm, type OutputPart, type TapSlice } from './wiring-slices.ts';
import { gemmTerms, sumsMagnitude, sumsMissProbability } from './wiring-sums.ts';

/** What a proof ran. */
export interface Extent {
  readonly slices: readonly TapSlice[];
  /** Of the forward product only. */
  readonly units: UnitColumns | undefined;
  readonly gemms: readonly GemmPart[];
  readonly outputs: readonly OutputPart[];
  /** What a bias is added to; none without one. */
  readonly biased: readonly OutputPart[];
}

export function tapCountWords({ slices }: Extent): string {
  const taps = slices.reduce((total, slice) => total + slice.taps, 0);
  return slices.length === 1 ? `${allOf(taps, 'tap')} compared` : `per axis: ${taps} taps compared`;
}

export function sizesWords({ axes }: Problem): string {
  return `windows counted by sliding one along each axis: ${axes.map((axis) => axis.outputSize).join('×')}`;
}

export function tapsWords({ slices }: Extent): string {
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
    case 'depths':
      return 'all depths';
    case 'rows':
      return 'all rows';
    case 'columns':
      return 'all columns';
    case 'channels':
      return `all channels of ${batch === 1 ? '1 sample' : `${batch} samples`}`;
  }
}

export function unitWords({ outChannels }: Problem, { units }: Extent): string {
  const { columns, of, channels } = units as UnitColumns;
  const run = `real GEMM of weights that are tokens, for ${channels === outChannels ? allOf(channels, 'output channel') : `${channels} of ${outChannels} output channels`}`;
  return columns === of
    ? `${run} on ${allOf(of, 'unit column')}`
    : `${run} on ${columns} of ${of} unit columns, evenly chosen; the order of the other rows rests on P3`;
}

export function sumsWords(problem: Problem, { gemms, units }: Extent): string {
  const { groups } = problem;
  if (gemms.length === 0)
    return 'real GEMM on unit columns as in P2; sums of many terms are left to the exact witness';
  const shapes = gemms.map(({ samples, M, K, L }) => `(${samples}, ${M}, ${K}, ${L})`).join(', ');
  const isWhole = isWholeGemm(problem, gemms);
  const where = isWhole
    ? `its real shape, (N, M, K, L) = ${shapes}${groups === 1 ? '' : ` in each of ${groups} groups`}`
    : `${gemms.length === 1 ? 'a part' : `${gemms.length} parts`} of its shape, (N, M, K, L) = ${shapes}`;
  const exact = units && units.columns === units.of ? 'real GEMM on unit columns as in P2, and' : 'real GEMM';
  const terms = gemmTerms(problem);
  return `${exact} on random integers up to ±${sumsMagnitude(terms)} at ${where}; a wrong sum would pass ${isWhole ? '' : 'each '}with probability ≤ ${sumsMissProbability(terms).toExponential(1)}`;
}

export function biasWords(problem: Problem, { biased }: Extent): string {
  if (!problem.bias) return 'nothing to add: this convolution has no bias';
  const size = problem.transposed ? 'inputSize' : 'outputSize';
  const channels = problem.transposed ? problem.inChannels : problem.outChannels;
  return `real addition on tokens, ${partWords(problem.batch, channels, size, biased)}`;
}

export function outputWords({ batch, outChannels }: Problem, { outputs }: Extent): string {
  return partWords(batch, outChannels, 'outputSize', outputs);
}

function partWords(
  batch: number,
  outChannels: number,
  size: 'inputSize' | 'outputSize',
  parts: readonly OutputPart[],
): string {
  const [first, ...more] = parts as [OutputPart, ...OutputPart[]];
  const count = ({ samples, channels, axes }: OutputPart) =>
    samples * channels * elementCount(axes.map((axis) => axis[size]));
  if (more.length === 0 && first.samples === batch && first.channels === outChannels) {
    return `${allOf(count(first), 'output element')} compared`;
  }
  const elements = parts.reduce((total, part) => total + count(part), 0);
  const what =
    more.length > 0
      ? 'rows and columns apart'
      : `${first.samples} of ${batch} samples and ${first.channels} of ${outChannels} channels`;
  return `${what}: ${elements} output elements compared`;
}

function allOf(count: number, noun: string): string {
  return count === 1 ? `the one ${noun}` : `all ${count} ${noun}s`;
}
