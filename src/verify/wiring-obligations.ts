/**
 * What a proof of the wiring has to show, how it was shown, and what it takes for granted: all of it in sentences,
 * so that no claim is wider than what ran.
 */
import { axisName } from '../core/params.ts';
import type { Problem } from '../core/problem.ts';
import type { Verdict } from './verdict.ts';
import { adjointMissProbability } from './wiring-adjoint.ts';
import type { Difference, ObligationId } from './wiring-difference.ts';
import { isWholeGemm, isWholeOutput, type TapSlice } from './wiring-slices.ts';
import {
  biasWords,
  type Extent,
  outputWords,
  sizesWords,
  sumsWords,
  tapCountWords,
  tapsWords,
  unitWords,
} from './wiring-words.ts';

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
  const { direction } = problem;
  const [o, k] = [symbols(problem, 'o'), symbols(problem, 'k')];
  const proved: [ObligationId, string, string][] = [
    ['P0', `${axisNames(problem, '_out')} the number of windows that fit`, sizesWords(problem)],
    ['P1', `columns[n, (c, ${k}), l] is the input element that tap reads, or padding`, tapsWords(extent)],
    ...gradientObligations(problem, extent),
    ...(direction === 'forward'
      ? ([
          [
            'P2',
            "row co of the weight matrix is that channel's weights, in the rows' order",
            unitWords(problem, extent),
          ],
        ] as [ObligationId, string, string][])
      : []),
    ['P3', PRODUCTS[direction], sumsWords(problem, extent)],
    [
      'P4',
      direction === 'forward'
        ? `fold puts window l at pixel (${o}), each pixel once`
        : `unfold of single pixels lays the gradient of pixel (${o}) out as column l, each once`,
      `real ${direction === 'forward' ? 'fold' : 'unfold'} on tokens, ${outputWords(problem, extent)}`,
    ],
    ...(direction === 'forward' || problem.transposed
      ? ([['P5', 'bias[co] is added once to every output of channel co', biasWords(problem, extent)]] as [
          ObligationId,
          string,
          string,
        ][])
      : []),
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

/** What each product of the GEMM has to be. */
const PRODUCTS: Readonly<Record<Problem['direction'], string>> = {
  forward: "each product sums over every k, once, in its channel's own group",
  'grad-input':
    "each product sums over every output channel of its own group, once, with that channel's weight",
  'grad-weight': "each product sums over every window of every sample, once, in its channel's own group",
};

/** What a gradient needs beside the convolution's own taps. */
function gradientObligations(problem: Problem, extent: Extent): [ObligationId, string, string][] {
  const { direction } = problem;
  if (direction === 'forward') return [];
  const result = direction === 'grad-input' ? 'pixel' : 'weight';
  const terms: [ObligationId, string, string] = [
    'A1',
    `for each ${result} the direct path multiplies the pairs that P1's taps make, each once`,
    `the direct gradient's own list of terms on tokens, against the columns of P1, ${tapCountWords(extent)}`,
  ];
  if (direction === 'grad-weight') return [terms];
  return [
    terms,
    [
      'A2',
      "fold with unfold's parameters sums every entry of the columns onto the pixel that unfold read it from, once",
      `real fold and unpad on random integers, every pixel compared; another fold would pass with probability ≤ ${adjointMissProbability().toExponential(1)}`,
    ],
  ];
}

/** `kh, kw`, `od, oh, ow`. */
function symbols({ axes }: Problem, letter: string): string {
  return axes.map((_, a) => `${letter}${axisName(a, axes.length).toLowerCase()}`).join(', ');
}

/** `H_out and W_out are`, `W_out is`. */
function axisNames({ axes }: Problem, suffix: string): string {
  const names = axes.map((_, a) => `${axisName(a, axes.length)}${suffix}`);
  const last = names.pop();
  return names.length === 0 ? `${last} is` : `${names.join(', ')} and ${last} are`;
}

/** True where every tap and every output element was compared. */
export function isFull(problem: Problem, { slices, outputs }: Extent): boolean {
  return slices.length === 1 && isWholeOutput(problem, outputs);
}

/** By what a slice leaves out, what puts the slices together. */
const COMBINING: Readonly<Partial<Record<TapSlice['holds'], string>>> = {
  samples: 'per axis: unfold applies one window table to all samples alike',
  planes: 'per axis: unfold applies one window table to all channels of all samples alike',
  depths: 'per axis: window-table.ts combines one table an axis, for all channels of all samples alike',
  rows: 'per axis: window-table.ts combines one table of rows with one of columns, for all channels of all samples alike',
};

/** What a proof takes for granted. */
export function reliesOn(problem: Problem, extent: Extent): string[] {
  return [
    'the stages copy, multiply and add what stands at places that the hyperparameters alone decide, whatever the values and the dtype (tokens that float32 cannot count are float64)',
    'the direct convolution finds its windows and taps by code of its own (P6), and sums the terms that it lists',
    ...extent.slices.slice(0, 1).flatMap(({ holds }) => COMBINING[holds] ?? []),
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
