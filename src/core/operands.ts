/**
 * The tensors that a problem reads: two factors, whose products are summed, and a bias.
 */
import { keptFor } from './kept.ts';
import { biasShape, inputShape, outputShape, type Problem, weightShape } from './problem.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Every tensor that some direction reads, in the order that they are drawn. */
export const OPERANDS = ['input', 'weight', 'bias', 'gradOutput'] as const;

/**
 * A tensor by the part that it plays in the convolution: `gradOutput` has the output's shape. A transposed
 * convolution's own input is its gradOutput.
 */
export type OperandName = (typeof OPERANDS)[number];

/** The tensors of one run, all in the problem's dtype; there are those that its direction reads. */
export type Operands = { readonly [name in OperandName]?: Tensor | undefined };

/** The two tensors whose elements are multiplied: what is read through windows or flows back, and what it meets. */
export function factorNames({ direction }: Pick<Problem, 'direction'>): readonly [OperandName, OperandName] {
  switch (direction) {
    case 'forward':
      return ['input', 'weight'];
    case 'grad-input':
      return ['gradOutput', 'weight'];
    case 'grad-weight':
      return ['input', 'gradOutput'];
  }
}

/** The operands that `problem` has, in the order that they are drawn: PyTorch's x, weight, bias, incoming gradient. */
export const operandShapes: (problem: Problem) => readonly (readonly [OperandName, Shape])[] =
  keptFor(shapesOf);

function shapesOf(problem: Problem): readonly (readonly [OperandName, Shape])[] {
  const shapes: Readonly<Record<OperandName, Shape>> = {
    input: inputShape(problem),
    weight: weightShape(problem),
    bias: biasShape(problem),
    gradOutput: outputShape(problem),
  };
  return drawOrder(problem).map((name) => [name, shapes[name]]);
}

/** The shape of the operand called `name`, which the problem reads. */
export function operandShape(problem: Problem, name: OperandName): Shape {
  const found = operandShapes(problem).find(([operand]) => operand === name);
  if (found === undefined) throw new TypeError(`the problem reads no ${name}`);
  return found[1];
}

function drawOrder(problem: Problem): readonly OperandName[] {
  // A transposed convolution's own input is drawn first, as any layer's is.
  if (problem.transposed) return ['gradOutput', 'weight', ...(problem.bias ? (['bias'] as const) : [])];
  const factors = factorNames(problem);
  return OPERANDS.filter((name) => factors.includes(name) || (name === 'bias' && problem.bias));
}

/** The operand called `name`, which the problem reads. */
export function operand(operands: Operands, name: OperandName): Tensor {
  const tensor = operands[name];
  if (tensor === undefined) throw new TypeError(`the operand ${name} is missing`);
  return tensor;
}

/** Both factors, first and second. */
export function factorsOf(
  problem: Pick<Problem, 'direction'>,
  operands: Operands,
): readonly [Tensor, Tensor] {
  const [first, second] = factorNames(problem);
  return [operand(operands, first), operand(operands, second)];
}

/** What the user calls the operand: PyTorch's word for it. */
export function operandLabel({ transposed }: Pick<Problem, 'transposed'>, name: OperandName): string {
  if (name !== 'gradOutput') return name;
  return transposed ? 'input' : 'grad_output';
}
