/**
 * Small problems, the plainest first: where a mistake is looked for that is to be shown at a glance.
 */
import { windowCount } from '../core/geometry.ts';
import type { Problem } from '../core/problem.ts';
import { COMMON_KIND, type Kind } from './kind.ts';
import { tryResolve } from './similar.ts';
import type { WindowAxis } from './sizes.ts';

/** Beyond 5 pixels, 3 taps and a step of 2 nothing happens on an axis that has not happened before. */
const INPUT_SIZES = [1, 2, 3, 4, 5];
const KERNEL_SIZES = [1, 2, 3];
const STRIDES = [1, 2];
const DILATIONS = [1, 2];
const PADDINGS = [
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const;
const BATCHES = [1, 2];
/** (C_in, C_out, groups): each count alone, both, depthwise with and without a multiplier, and groups of two. */
const CHANNELS = [
  [1, 1, 1],
  [2, 1, 1],
  [1, 2, 1],
  [2, 2, 1],
  [2, 2, 2],
  [2, 4, 2],
  [4, 2, 2],
  [4, 4, 2],
] as const;

/**
 * What only size reveals, after all that has at most one departure: an index beyond 2^15 (the corners of a 182×182 plane, as 182² = 33124), and a column matrix
 * of 2^16 entries (256², one window).
 */
const LARGE: readonly WindowAxis[] = [
  { ...axis(182, 1), stride: 181, windows: 2 },
  { ...axis(256, 256), windows: 1 },
];

/**
 * Problems of a kind by how many hyperparameters depart from their default, then by how many numbers they hold: input, weight,
 * bias and output.
 */
export function* smallProblems(kind: Kind = COMMON_KIND): Generator<Problem> {
  for (let departures = 0; departures <= MOST_DEPARTURES; departures++) {
    for (const entry of entriesWith(departures)) {
      // Gradients have no bias.
      if (kind.direction === 'forward' || !entry.bias) yield* problemsOf(entry, kind);
    }
  }
}

/** Everything at once: the axes' sizes, kernels, strides, dilations and paddings, N, C_in, C_out, groups, bias. */
const MOST_DEPARTURES = 14;

/** Problems that differ in the sizes of their axes only, and not in how many numbers they hold. */
interface Entry {
  readonly N: number;
  readonly C_in: number;
  readonly C_out: number;
  readonly G: number;
  readonly bias: boolean;
  readonly pair: Pairs;
  readonly numbers: number;
}

function* problemsOf({ N, C_in, C_out, G, bias, pair }: Entry, kind: Kind): Generator<Problem> {
  for (const axes of pair.members) {
    const problem = tryResolve({
      ...kind,
      isTransposed: false,
      batch: N,
      inChannels: C_in,
      outChannels: C_out,
      groups: G,
      bias,
      inputSize: axes.map((axis) => axis.inputSize),
      kernelSize: axes.map((axis) => axis.kernelSize),
      stride: axes.map((axis) => axis.stride),
      dilation: axes.map((axis) => axis.dilation),
      padding: axes.map((axis) => axis.begin),
      paddingEnd: axes.map((axis) => axis.end),
    });
    // A mode may refuse a padding.
    if (problem !== undefined) yield problem;
  }
}

/** Made once for all mistakes, as far as they are looked for. */
let pairs: readonly Pairs[] | undefined;
const entries = new Map<number, readonly Entry[]>();

/** Entries of so many departures, by how many numbers they hold. */
function entriesWith(departures: number): readonly Entry[] {
  const known = entries.get(departures);
  if (known !== undefined) return known;
  pairs ??= pairsOfAxes();
  const made: Entry[] = [];
  for (const N of BATCHES) {
    for (const [C_in, C_out, G] of CHANNELS) {
      for (const bias of [false, true]) {
        const own = [N, C_in / G, C_out / G, G].filter((size) => size > 1).length + (bias ? 1 : 0);
        for (const pair of pairs) {
          if (pair.departures + own !== departures) continue;
          const { input, kernel, output } = pair;
          const tensors = N * C_in * input + (C_out * C_in * kernel) / G + N * C_out * output;
          made.push({ N, C_in, C_out, G, bias, pair, numbers: tensors + (bias ? C_out : 0) });
        }
      }
    }
  }
  made.sort((a, b) => a.numbers - b.numbers);
  entries.set(departures, made);
  return made;
}

/** Height and width that hold as many pixels, taps and windows, and depart in as many ways. */
interface Pairs {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly departures: number;
  readonly members: (readonly [WindowAxis, WindowAxis])[];
}

function pairsOfAxes(): Pairs[] {
  const axes = INPUT_SIZES.flatMap(axesOf);
  const groups = new Map<number, Pairs>();
  const add = (h: WindowAxis, w: WindowAxis, departures: number) => {
    const input = h.inputSize * w.inputSize;
    const kernel = h.kernelSize * w.kernelSize;
    const output = h.windows * w.windows;
    // Each count is below 2^17: 256² kernel taps are the most.
    const key = ((input * 2 ** 17 + kernel) * 2 ** 12 + output) * 16 + departures;
    const group = groups.get(key) ?? { input, kernel, output, departures, members: [] };
    group.members.push([h, w]);
    groups.set(key, group);
  };
  for (const h of axes) for (const w of axes) add(h, w, departuresOf(h, w));
  for (const both of LARGE) add(both, both, 1);
  return [...groups.values()];
}

function axis(inputSize: number, kernelSize: number): Omit<WindowAxis, 'windows'> {
  return { inputSize, kernelSize, stride: 1, dilation: 1, begin: 0, end: 0 };
}

function axesOf(inputSize: number): WindowAxis[] {
  const axes: WindowAxis[] = [];
  for (const kernelSize of KERNEL_SIZES) {
    for (const stride of STRIDES) {
      for (const dilation of kernelSize > 1 ? DILATIONS : [1]) {
        for (const [begin, end] of PADDINGS) {
          const windows = windowCount(inputSize + begin + end, { kernelSize, stride, dilation });
          if (windows >= 1) axes.push({ inputSize, kernelSize, stride, dilation, begin, end, windows });
        }
      }
    }
  }
  return axes;
}

/** Strides, dilations and paddings that are not their default, and what differs between the axes or the ends. */
function departuresOf(h: WindowAxis, w: WindowAxis): number {
  const isPlain = (axis: WindowAxis) => [axis.stride === 1, axis.dilation === 1, axis.begin + axis.end === 0];
  const [plainH, plainW] = [isPlain(h), isPlain(w)];
  const departing = plainH.filter((plain, i) => !(plain && plainW[i]));
  const differing = [
    h.inputSize !== w.inputSize,
    h.kernelSize !== w.kernelSize,
    h.stride !== w.stride,
    h.dilation !== w.dilation,
    h.begin !== w.begin || h.end !== w.end,
    h.begin !== h.end || w.begin !== w.end,
  ].filter(Boolean);
  return departing.length + differing.length;
}
