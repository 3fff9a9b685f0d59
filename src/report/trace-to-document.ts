/**
 * The plan's steps as JSON.
 */
import { operandLabel } from '../core/operands.ts';
import { type PadSpec, planDecomposition, type Step, type UnfoldSpec } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { isQuantised } from '../core/tensor.ts';
import { padList } from './python-words.ts';
import type { OperandLabel, PadParameters, TraceStep, UnfoldParameters } from './trace-document.ts';

/** All calls. */
export function traceDocument(problem: Problem): TraceStep[] {
  return planDecomposition(problem).steps.map((step) => traceStep(problem, step));
}

function traceStep(problem: Problem, step: Step): TraceStep {
  const { shape } = step;
  const of =
    'of' in step && step.of !== undefined ? { of: operandLabel(problem, step.of) as OperandLabel } : {};
  switch (step.step) {
    case 'pad':
      return { step: 'pad', ...of, shape, parameters: padParameters(step.parameters) };
    case 'unfold':
      return { step: 'unfold', ...of, shape, parameters: unfoldParameters(step.parameters) };
    case 'gemm': {
      const { M, K, L, groups, zeroPoints } = step.parameters;
      const points = isQuantised(problem.dtype)
        ? { input_zero_point: zeroPoints.input, weight_zero_point: zeroPoints.weight }
        : {};
      const product = PRODUCTS[problem.direction];
      return { step: 'gemm', shape, product, parameters: { M, K, L, groups, ...points } };
    }
    case 'bias':
      return { step: 'bias', shape, parameters: {} };
    case 'fold': {
      const { outputSize } = step.parameters;
      const parameters = { output_size: outputSize, ...unfoldParameters(step.parameters) };
      return { step: 'fold', shape, parameters };
    }
    case 'unpad':
      return { step: 'unpad', shape, parameters: padParameters(step.parameters) };
    case 'view':
      return { step: 'view', shape, parameters: { shape } };
    case 'cast':
      return { step: 'cast', shape, parameters: { dtype: step.parameters.dtype } };
  }
}

const PRODUCTS = {
  forward: 'weight @ columns',
  'grad-input': 'weight.T @ columns',
  'grad-weight': 'columns_of_grad_output @ columns.T',
} as const;

function padParameters({ begin, end, mode, value }: PadSpec): PadParameters {
  const pad = padList(begin, end);
  // F.pad takes a value with 'constant' only.
  return mode === 'zeros' ? { pad, mode: 'constant', value } : { pad, mode };
}

/** F.unfold's arguments. */
export function unfoldParameters({ kernelSize, stride, padding, dilation }: UnfoldSpec): UnfoldParameters {
  return { kernel_size: kernelSize, stride, padding, dilation };
}
