/**
 * PyTorch's symbols for a problem's sizes, in as many dimensions as it has and in the words of its own layer: what a
 * transposed convolution calls C_in and H_in is C_out and H_out of the convolution whose input gradient it is.
 */
import type { OperandName } from '../core/operands.ts';
import { axisName } from '../core/params.ts';
import { planDecomposition, type Step } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';

/** Sizes of one problem, by what they are of the convolution. */
export interface Symbols {
  /** `C_in` and `C_out`. */
  readonly channels: { readonly input: string; readonly output: string };
  /** `H_in`, `W_in`. */
  readonly inputSize: readonly string[];
  /** `H_out`, `W_out`. */
  readonly outputSize: readonly string[];
  /** `H_pad`, `W_pad`. */
  readonly paddedSize: readonly string[];
  /** `kH`, `kW`. */
  readonly kernelSize: readonly string[];
}

/** The symbols of `problem`. */
export function symbolsOf({ axes, transposed }: Pick<Problem, 'axes' | 'transposed'>): Symbols {
  const names = axes.map((_, a) => axisName(a, axes.length));
  const [input, output] = transposed ? ['out', 'in'] : ['in', 'out'];
  return {
    channels: { input: `C_${input}`, output: `C_${output}` },
    inputSize: names.map((name) => `${name}_${input}`),
    outputSize: names.map((name) => `${name}_${output}`),
    paddedSize: names.map((name) => `${name}_pad`),
    kernelSize: names.map((name) => `k${name}`),
  };
}

/** `H_out·W_out`: L. */
export function windowsSymbol(problem: Problem): string {
  return symbolsOf(problem).outputSize.join('·');
}

/** `C_in·kH·kW`: rows of the columns. */
export function rowsSymbol(problem: Problem): string {
  const { channels, kernelSize } = symbolsOf(problem);
  return [channels.input, ...kernelSize].join('·');
}

/** `C_in/groups·kH·kW`: K. */
export function tapsSymbol(problem: Problem): string {
  const { channels, kernelSize } = symbolsOf(problem);
  return [`${channels.input}/groups`, ...kernelSize].join('·');
}

/** The dimensions of an operand: `(N, C_in, H_in, W_in)`. */
export function operandSymbols(problem: Problem, name: OperandName): string {
  const { channels, inputSize, outputSize, kernelSize } = symbolsOf(problem);
  switch (name) {
    case 'input':
      return tuple('N', channels.input, ...inputSize);
    case 'gradOutput':
      return tuple('N', channels.output, ...outputSize);
    case 'weight':
      return tuple(channels.output, `${channels.input}/groups`, ...kernelSize);
    case 'bias':
      return `(${problem.transposed ? channels.input : channels.output},)`;
  }
}

/** The dimensions of what the direction gives. */
export function resultSymbols(problem: Problem): string {
  const { direction } = problem;
  if (direction === 'forward') return operandSymbols(problem, 'gradOutput');
  return operandSymbols(problem, direction === 'grad-input' ? 'input' : 'weight');
}

/** The dimensions of what a step of the decomposition yields. */
export function stepSymbols(problem: Problem, step: Step): string {
  const { channels, paddedSize } = symbolsOf(problem);
  const { direction } = problem;
  const columns = tuple('N', rowsSymbol(problem), 'L');
  const product = tuple('N', channels.output, 'L');
  switch (step.step) {
    case 'pad':
      return tuple('N', channels.input, ...paddedSize);
    case 'unfold':
      return step.of === 'gradOutput' ? product : columns;
    case 'gemm':
      if (direction === 'grad-weight') return tuple(channels.output, 'K');
      return direction === 'forward' ? product : columns;
    case 'bias':
      return direction === 'forward' ? product : resultSymbols(problem);
    case 'fold':
      if (direction === 'forward') return operandSymbols(problem, 'gradOutput');
      return isPadded(problem) ? tuple('N', channels.input, ...paddedSize) : resultSymbols(problem);
    case 'unpad':
      return isFirstPad(problem, step) ? resultSymbols(problem) : tuple('N', channels.input, ...paddedSize);
    case 'view':
    case 'cast':
      return resultSymbols(problem);
  }
}

/** True where padding is a step of its own. */
export function isPadded(problem: Problem): boolean {
  return planDecomposition(problem).pads.length > 0;
}

function isFirstPad(problem: Problem, step: Step & { readonly step: 'unpad' }): boolean {
  const [first] = planDecomposition(problem).pads;
  return (
    String(first?.begin) === String(step.parameters.begin) &&
    String(first?.end) === String(step.parameters.end)
  );
}

function tuple(...sizes: readonly string[]): string {
  return `(${sizes.join(', ')})`;
}
