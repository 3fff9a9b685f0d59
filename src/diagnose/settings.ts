/**
 * Settings of hyperparameters that tests tend to have, and what makes a problem have them.
 */

import type { Problem } from '../core/problem.ts';
import { halves, sameTotal } from './change-axes.ts';
import { COMMON_KIND, type Kind } from './kind.ts';
import { tryResolve } from './similar.ts';

/** Height and width. */
export type Pair = readonly [number, number];

/** A problem to be edited. `same`: its paddings are SAME's, whatever else changes. */
export interface Draft {
  readonly N: number;
  readonly C_in: number;
  readonly C_out: number;
  readonly G: number;
  readonly bias: boolean;
  readonly size: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly begin: Pair;
  readonly end: Pair;
  readonly same?: boolean;
  /** Default the common one. */
  readonly kind?: Kind;
}

/** A setting, and what makes a problem have it. */
export interface Setting {
  readonly edit: (draft: Draft) => Partial<Draft>;
  /** Other settings that this one includes: where they hide a mistake, this one says nothing new. */
  readonly includes?: readonly string[];
  /** It hides mistakes that cannot be made under it, too, as groups = 1 a depthwise one. */
  readonly bars?: true;
}

export const ONES: Pair = [1, 1];
export const ZEROS: Pair = [0, 0];

/** What tests tend to have, by its words. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  'stride 1': { edit: () => ({ stride: ONES }) },
  'dilation 1': { edit: () => ({ dilation: ONES }) },
  'padding 0': { edit: () => ({ begin: ZEROS, end: ZEROS, same: false }) },
  'a 1×1 kernel': { edit: () => ({ kernel: ONES }), bars: true },
  'an odd kernel': { edit: ({ kernel }) => ({ kernel: each(kernel, (k) => k + 1 - (k % 2)) }), bars: true },
  'stride equal to dilation': { edit: ({ dilation }) => ({ stride: dilation }) },
  'equal strides': { edit: ({ stride }) => ({ stride: alike(stride) }) },
  'equal dilations': { edit: ({ dilation }) => ({ dilation: alike(dilation) }) },
  'equal paddings': { edit: ({ begin, end }) => ({ begin: alike(begin), end: alike(end), same: false }) },
  'the same padding at both ends': { edit: ({ begin }) => ({ end: begin, same: false }) },
  'a square kernel': { edit: ({ kernel }) => ({ kernel: alike(kernel) }) },
  'a square input': { edit: ({ size }) => ({ size: alike(size) }) },
  'height and width alike in all': {
    edit: ({ size, kernel, stride, dilation, begin, end }) => ({
      size: alike(size),
      kernel: alike(kernel),
      stride: alike(stride),
      dilation: alike(dilation),
      begin: alike(begin),
      end: alike(end),
    }),
    includes: ['a square input', 'a square kernel', 'equal strides', 'equal dilations', 'equal paddings'],
  },
  'an output as large as the input (stride 1, SAME)': {
    edit: () => ({ stride: ONES, same: true }),
    includes: ['stride 1'],
  },
  'a single window': {
    edit: (draft) => ({ size: sizeFor(draft, ONES), begin: ZEROS, end: ZEROS, same: false }),
    includes: ['padding 0'],
  },
  'N = 1': { edit: () => ({ N: 1 }) },
  'groups = 1': { edit: () => ({ G: 1 }), bars: true },
  'C_in/groups = 1': { edit: ({ G }) => ({ C_in: G }) },
  'C_out/groups = 1': { edit: ({ G }) => ({ C_out: G }) },
  'C_in = 1': {
    edit: () => ({ C_in: 1, G: 1 }),
    includes: ['groups = 1', 'C_in/groups = 1'],
    bars: true,
  },
  'C_out = 1': { edit: () => ({ C_out: 1, G: 1 }), includes: ['groups = 1', 'C_out/groups = 1'], bars: true },
  'no bias': { edit: () => ({ bias: false }) },
  'a zero point of 0': {
    edit: ({ kind = COMMON_KIND }) => ({ kind: { ...kind, inputZeroPoint: 0 } }),
  },
  'an even N': { edit: () => ({ N: 2 }) },
  'K a multiple of 4': {
    edit: ({ G, C_in }) => (C_in === G ? { kernel: [2, 2] } : { C_in: 4 * G }),
  },
  'C_out a multiple of 4': { edit: () => ({ C_out: 4, G: 1 }), includes: ['groups = 1'] },
  'L a multiple of 4': {
    edit: (draft) => ({ size: sizeFor(draft, [3, 8]), begin: ZEROS, end: ZEROS, same: false }),
    includes: ['padding 0'],
  },
};

/** The height's number for both. */
function alike([h]: Pair): Pair {
  return [h, h];
}

function each([h, w]: Pair, change: (value: number) => number): Pair {
  return [change(h), change(w)];
}

/** The largest input on which as many windows fit: the division leaves a rest wherever it can. */
function sizeFor({ kernel, dilation, stride }: Draft, windows: Pair): Pair {
  const size = (a: 0 | 1) => dilation[a] * (kernel[a] - 1) + windows[a] * stride[a];
  return [size(0), size(1)];
}

/** The problem of a draft; undefined where no window fits, or its mode refuses a padding. */
export function problemOf(draft: Draft): Problem | undefined {
  const { N, C_in, C_out, G, bias, size, kernel, stride, dilation, begin, end, same } = draft;
  const { kind = COMMON_KIND } = draft;
  const paddings = ([0, 1] as const).map((a) => {
    const axis = { inputSize: size[a], kernelSize: kernel[a], stride: stride[a], dilation: dilation[a] };
    // Only zeros pad uneven ends as they are; the modes refuse what crops.
    const given = { begin: begin[a], end: kind.paddingMode === 'zeros' ? end[a] : begin[a] };
    return same ? halves(Math.max(sameTotal({ ...axis, ...given, windows: 0 }), 0)) : given;
  });
  return tryResolve({
    ...kind,
    isTransposed: false,
    batch: N,
    inChannels: C_in,
    outChannels: C_out,
    groups: G,
    bias,
    inputSize: size,
    kernelSize: kernel,
    stride,
    dilation,
    padding: paddings.map((padding) => padding.begin),
    paddingEnd: paddings.map((padding) => padding.end),
  });
}
