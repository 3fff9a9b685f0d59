/**
 * The shape trace: each step with its symbols, its sizes and what it is called with.
 */
import { planDecomposition, type Step } from '../core/plan.ts';
import { inputShape, type Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { type Style, wrap } from './layout.ts';
import { padList, pythonTuple } from './pytorch-lines.ts';

/** What each step's dimensions are, in PyTorch's symbols. */
const SYMBOLS: Readonly<Record<Step['step'], string>> = {
  pad: '(N, C_in, H_pad, W_pad)',
  unfold: '(N, C_in·kH·kW, L)',
  gemm: '(N, C_out, L)',
  bias: '(N, C_out, L)',
  fold: '(N, C_out, H_out, W_out)',
  unpad: '(N, C_in, H_in, W_in)',
  view: '(C_out, C_in/groups, kH, kW)',
  cast: '',
};

/** What a step is called with, as a Python call spells it; `before` is the step before it, if any. */
function formatParameters(step: Step, before: Step | undefined): string {
  switch (step.step) {
    case 'pad': {
      const why =
        before === undefined
          ? 'unfold cannot pad two ends differently, or crop'
          : 'F.pad crops no more than is there, so it crops what is padded';
      return `F.pad(x, ${pythonTuple(padList(step.parameters.begin, step.parameters.end))}): ${why}`;
    }
    case 'unfold': {
      const { kernelSize, stride, padding, dilation } = step.parameters;
      return `kernel_size=${pythonTuple(kernelSize)}, stride=${pythonTuple(stride)}, padding=${pythonTuple(padding)}, dilation=${pythonTuple(dilation)}`;
    }
    case 'gemm': {
      const { M, K, L, groups } = step.parameters;
      const each = groups === 1 ? 'weight' : `each of ${groups} groups: weight`;
      return `${each} (M=${M}, K=${K}) × columns (K=${K}, L=${L})`;
    }
    case 'bias':
      return 'added to every column';
    case 'fold':
      return `output_size=${pythonTuple(step.parameters.outputSize)}, kernel_size=1, stride=1`;
    case 'unpad':
    case 'view':
    case 'cast':
      return '';
  }
}

const NAME_WIDTH = 9;

/** Two lines a step, the shape above its parameters. */
export function traceLines(problem: Problem, { width, palette }: Style): string[] {
  const { steps } = planDecomposition(problem);
  const rows = [
    { name: 'input', symbols: '(N, C_in, H_in, W_in)', shape: inputShape(problem), parameters: '' },
    ...steps.map((step, s) => ({
      name: step.step,
      symbols: SYMBOLS[step.step],
      shape: step.shape,
      parameters: formatParameters(step, steps[s - 1]),
    })),
  ];
  const symbolWidth = Math.max(...rows.map(({ symbols }) => symbols.length));
  return rows.flatMap(({ name, symbols, shape, parameters }) => [
    `  ${palette.bold(name.padEnd(NAME_WIDTH))}${symbols.padEnd(symbolWidth)}  ${formatShape(shape)}`,
    ...wrap(parameters, width, NAME_WIDTH + 2).map(palette.dim),
  ]);
}
