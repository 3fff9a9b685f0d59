/**
 * The decomposition as a list of calls, in each direction:
 *
 *   forward       F.pad where F.unfold cannot pad so, F.unfold, a GEMM per group, the bias, F.fold
 *   grad-input    the same backwards, each step as its adjoint: unfold, GEMM, fold, unpad
 *   grad-weight   both sides unfolded, and their GEMM
 *
 * Each step has the shape it yields and the very parameters it is called with, so that explaining, tracing and computing
 * cannot disagree.
 *
 * UnfoldSpec and FoldSpec are two types because they are two things: unfold's parameters describe the convolution's
 * windows. fold takes them too where it is unfold's adjoint; where it only lays out what the GEMM has left, one value
 * per window, its windows are single pixels.
 */
import type { Axis } from './geometry.ts';
import { keptFor } from './kept.ts';
import type { OperandName } from './operands.ts';
import {
  type Direction,
  inputShape,
  outputShape,
  type PaddingMode,
  type Problem,
  resultShape,
  weightShape,
  type ZeroPoints,
} from './problem.ts';
import { elementCount, type Shape } from './shape.ts';
import { type Half, isHalf } from './tensor.ts';

/** F.unfold's keyword arguments, per axis. */
export interface UnfoldSpec {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** F.fold's keyword arguments, per axis. */
export interface FoldSpec extends UnfoldSpec {
  readonly outputSize: readonly number[];
}

/** Elements added (negative: cropped) at both ends of each axis, outermost axis first: one call of F.pad. */
export interface PadSpec {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly mode: PaddingMode;
  /** What zero padding holds: a quantised input's zero point. */
  readonly value: number;
}

/** One image and group: W (M×K), U (K×L), G (M×L), and which two of them are multiplied (gemm.ts). */
export interface GemmDims {
  readonly direction: Direction;
  /** Output channels of a group: C_out/groups. */
  readonly M: number;
  /** Taps of a window: (C_in/groups)·kH·kW. */
  readonly K: number;
  /** Sliding windows: H_out·W_out. */
  readonly L: number;
  readonly groups: number;
  /** Subtracted from the factors before they are multiplied. */
  readonly zeroPoints: ZeroPoints;
}

/** One call of the decomposition and the shape that it yields; `of` is there where it does not go on with the last result. */
export type Step =
  | { readonly step: 'pad'; readonly shape: Shape; readonly parameters: PadSpec; readonly of?: OperandName }
  | {
      readonly step: 'unfold';
      readonly shape: Shape;
      readonly parameters: UnfoldSpec;
      readonly of?: OperandName;
    }
  | { readonly step: 'gemm'; readonly shape: Shape; readonly parameters: GemmDims }
  | { readonly step: 'bias'; readonly shape: Shape }
  | { readonly step: 'fold'; readonly shape: Shape; readonly parameters: FoldSpec }
  | UnpadStep
  | { readonly step: 'view'; readonly shape: Shape }
  | { readonly step: 'cast'; readonly shape: Shape; readonly parameters: { readonly dtype: Half } };

/** The adjoint of a call of F.pad; `shape` is what that call was given. */
export interface UnpadStep {
  readonly step: 'unpad';
  readonly shape: Shape;
  readonly parameters: PadSpec;
}

/** What each step of the decomposition is called with. */
export interface Plan {
  /** Calls of F.pad, one after the other; none where unfold pads by itself. */
  readonly pads: readonly PadSpec[];
  /** (N, C_in, H, W), padded: what unfold is called on, and the size that its adjoint gives. */
  readonly unfoldInput: Shape;
  /** The convolution's windows. */
  readonly unfold: UnfoldSpec;
  readonly gemm: GemmDims;
  readonly bias: boolean;
  /** Single pixels side by side: what lays L values out as an output. */
  readonly fold: FoldSpec;
  /** unfold's adjoint. */
  readonly adjoint: FoldSpec;
  /** The adjoints of the calls of F.pad, last call first. */
  readonly unpads: readonly UnpadStep[];
  /** The calls in order, with shapes. */
  readonly steps: readonly Step[];
}

/** begin + H + end, begin + W + end */
export function paddedSize(size: Shape, { begin, end }: PadSpec): Shape {
  return size.map((length, a) => length + begin[a]! + end[a]!);
}

/** The calls that decompose `problem`. */
export const planDecomposition: (problem: Problem) => Plan = keptFor(planOf);

function planOf(problem: Problem): Plan {
  const { inChannels, outChannels, groups, axes, direction, zeroPoints } = problem;
  const pads = padCalls(problem);
  const unfold: UnfoldSpec = {
    kernelSize: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => (pads.length === 0 ? axis.paddingBegin : 0)),
    dilation: axes.map((axis) => axis.dilation),
  };
  const outputSize = axes.map((axis) => axis.outputSize);
  const gemm: GemmDims = {
    direction,
    M: outChannels / groups,
    K: (inChannels / groups) * elementCount(unfold.kernelSize),
    L: elementCount(outputSize),
    groups,
    zeroPoints,
  };
  // The GEMM reduced each window to one value per channel, so fold's windows are single pixels, side by side.
  const fold: FoldSpec = {
    outputSize,
    kernelSize: axes.map(() => 1),
    stride: axes.map(() => 1),
    padding: axes.map(() => 0),
    dilation: axes.map(() => 1),
  };
  const padSteps = stepsOfPads(problem, pads);
  const unfoldInput = padSteps.at(-1)?.shape ?? inputShape(problem);
  const adjoint: FoldSpec = { ...unfold, outputSize: unfoldInput.slice(2) };
  const unpads = unpadSteps(problem, pads, padSteps);
  const partial = { pads, unfoldInput, unfold, gemm, bias: problem.bias, fold, adjoint, unpads };
  return { ...partial, steps: stepsOf(problem, partial, padSteps) };
}

