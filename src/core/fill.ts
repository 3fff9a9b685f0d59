/**
 * Generated tensors: what PyTorch's CPU generator gives, bit for bit, so that a case needs no file.
 *
 * One generator per seed draws the operands in their order (operands.ts); a tensor that is loaded instead draws nothing.
 */
import { ToolError } from './errors.ts';
import type { Axis } from './geometry.ts';
import { EXACT_INTEGER_LIMIT, exactMagnitude, INTEGER_RANGE } from './numerics.ts';
import { factorNames, type OperandName, type Operands, operandLabel, operandShapes } from './operands.ts';
import type { PaddingMode, Problem } from './problem.ts';
import { type IntegerRange, type RandomTensors, randomTensors, symmetricRange } from './random-tensors.ts';
import { elementCount, type Shape } from './shape.ts';
import { type Dtype, isQuantised, ones, type Tensor, zeros } from './tensor.ts';

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

/** The fill that is meant where none is said: quantised tensors hold integers. */
export function defaultFill(dtype: Dtype): Fill {
  return isQuantised(dtype) ? 'integer' : 'uniform';
}

/**
 * Terms of one element of the result at most, the bias among them: the taps of a window; in grad-input those of as many
 * windows as read one pixel; in grad-weight the windows of all samples.
 */
export function termCount(problem: Problem): number {
  const { axes, batch, inChannels, outChannels, groups, direction, bias } = problem;
  const over = (count: (axis: Axis) => number, planes: number) =>
    axes.reduce((product, axis) => product * count(axis), planes);
  const taps = ({ kernelSize }: Axis) => kernelSize;
  switch (direction) {
    case 'forward':
      return over(taps, inChannels / groups) + (bias ? 1 : 0);
    case 'grad-input':
      return (
        over((axis) => taps(axis) * timesRead(axis, problem.paddingMode), outChannels / groups) +
        (bias ? 1 : 0)
      );
    case 'grad-weight':
      return over(({ outputSize }) => outputSize, batch);
  }
}

/** Positions that one pixel is read at, at most: its own, one reflection or copy at each end, or all copies of an edge. */
function timesRead({ paddingBegin, paddingEnd }: Axis, mode: PaddingMode): number {
  switch (mode) {
    case 'zeros':
      return 1;
    case 'reflect':
    case 'circular':
      return 3;
    case 'replicate':
      return 1 + paddingBegin + paddingEnd;
  }
}

/** The A of `integer` for this problem: values run −A … −1, 1 … A. 0 where no range is exact. */
export function integerMagnitude(problem: Problem): number {
  return exactMagnitude(problem.dtype, termCount(problem));
}

/**
 * The values of `integer` for an operand. Quantised ones run over all that their dtype holds, but the zero point: sums in
 * int32 are exact whatever is drawn.
 */
export function integerRange(problem: Problem, name: OperandName): IntegerRange {
  const { dtype, zeroPoints } = problem;
  if (!isQuantised(dtype)) return symmetricRange(integerMagnitude(problem));
  const stored = operandDtype(problem, name);
  const [low, high] = INTEGER_RANGE[stored === 'uint8' ? 'uint8' : 'int8'];
  const without = { input: zeroPoints.input, weight: zeroPoints.weight, bias: 0, gradOutput: 0 }[name];
  return { low, count: high - low + 1, without };
}

/** What the operand is stored in: the weight of a quantised convolution is int8 in any case, its bias int32. */
export function operandDtype({ dtype }: Problem, name: OperandName): Dtype {
  if (!isQuantised(dtype)) return dtype;
  if (name === 'bias') return 'int32';
  return name === 'weight' ? 'int8' : dtype;
}

/**
 * Refuses what fillOperands cannot generate, before it allocates anything.
 *
 * @throws ToolError where no integers sum exactly, or a tensor has more elements than its dtype counts
 */
export function requireFillable(problem: Problem, fill: Fill, loaded: Partial<Operands> = {}): void {
  const generated = operandShapes(problem).filter(([name]) => loaded[name] === undefined);
  if (generated.length === 0) return;
  const { dtype } = problem;
  if (isQuantised(dtype) && (fill === 'uniform' || fill === 'normal')) {
    throw new ToolError(
      'bad-option',
      `fill is '${fill}', but ${dtype} holds integers`,
      'leave --fill out: integer is the default of quantised dtypes',
    );
  }
  if (fill === 'integer' && !isQuantised(dtype) && integerMagnitude(problem) < 1) {
    throw new ToolError(
      'bad-problem',
      `fill is 'integer', but an element sums so many terms (${termCount(problem)}) that even sums of ±1 leave the exact integers of the dtype`,
      'use --dtype float64',
    );
  }
  for (const [name, shape] of generated) {
    const first = firstCounted(problem, fill, name);
    if (first !== undefined)
      requireCountable(first, operandLabel(problem, name), operandDtype(problem, name), shape);
  }
}

/** What the operand counts from; undefined where `fill` does not count it. */
function firstCounted(problem: Problem, fill: Fill, name: OperandName): number | undefined {
  if (fill === 'arange') return 0;
  return fill === 'impulse' && name !== factorNames(problem)[0] ? 1 : undefined;
}

function requireCountable(first: number, label: string, dtype: Dtype, shape: Shape): void {
  const count = elementCount(shape);
  if (first + count - 1 <= EXACT_INTEGER_LIMIT[dtype]) return;
  throw new ToolError(
    'bad-problem',
    `${label} has ${count} elements, more than ${dtype} can count without rounding (${EXACT_INTEGER_LIMIT[dtype]})`,
    'use --dtype float64, or another --fill',
  );
}

/** Generates what `loaded` does not give, by `random` where it is; throws ToolError as requireFillable does. */
export function fillOperands(
  problem: Problem,
  fill: Fill,
  seed: number,
  loaded: Partial<Operands> = {},
  random: RandomTensors = randomTensors,
): Operands {
  requireFillable(problem, fill, loaded);
  const draw = filler(problem, fill, seed, random);
  return Object.fromEntries(
    operandShapes(problem).map(([name, shape]) => [name, loaded[name] ?? draw(name, shape)]),
  );
}

function filler(
  problem: Problem,
  fill: Fill,
  seed: number,
  random: RandomTensors,
): (name: OperandName, shape: Shape) => Tensor {
  const dtypeOf = (name: OperandName) => operandDtype(problem, name);
  switch (fill) {
    case 'uniform':
    case 'normal':
    case 'integer': {
      const next = random(fill, seed);
      return (name, shape) => next(dtypeOf(name), shape, integerRange(problem, name));
    }
    case 'ones':
      return (name, shape) => ones(dtypeOf(name), shape);
    case 'arange':
    case 'impulse':
      return (name, shape) => {
        const first = firstCounted(problem, fill, name);
        return first === undefined ? impulse(dtypeOf(name), shape) : counting(first, dtypeOf(name), shape);
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

/** Zeros but for x[0, 0, H // 2, W // 2] = 1. */
function impulse(dtype: Dtype, shape: Shape): Tensor {
  const tensor = zeros(dtype, shape);
  const middle = shape.slice(2).reduce((offset, size) => offset * size + Math.floor(size / 2), 0);
  tensor.data[middle] = 1;
  return tensor;
}
