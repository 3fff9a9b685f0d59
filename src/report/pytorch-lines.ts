/**
 * Python that rebuilds a case in PyTorch: the tensors, bit for bit, and the convolution.
 */
import { type Fill, integerMagnitude, integerRange, isRandom, operandDtype } from '../core/fill.ts';
import {
  factorNames,
  type OperandName,
  operandLabel,
  operandShape,
  operandShapes,
} from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, type Shape } from '../core/shape.ts';
import { isQuantised } from '../core/tensor.ts';
import { type LoadedOperand, loadExpression } from './python-load.ts';
import { computation } from './pytorch-computation.ts';

/** Where a case's tensors come from. */
export interface CaseSource {
  readonly fill: Fill;
  readonly seed: number;
  /** The operands that were loaded. */
  readonly files: Partial<Record<OperandName, LoadedOperand>>;
}

const VARIABLES = { input: 'x', weight: 'w', bias: 'b', gradOutput: 'gy' } as const;

/** Python's name of an operand: x is what the layer reads, of a transposed convolution too. */
export function variable({ transposed }: Pick<Problem, 'transposed'>, name: OperandName): string {
  return VARIABLES[transposed && name === 'gradOutput' ? 'input' : name];
}

/** The lines, to be run as they are. */
export function pytorchLines(problem: Problem, source: CaseSource): string {
  const operands = operandShapes(problem).map(([name, shape]) => ({
    name,
    shape,
    file: source.files[name],
  }));
  const loads = operands.some(({ file }) => file !== undefined);
  const generates = operands.some(({ file }) => file === undefined);
  const draws = generates && isRandom(source.fill);
  const [first] = factorNames(problem);
  const isImpulse =
    source.fill === 'impulse' && operands.some((o) => o.name === first && o.file === undefined);
  return [
    ...(loads ? ['import numpy'] : []),
    'import torch',
    'import torch.nn.functional as F',
    ...(draws ? [`torch.manual_seed(${source.seed})`] : []),
    ...(generates && source.fill === 'integer' ? integerHelper(problem) : []),
    ...operands.map(({ name, shape, file }) => {
      const value =
        file === undefined
          ? generated(problem, source.fill, name, shape)
          : loadExpression(file, operandDtype(problem, name), operandLabel(problem, name));
      return `${variable(problem, name)} = ${value}`;
    }),
    ...(isImpulse ? [impulse(problem, first)] : []),
    ...computation(problem),
  ].join('\n');
}

/** Of −A … −1, 1 … A, or where quantised of all values of a dtype but one. */
function integerHelper(problem: Problem): string[] {
  if (isQuantised(problem.dtype)) {
    return [
      'def integers(low, count, without, dtype, *shape):',
      '    r = low + torch.randint(0, count - 1, shape)',
      '    return (r + (r >= without)).to(dtype)',
    ];
  }
  const A = integerMagnitude(problem);
  return [
    'def integers(*shape):',
    `    r = torch.randint(0, ${2 * A}, shape)`,
    `    return (r - ${A} + (r >= ${A})).to(torch.${problem.dtype})`,
  ];
}

function generated(problem: Problem, fill: Fill, name: OperandName, shape: Shape): string {
  const sizes = shape.join(', ');
  const own = operandDtype(problem, name);
  const typed = `, dtype=torch.${own}`;
  const dtype = own === 'float32' ? '' : typed;
  const counting = (start: number) =>
    `torch.arange(${start}, ${start + elementCount(shape)}${typed}).reshape(${sizes})`;
  switch (fill) {
    case 'uniform':
      return `torch.rand(${sizes}${dtype})`;
    case 'normal': {
      const cast = own === 'float64' ? '.double()' : own === 'float32' ? '' : `.to(torch.${own})`;
      return `torch.randn(${sizes})${cast}  # x86 AVX2 builds`;
    }
    case 'integer': {
      if (!isQuantised(problem.dtype)) return `integers(${sizes})`;
      const { low, count, without } = integerRange(problem, name);
      return `integers(${low}, ${count}, ${without}, torch.${own}, ${sizes})`;
    }
    case 'arange':
      return counting(0);
    case 'ones':
      return `torch.ones(${sizes}${dtype})`;
    case 'impulse':
      return name === factorNames(problem)[0] ? `torch.zeros(${sizes}${dtype})` : counting(1);
  }
}

function impulse(problem: Problem, first: OperandName): string {
  const size = operandShape(problem, first).slice(2);
  return `${variable(problem, first)}[0, 0, ${size.map((length) => Math.floor(length / 2)).join(', ')}] = 1`;
}