/** Calls of F.pad; two where an end crops more than the input holds, which F.pad does only to what is padded already. */
function padCalls({ axes, paddingMode: mode, zeroPoints }: Problem): PadSpec[] {
  const isPadded = axes.some((axis) => axis.paddingBegin !== 0 || axis.paddingEnd !== 0);
  // F.unfold pads both ends alike, with zeros, and never crops; anything else is padded before it.
  const alike = axes.every((axis) => axis.paddingBegin === axis.paddingEnd && axis.paddingBegin >= 0);
  if (!isPadded || (alike && mode === 'zeros' && zeroPoints.input === 0)) return [];
  const call = (part: (padding: number) => number): PadSpec => ({
    begin: axes.map((axis) => part(axis.paddingBegin)),
    end: axes.map((axis) => part(axis.paddingEnd)),
    mode,
    value: zeroPoints.input,
  });
  const overcrops = (axis: Axis) => Math.max(-axis.paddingBegin, -axis.paddingEnd) > axis.inputSize;
  if (!axes.some(overcrops)) return [call((padding) => padding)];
  return [call((padding) => Math.max(padding, 0)), call((padding) => Math.min(padding, 0))];
}

function stepsOfPads(problem: Problem, pads: readonly PadSpec[]): Step[] {
  let [N, C_in, ...size] = inputShape(problem) as [number, number, ...number[]];
  return pads.map((parameters, call) => {
    size = [...paddedSize(size, parameters)];
    return { step: 'pad', shape: [N, C_in, ...size], parameters, ...(call === 0 && { of: 'input' }) };
  });
}

function stepsOf(problem: Problem, plan: Omit<Plan, 'steps'>, padSteps: readonly Step[]): Step[] {
  const { batch, direction, dtype } = problem;
  const { unfold, gemm, fold, adjoint, unpads, pads, unfoldInput } = plan;
  const { K, M, L, groups } = gemm;
  const product = [batch, M * groups, L];
  const columns = [batch, K * groups, L];
  const bias: Step[] = problem.bias ? [{ step: 'bias', shape: [] }] : [];
  const unfolded: Step = {
    step: 'unfold',
    shape: columns,
    parameters: unfold,
    ...(pads.length === 0 && { of: 'input' }),
  };
  const flattened: Step = { step: 'unfold', shape: product, parameters: fold, of: 'gradOutput' };
  const cast: Step[] = isHalf(dtype)
    ? [{ step: 'cast', shape: resultShape(problem), parameters: { dtype } }]
    : [];
  switch (direction) {
    case 'forward':
      return [
        ...padSteps,
        unfolded,
        { step: 'gemm', shape: product, parameters: gemm },
        ...bias.map((step) => ({ ...step, shape: product })),
        { step: 'fold', shape: outputShape(problem), parameters: fold },
        ...cast,
      ];
    case 'grad-input':
      return [
        flattened,
        { step: 'gemm', shape: columns, parameters: gemm },
        { step: 'fold', shape: unfoldInput, parameters: adjoint },
        ...unpads,
        ...bias.map((step) => ({ ...step, shape: resultShape(problem) })),
        ...cast,
      ];
    case 'grad-weight':
      return [
        ...padSteps,
        unfolded,
        flattened,
        { step: 'gemm', shape: [M * groups, K], parameters: gemm },
        { step: 'view', shape: weightShape(problem) },
        ...cast,
      ];
  }
}

function unpadSteps(
  problem: Problem,
  pads: readonly PadSpec[],
  padSteps: readonly Step[],
): readonly UnpadStep[] {
  const given = [inputShape(problem), ...padSteps.map(({ shape }) => shape)];
  return pads
    .map((parameters, call): UnpadStep => ({ step: 'unpad', shape: given[call] as Shape, parameters }))
    .reverse();
}
