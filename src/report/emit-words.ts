/**
 * The parts of an emitted module that several directions have.
 */
import { planDecomposition } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { isHalf, isQuantised } from '../core/tensor.ts';
import { pythonTuple } from './python-words.ts';
import { symbolsOf } from './symbols.ts';

/** Halves and integers, which CPU builds of PyTorch do not multiply. */
export function widenLines({ dtype, zeroPoints }: Problem, names: readonly string[]): string[] {
  const of = (name: string) => (name === 'weight' ? 'self.weight' : name);
  if (isHalf(dtype)) {
    return [
      `# Summed in float32, rounded to ${dtype} once.`,
      `${names.join(', ')} = ${names.map((name) => `${of(name)}.float()`).join(', ')}`,
    ];
  }
  if (!isQuantised(dtype)) return [];
  const less = (point: number) => (point === 0 ? '' : point > 0 ? ` - ${point}` : ` + ${-point}`);
  return [
    '# Sums of integers less their zero points are exact in float64.',
    `x, weight = x.double()${less(zeroPoints.input)}, self.weight.double()${less(zeroPoints.weight)}`,
  ];
}

/** Python's name of the weight, wide where it was widened. */
export function weightWords({ dtype }: Problem): string {
  return isHalf(dtype) || isQuantised(dtype) ? 'weight' : 'self.weight';
}

/** Python's words for the bias. */
export function biasWords({ dtype }: Problem): string {
  if (isQuantised(dtype)) return 'self.bias.double()';
  return isHalf(dtype) ? 'self.bias.float()' : 'self.bias';
}

/** The value in the dtype of the result. */
export function narrowed({ dtype }: Problem, value: string): string {
  if (isQuantised(dtype)) return `${value}.to(torch.int32)`;
  return isHalf(dtype) ? `${value}.to(torch.${dtype})` : value;
}

/** Python's names of the input's sizes: `H`, `W`. */
export function axisNames({ axes }: Problem): readonly string[] {
  return symbolsOf({ axes, transposed: false }).kernelSize.map((name) => name.slice(1));
}

/** F.unfold's arguments, over two lines. */
export function windowArguments(problem: Problem, indent: number): string {
  const { unfold } = planDecomposition(problem);
  // A line is a plane of height 1.
  const pair = (values: readonly number[], height: number) =>
    pythonTuple(values.length === 1 ? [height, ...values] : values);
  return `kernel_size=${pair(unfold.kernelSize, 1)}, dilation=${pair(unfold.dilation, 1)},\n${' '.repeat(8 + indent)}padding=${pair(unfold.padding, 0)}, stride=${pair(unfold.stride, 1)})`;
}
