/**
 * The smallest problem that still fails, the nearest ones that pass, and the condition that they suggest.
 */
import { axisName, type ConvParams } from '../core/params.ts';
import type { Problem } from '../core/problem.ts';
import { type Condition, conditionOf } from './conditions.ts';
import { firstSimilar, paramsOf, tryResolve } from './similar.ts';

/** Tells whether a problem fails, in the same way as the one that is shrunk. */
export type Fails = (problem: Problem) => boolean;

/** A failing problem made small. */
export interface Shrunk {
  readonly smallest: Problem;
  /** Problems that differ from it in one hyperparameter, and pass; with what differs. */
  readonly passing: readonly { readonly problem: Problem; readonly change: string }[];
  /** What all failing problems tried have and no passing one has; undefined where nothing simple does. */
  readonly condition: Condition | undefined;
  /** Problems tried for the condition. */
  readonly tried: number;
}

/** Problems on which a condition is tried. */
const MOST_SAMPLES = 240;

/** Shrinks `problem`; undefined where it does not fail. */
export function shrink(problem: Problem, fails: Fails): Shrunk | undefined {
  if (!fails(problem)) return undefined;
  const smallest = shrinkOnce(problem, fails);
  // All of them pass, or one would have been taken.
  const moves = movesOf(smallest);
  const samples = [
    ...moves.map((move) => move.problem),
    ...firstSimilar(smallest, MOST_SAMPLES / 2),
    ...firstSimilar(problem, MOST_SAMPLES / 2),
  ];
  const labelled = samples.map((sample) => ({ problem: sample, fails: fails(sample) }));
  return { smallest, passing: moves.slice(0, 3), condition: conditionOf(labelled), tried: labelled.length };
}

/** Takes the first step that still fails, until none does. Every step makes a number smaller, so that ends. */
function shrinkOnce(problem: Problem, fails: Fails): Problem {
  let smallest = problem;
  for (;;) {
    const next = movesOf(smallest).find((move) => fails(move.problem));
    if (next === undefined) return smallest;
    smallest = next.problem;
  }
}

interface Move {
  readonly problem: Problem;
  readonly change: string;
}

/** Every problem with one hyperparameter smaller, the largest steps first; sizes last, so that windows stay natural. */
function movesOf(problem: Problem): Move[] {
  const { axes, batch, groups, bias, transposed, zeroPoints } = problem;
  const { inChannels, outChannels } = problem;
  const params = paramsOf(problem);
  const moves: Move[] = [];
  const add = (change: string, changed: ConvParams) => {
    const other = tryResolve({ ...params, ...changed });
    if (other !== undefined) moves.push({ problem: other, change });
  };
  for (const value of smaller(batch, 1)) add(`batch ${value}`, { batch: value });
  for (const value of smaller(groups, 1)) {
    if (groups % value !== 0) continue;
    add(`groups ${value}`, {
      groups: value,
      inChannels: (inChannels / groups) * value,
      outChannels: (outChannels / groups) * value,
    });
  }
  // A transposed convolution calls the two the other way round.
  const [inName, outName] = transposed ? ['out_channels', 'in_channels'] : ['in_channels', 'out_channels'];
  for (const value of smaller(inChannels / groups, 1))
    add(`${inName} ${value * groups}`, { inChannels: value * groups });
  for (const value of smaller(outChannels / groups, 1)) {
    add(`${outName} ${value * groups}`, { outChannels: value * groups });
  }
  if (bias) add('no bias', { bias: false });
  if (zeroPoints.input !== 0) add('input_zero_point 0', { inputZeroPoint: 0 });
  if (zeroPoints.weight !== 0) add('weight_zero_point 0', { weightZeroPoint: 0 });
  const perAxis = (
    key: 'inputSize' | 'kernelSize' | 'stride' | 'dilation' | 'paddingBegin',
    a: number,
    value: number,
  ) => axes.map((axis, d) => (d === a ? value : axis[key]));
  axes.forEach((axis, a) => {
    const name = axisName(a, axes.length);
    for (const value of smaller(axis.stride, 1))
      add(`stride_${name.toLowerCase()} ${value}`, { stride: perAxis('stride', a, value) });
    for (const value of smaller(axis.dilation, 1)) {
      add(`dilation_${name.toLowerCase()} ${value}`, { dilation: perAxis('dilation', a, value) });
    }
    for (const value of smaller(Math.abs(axis.paddingBegin), 0)) {
      const both = (key: 'paddingBegin' | 'paddingEnd') =>
        axes.map((other, d) => (d === a ? value : other[key]));
      add(`padding_${name.toLowerCase()} ${value}`, {
        padding: both('paddingBegin'),
        paddingEnd: both('paddingEnd'),
      });
    }
    for (const value of smaller(axis.inputSize, 1))
      add(`${name}${transposed ? '_out' : '_in'} ${value}`, { inputSize: perAxis('inputSize', a, value) });
    for (const value of smaller(axis.kernelSize, 1))
      add(`k${name} ${value}`, { kernelSize: perAxis('kernelSize', a, value) });
  });
  return moves;
}

/** Numbers below `value`, down to `least`: the least, the half, one less. */
function smaller(value: number, least: number): number[] {
  return [...new Set([least, Math.floor(value / 2), value - 1])].filter(
    (other) => other >= least && other < value,
  );
}
