/**
 * The decomposition as a list of calls: F.pad (once, or twice) where F.unfold cannot express the padding, F.unfold, a GEMM per
 * group, the bias, F.fold. Each step has the shape it yields and the very parameters it is called with, so
 * that explaining, tracing and computing cannot disagree.
 *
 * UnfoldSpec and FoldSpec are two types because they are two things: unfold's parameters describe the
 * convolution's windows, fold's describe 1×1 windows over the output, as the GEMM left one value per window.
 */
import type { Axis } from './geometry.ts';
import { inputShape, type Problem } from './problem.ts';
import { elementCount, type Shape } from './shape.ts';

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

/** Zeros added (negative: elements cropped) at both ends of each axis, outermost axis first: one call of F.pad. */
export interface PadSpec {
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** One image and group: (M×K)·(K×L). */
export interface GemmDims {
  /** Rows of the weight matrix: C_out/groups. */
  readonly M: number;
  /** Terms of each output element: (C_in/groups)·kH·kW. */
  readonly K: number;
  /** Sliding windows: H_out·W_out. */
  readonly L: number;
  readonly groups: number;
}

/** One call of the decomposition and the shape that it yields. */
export type Step =
  | { readonly step: 'pad'; readonly shape: Shape; readonly parameters: PadSpec }
  | { readonly step: 'unfold'; readonly shape: Shape; readonly parameters: UnfoldSpec }
  | { readonly step: 'gemm'; readonly shape: Shape; readonly parameters: GemmDims }
  | { readonly step: 'bias'; readonly shape: Shape }
  | { readonly step: 'fold'; readonly shape: Shape; readonly parameters: FoldSpec };

/** What each step of the decomposition is called with. */
export interface Plan {
  /** Calls of F.pad, one after the other; none where unfold pads by itself. */
  readonly pads: readonly PadSpec[];
  /** (N, C_in, H, W), padded: what unfold is called on. */
  readonly unfoldInput: Shape;
  readonly unfold: UnfoldSpec;
  readonly gemm: GemmDims;
  readonly bias: boolean;
  readonly fold: FoldSpec;
  /** The same calls in order, with shapes. */
  readonly steps: readonly Step[];
}

/** The calls that decompose `problem`. */
export function planDecomposition(problem: Problem): Plan {
  const { batch, inChannels, outChannels, groups, axes } = problem;
  // F.unfold pads both ends alike and never crops; anything else is padded before it.
  const unfoldPads = axes.every((axis) => axis.paddingBegin === axis.paddingEnd && axis.paddingBegin >= 0);
  const pads = unfoldPads ? [] : padCalls(axes);
  const unfold: UnfoldSpec = {
    kernelSize: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    padding: axes.map((axis) => (unfoldPads ? axis.paddingBegin : 0)),
    dilation: axes.map((axis) => axis.dilation),
  };
  const outputSize = axes.map((axis) => axis.outputSize);
  const window = elementCount(unfold.kernelSize);
  const gemm: GemmDims = {
    M: outChannels / groups,
    K: (inChannels / groups) * window,
    L: elementCount(outputSize),
    groups,
  };
  // The GEMM reduced each window to one value per channel, so fold's windows are single pixels, side by side.
  const fold: FoldSpec = {
    outputSize,
    kernelSize: axes.map(() => 1),
    stride: axes.map(() => 1),
    padding: axes.map(() => 0),
    dilation: axes.map(() => 1),
  };
  const product = [batch, outChannels, gemm.L];
  const steps: Step[] = [];
  let unfoldInput = inputShape(problem);
  for (const parameters of pads) {
    const [N, C_in, ...size] = unfoldInput as [number, number, ...number[]];
    unfoldInput = [N, C_in, ...size.map((length, a) => length + parameters.begin[a]! + parameters.end[a]!)];
    steps.push({ step: 'pad', shape: unfoldInput, parameters });
  }
  steps.push({ step: 'unfold', shape: [batch, inChannels * window, gemm.L], parameters: unfold });
  steps.push({ step: 'gemm', shape: product, parameters: gemm });
  if (problem.bias) steps.push({ step: 'bias', shape: product });
  steps.push({ step: 'fold', shape: [batch, outChannels, ...outputSize], parameters: fold });
  return { pads, unfoldInput, unfold, gemm, bias: problem.bias, fold, steps };
}

/** One call; two where an end crops more than the input holds, which F.pad does only to what is padded already. */
function padCalls(axes: readonly Axis[]): PadSpec[] {
  const call = (part: (padding: number) => number): PadSpec => ({
    begin: axes.map((axis) => part(axis.paddingBegin)),
    end: axes.map((axis) => part(axis.paddingEnd)),
  });
  const overcrops = axes.some((axis) => Math.max(-axis.paddingBegin, -axis.paddingEnd) > axis.inputSize);
  if (!overcrops) return [call((padding) => padding)];
  return [call((padding) => Math.max(padding, 0)), call((padding) => Math.min(padding, 0))];
}
