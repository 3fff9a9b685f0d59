/**
 * Generated tensors: what PyTorch's CPU generator gives, bit for bit, so that a case needs no file.
 *
 * One generator per seed draws input, then weight, then bias; a tensor that is loaded instead draws nothing.
 */
import type { Operands } from './decompose.ts';
import { ToolError } from './errors.ts';
import { mersenneTwister, type WordGenerator } from './mt19937.ts';
import { normalGenerator } from './normal.ts';
import { EXACT_INTEGER_LIMIT, exactMagnitude } from './numerics.ts';
import { biasShape, inputShape, type Problem, weightShape } from './problem.ts';
import type { Shape } from './shape.ts';
import { type Dtype, type Elements, type Tensor, zeros } from './tensor.ts';
import { uniform32, uniform64 } from './uniform.ts';

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

/** Generates what `loaded` does not give. */
export function fillOperands(
  problem: Problem,
  fill: Fill,
  seed: number,
  loaded: Partial<Operands> = {},
): Operands {
  const draw = filler(problem, fill, seed);
  const input = loaded.input ?? draw('input', inputShape(problem));
  const weight = loaded.weight ?? draw('weight', weightShape(problem));
  if (!problem.bias) return { input, weight, bias: undefined };
  return { input, weight, bias: loaded.bias ?? draw('bias', biasShape(problem)) };
}

function filler(problem: Problem, fill: Fill, seed: number): (name: OperandName, shape: Shape) => Tensor {
  const nextWord = mersenneTwister(seed);
  const normal = normalGenerator(nextWord);
  const magnitude = integerMagnitude(problem);
  return (name, shape) => {
    const tensor = zeros(problem.dtype, shape);
    const { data } = tensor;
    switch (fill) {
      case 'uniform':
        fillUniform(data, problem.dtype, nextWord);
        break;
      case 'normal':
        fillNormal(data, normal);
        break;
      case 'integer':
        fillIntegers(data, magnitude, nextWord);
        break;
      case 'arange':
        fillCounting(data, 0, name, problem.dtype);
        break;
      case 'ones':
        data.fill(1);
        break;
      case 'impulse':
        if (name === 'input') data[middleOfPlane(problem)] = 1;
        else fillCounting(data, 1, name, problem.dtype);
        break;
    }
    return tensor;
  };
}

function fillUniform(data: Elements, dtype: Dtype, nextWord: WordGenerator): void {
  const draw = dtype === 'float32' ? uniform32 : uniform64;
  for (let i = 0; i < data.length; i++) data[i] = draw(nextWord);
}

// torch.randn(...) in float32, then widened: PyTorch's float64 normals come from libm and differ by platform.
function fillNormal(data: Elements, normal: (data: Float32Array) => void): void {
  const narrow = new Float32Array(data.length);
  normal(narrow);
  data.set(narrow);
}

/** r = torch.randint(0, 2A), then r − A + (r ≥ A): uniform over −A … −1, 1 … A, as a 0 would hide a dropped tap. */
function fillIntegers(data: Elements, magnitude: number, nextWord: WordGenerator): void {
  if (magnitude < 1) {
    throw new ToolError(
      'bad-problem',
      `fill is 'integer', but K is so large that even sums of ±1 leave the exact integers of the dtype`,
      `use --dtype float64`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    const r = nextWord() % (2 * magnitude);
    data[i] = r - magnitude + (r >= magnitude ? 1 : 0);
  }
}

function fillCounting(data: Elements, start: number, name: OperandName, dtype: Dtype): void {
  if (start + data.length - 1 > EXACT_INTEGER_LIMIT[dtype]) {
    throw new ToolError(
      'bad-problem',
      `${name} has ${data.length} elements, more than ${dtype} can count without rounding (${EXACT_INTEGER_LIMIT[dtype]})`,
      'use --dtype float64, or another --fill',
    );
  }
  for (let i = 0; i < data.length; i++) data[i] = start + i;
}

/** Offset of x[0, 0, H_in // 2, W_in // 2]. */
function middleOfPlane(problem: Problem): number {
  return problem.axes.reduce((offset, axis) => offset * axis.inputSize + Math.floor(axis.inputSize / 2), 0);
}
