/**
 * Python that rebuilds a case in PyTorch: the tensors, bit for bit, and the convolution.
 */
import { type Fill, integerMagnitude, isRandom, operandDtype } from '../core/fill.ts';
import { type OperandName, operandLabel, operandShapes } from '../core/operands.ts';
import { type PadSpec, planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { type LoadedOperand, loadExpression } from './python-load.ts';

/** A Python tuple: `(3, 3)`, `(64,)`. */
export function pythonTuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/** torch.nn.functional.pad's list of a padding: last axis first, beginning before end. */
export function padList(begin: readonly number[], end: readonly number[]): number[] {
  return begin
    .map((value, a) => [value, end[a] as number])
    .reverse()
    .flat();
}

/** Where a case's tensors come from. */
export interface CaseSource {
  readonly fill: Fill;
  readonly seed: number;
  /** The operands that were loaded. */
  readonly files: Partial<Record<OperandName, LoadedOperand>>;
}

const VARIABLES = { input: 'x', weight: 'w', bias: 'b', gradOutput: 'gy' } as const satisfies Record<
  OperandName,
  string
>;

/** The lines, to be run as they are. */
export function pytorchLines(problem: Problem, source: CaseSource): string {
  const shapes = operandShapes(problem);
  const loads = shapes.some(([name]) => source.files[name] !== undefined);
  const generates = shapes.some(([name]) => source.files[name] === undefined);
  const draws = generates && isRandom(source.fill);
  return [
    ...(loads ? ['import numpy'] : []),
    'import torch',
    'import torch.nn.functional as F',
    ...(draws ? [`torch.manual_seed(${source.seed})`] : []),
    ...(generates && source.fill === 'integer' ? integerHelper(problem) : []),
    ...shapes.map(([name, shape]) => {
      const file = source.files[name];
      const value =
        file === undefined
          ? generated(problem, source.fill, name, shape)
          : loadExpression(file, operandDtype(problem, name), operandLabel(problem, name));
      return `${VARIABLES[name]} = ${value}`;
    }),
    ...(generates && source.fill === 'impulse' && source.files.input === undefined ? [impulse(problem)] : []),
    `y = ${conv2dCall(problem, 'x')}`,
  ].join('\n');
}

/** Of −A … −1, 1 … A. */
function integerHelper(problem: Problem): string[] {
  const A = integerMagnitude(problem);
  return [
    'def integers(*shape):',
    `    r = torch.randint(0, ${2 * A}, shape)`,
    `    return (r - ${A} + (r >= ${A})).to(torch.${problem.dtype})`,
  ];
}

function generated(problem: Problem, fill: Fill, name: OperandName, shape: Shape): string {
  const sizes = shape.join(', ');
  const dtype = problem.dtype === 'float32' ? '' : ', dtype=torch.float64';
  const typed = `, dtype=torch.${problem.dtype}`;
  const counting = (start: number) =>
    `torch.arange(${start}, ${start + elementCount(shape)}${typed}).reshape(${sizes})`;
  switch (fill) {
    case 'uniform':
      return `torch.rand(${sizes}${dtype})`;
    case 'normal':
      return `torch.randn(${sizes})${dtype === '' ? '' : '.double()'}  # x86 AVX2 builds`;
    case 'integer':
      return `integers(${sizes})`;
    case 'arange':
      return counting(0);
    case 'ones':
      return `torch.ones(${sizes}${dtype})`;
    case 'impulse':
      return name === 'input' ? `torch.zeros(${sizes}${dtype})` : counting(1);
  }
}

function impulse(problem: Problem): string {
  return `x[0, 0, ${problem.axes.map((axis) => Math.floor(axis.inputSize / 2)).join(', ')}] = 1`;
}

/** `F.pad(x, (0, 1, 0, 1))`: the calls of `pads`, each on what the one before it gave. */
export function padCall(pads: readonly PadSpec[], input: string): string {
  return pads.reduce((of, { begin, end }) => `F.pad(${of}, ${pythonTuple(padList(begin, end))})`, input);
}

/** `F.conv2d(x, w, b, stride=(2, 2))`, with F.pad where Conv2d has no such padding. */
export function conv2dCall(problem: Problem, input: string): string {
  const { pads, unfold } = planDecomposition(problem);
  const { padding } = unfold;
  const stride = problem.axes.map((axis) => axis.stride);
  const dilation = problem.axes.map((axis) => axis.dilation);
  return `F.conv2d(${[
    padCall(pads, input),
    'w',
    ...(problem.bias ? ['b'] : []),
    ...(stride.some((value) => value !== 1) ? [`stride=${pythonTuple(stride)}`] : []),
    ...(padding.some((value) => value !== 0) ? [`padding=${pythonTuple(padding)}`] : []),
    ...(dilation.some((value) => value !== 1) ? [`dilation=${pythonTuple(dilation)}`] : []),
    ...(problem.groups !== 1 ? [`groups=${problem.groups}`] : []),
  ].join(', ')})`;
}
