/**
 * The problem as a PyTorch module that is right: unfold with all four parameters, a GEMM per group, and the fold that
 * the direction takes, with a check against PyTorch's own convolution when it is run.
 */
import { operandDtype } from '../core/fill.ts';
import { formatLayerRepr } from '../core/layer-repr.ts';
import { type OperandName, operandShape, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { Shape } from '../core/shape.ts';
import { isHalf, isQuantised } from '../core/tensor.ts';
import { formatToken } from '../core/token.ts';
import { directionWords } from './direction-words.ts';
import { forwardLines } from './emit-steps.ts';
import { computation } from './pytorch-computation.ts';
import { variable } from './pytorch-lines.ts';

/** A Python file. */
export function emitPytorch(problem: Problem): string {
  const { axes, bias, direction, transposed } = problem;
  const name = className(problem);
  const { token, options } = formatToken(problem);
  const reads = argumentsOf(problem);
  const inputs = reads.filter((operand) => operand !== 'w' && operand !== 'b');
  const hasWeight = reads.includes('w');
  const title = formatLayerRepr(problem) ?? paddedTitle(problem);
  const check = transposed ? `conv_transpose${axes.length}d` : `conv${axes.length}d`;
  const against = direction === 'forward' || transposed ? check : `${check}'s gradient`;
  const lines = [
    `"""${title}`,
    direction === 'forward' || transposed
      ? 'as unfold, GEMM, fold.'
      : `and ${directionWords(problem).target}, as ${directionWords(problem).stages}.`,
    '',
    `Problem ${[token, ...options].join(' ')}. Running this file checks the module against torch.nn.functional.${against}.`,
    '"""',
    ...(axes.length === 3 && direction === 'grad-input' ? ['import itertools', ''] : []),
    'import torch',
    'import torch.nn.functional as F',
    '',
    '',
    `class ${name}(torch.nn.Module):`,
    ...(hasWeight
      ? [
          '    def __init__(self):',
          '        super().__init__()',
          ...parameterLines(problem, 'weight'),
          bias ? parameterLines(problem, 'bias')[0] : "        self.register_parameter('bias', None)",
          '',
        ]
      : []),
    `    def forward(self, ${inputs.join(', ')}):`,
    ...forwardLines(problem).map((line) => `        ${line}`),
    '',
    '',
    "if __name__ == '__main__':",
    '    torch.manual_seed(0)',
    `    conv = ${name}()`,
    ...operandShapes(problem)
      .filter(([operand]) => inputs.includes(variable(problem, operand)))
      .map(
        ([operand, shape]) => `    ${variable(problem, operand)} = ${randomTensor(problem, operand, shape)}`,
      ),
    ...(hasWeight ? [`    w${bias ? ', b' : ''} = conv.weight${bias ? ', conv.bias' : ''}`] : []),
    ...computation(problem, 'expected').map((line) => `    ${line}`),
    `    print('largest difference:', (conv(${inputs.join(', ')}) - expected).abs().max().item())`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The operands that the problem reads, by Python's names. */
function argumentsOf(problem: Problem): readonly string[] {
  return operandShapes(problem).map(([name]) => variable(problem, name));
}

function className({ axes, direction, transposed }: Problem): string {
  const of = { forward: '', 'grad-input': 'GradInput', 'grad-weight': 'GradWeight' }[direction];
  return transposed ? `UnfoldConvTranspose${axes.length}d` : `UnfoldConv${axes.length}d${of}`;
}

function parameterLines(problem: Problem, name: 'weight' | 'bias'): string[] {
  const value = randomTensor(problem, name, operandShape(problem, name));
  return isQuantised(problem.dtype)
    ? [`        self.register_buffer('${name}', ${value})`]
    : [`        self.${name} = torch.nn.Parameter(${value})`];
}

function randomTensor(problem: Problem, name: OperandName, shape: Shape): string {
  const { dtype } = problem;
  const sizes = shape.join(', ');
  if (isHalf(dtype)) return `torch.randn(${sizes}).to(torch.${dtype})`;
  if (!isQuantised(dtype))
    return `torch.randn(${sizes}${dtype === 'float64' ? ', dtype=torch.float64' : ''})`;
  const own = operandDtype(problem, name);
  const range = own === 'uint8' ? '0, 256' : '-128, 128';
  return `torch.randint(${range}, (${sizes}${shape.length === 1 ? ',' : ''}), dtype=torch.${own})`;
}

/** A layer whose paddings its class has no words for. */
function paddedTitle(problem: Problem): string {
  const { axes, transposed, paddingMode } = problem;
  const paddings = axes.map((axis) => `(${axis.paddingBegin}, ${axis.paddingEnd})`).join(' × ');
  const mode = paddingMode === 'zeros' ? '' : `, padding mode ${paddingMode}`;
  return `A ${transposed ? 'transposed ' : ''}convolution with padding ${paddings} at its beginnings and ends${mode}`;
}
