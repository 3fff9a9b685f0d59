/**
 * Generated tensors: what PyTorch's CPU generator gives, bit for bit, so that a case needs no file.
 *
 * One generator per seed draws input, then weight, then bias; a tensor that is loaded instead draws nothing.
 */
import type { Operands } from './decompose.ts';
import { ToolError } from './errors.ts';
import { EXACT_INTEGER_LIMIT, exactMagnitude } from './numerics.ts';
import { biasShape, inputShape, type Problem, weightShape } from './problem.ts';
import { randomTensors } from './random-tensors.ts';
import { elementCount, type Shape } from './shape.ts';
import { type Dtype, ones, type Tensor, zeros } from './tensor.ts';

/** Ways to generate tensors, in the order that help lists them, each with what it gives. */
export const FILLS = {
  uniform: 'torch.rand',
  normal: 'torch.randn of the x86 AVX2 builds, in float32',
  integer: 'torch.randint without 0, in the range whose sums stay exact',
  arange: 'torch.arange: 0, 1, 2, …',
  ones: 'torch.ones',
  impulse: 'a single 1 in the middle of the first channel; weight and bias count from 1',
} as const satisfies Record<string, string>;

/** A way to generate tensors. */
export type Fill = keyof typeof FILLS;

/** True where the seed decides what `fill` gives. */
export function isRandom(fill: Fill): boolean {
  return fill === 'uniform' || fill === 'normal' || fill === 'integer';
}

/** Names of the operands, in the order that they are drawn. */
export type OperandName = keyof Operands;

/** Terms of one output element at most: the taps of a whole window, and the bias. */
export function termCount(problem: Problem): number {
  const [, ...window] = weightShape(problem);
  return window.reduce((product, size) => product * size, 1) + (problem.bias ? 1 : 0);
}

/** The A of `integer` for this problem: values run −A … −1, 1 … A. 0 where no range is exact. */
export function integerMagnitude(problem: Problem): number {
  return exactMagnitude(problem.dtype, termCount(problem));
}

/** The operands that `problem` has, in the order that they are drawn. */
export function operandShapes(problem: Problem): readonly (readonly [OperandName, Shape])[] {
  return [
    ['input', inputShape(problem)],
    ['weight', weightShape(problem)],
    ...(problem.bias ? ([['bias', biasShape(problem)]] as const) : []),
  ];
}

/**
 * Refuses what fillOperands cannot generate, before it allocates anything.
 *
 * @throws ToolError where no integers sum exactly, or a tensor has more elements than its dtype counts
 */
export function requireFillable(problem: Problem, fill: Fill, loaded: Partial<Operands> = {}): void {
  const generated = operandShapes(problem).filter(([name]) => loaded[name] === undefined);
  if (fill === 'integer' && generated.length > 0 && integerMagnitude(problem) < 1) {
    throw new ToolError(
      'bad-problem',
      "fill is 'integer', but K is so large that even sums of ±1 leave the exact integers of the dtype",
      'use --dtype float64',
    );
  }
  for (const [name, shape] of generated) {
    const first = firstCounted(fill, name);
    if (first !== undefined) requireCountable(first, name, problem.dtype, shape);
  }
}

/** What the operand counts from; undefined where `fill` does not count it. */
function firstCounted(fill: Fill, name: OperandName): number | undefined {
  if (fill === 'arange') return 0;
  return fill === 'impulse' && name !== 'input' ? 1 : undefined;
}

function requireCountable(first: number, name: OperandName, dtype: Dtype, shape: Shape): void {
  const count = elementCount(shape);
  if (first + count - 1 <= EXACT_INTEGER_LIMIT[dtype]) return;
  throw new ToolError(
    'bad-problem',
    `${name} has ${count} elements, more than ${dtype} can count without rounding (${EXACT_INTEGER_LIMIT[dtype]})`,
    'use --dtype float64, or another --fill',
  );
}

/** Generates what `loaded` does not give; throws ToolError as requireFillable does. */
export function fillOperands(
  problem: Problem,
  fill: Fill,
  seed: number,
  loaded: Partial<Operands> = {},
): Operands {
  requireFillable(problem, fill, loaded);
  const draw = filler(problem, fill, seed);
  const input = loaded.input ?? draw('input', inputShape(problem));
  const weight = loaded.weight ?? draw('weight', weightShape(problem));
  if (!problem.bias) return { input, weight, bias: undefined };
  return { input, weight, bias: loaded.bias ?? draw('bias', biasShape(problem)) };
}

function filler(problem: Problem, fill: Fill, seed: number): (name: OperandName, shape: Shape) => Tensor {
  const { dtype } = problem;
  switch (fill) {
    case 'uniform':
    case 'normal':
    case 'integer': {
      const next = randomTensors(fill, dtype, seed, integerMagnitude(problem));
      return (_, shape) => next(shape);
    }
    case 'ones':
      return (_, shape) => ones(dtype, shape);
    case 'arange':
    case 'impulse':
      return (name, shape) => {
        const first = firstCounted(fill, name);
        return first === undefined ? impulse(problem) : counting(first, dtype, shape);
      };
  }
}

/** first, first + 1, … */
function counting(first: number, dtype: Dtype, shape: Shape): Tensor {
  const tensor = zeros(dtype, shape);
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) data[i] = first + i;
  return tensor;
}

/** Zeros but for x[0, 0, H_in // 2, W_in // 2] = 1. */
function impulse(problem: Problem): Tensor {
  const tensor = zeros(problem.dtype, inputShape(problem));
  const middle = problem.axes.reduce(
    (offset, axis) => offset * axis.inputSize + Math.floor(axis.inputSize / 2),
    0,
  );
  tensor.data[middle] = 1;
  return tensor;
}
