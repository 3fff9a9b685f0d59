/**
 * The shape trace: each step with its symbols, its sizes and what it is called with.
 */
import { type OperandName, operandLabel, operandShape } from '../core/operands.ts';
import { type PadSpec, planDecomposition, type Step } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { isQuantised } from '../core/tensor.ts';
import { type Style, wrap } from './layout.ts';
import { padCall, pythonTuple, unfoldArguments } from './python-words.ts';
import { operandSymbols, stepSymbols } from './symbols.ts';

interface Row {
  readonly name: string;
  readonly symbols: string;
  readonly shape: readonly number[];
  readonly parameters: string;
}

/** Shorter names are followed by at least as many columns, so that most traces are aligned alike. */
const NAME_WIDTH = 9;

/** Two lines a step, the shape above its parameters; each operand stands above the steps that read it. */
export function traceLines(problem: Problem, { width, palette }: Style): string[] {
  const { steps } = planDecomposition(problem);
  const rows = steps.flatMap((step, s): Row[] => [
    ...('of' in step && step.of !== undefined ? operandRow(problem, step.of) : []),
    {
      name: step.step,
      symbols: stepSymbols(problem, step),
      shape: step.shape,
      parameters: formatParameters(problem, step, steps[s - 1]),
    },
  ]);
  const symbolWidth = Math.max(...rows.map(({ symbols }) => symbols.length));
  const nameWidth = Math.max(NAME_WIDTH, ...rows.map(({ name }) => name.length + 1));
  return rows.flatMap(({ name, symbols, shape, parameters }) => {
    const size = formatShape(shape);
    const beside = `${symbols.padEnd(symbolWidth)}  ${size}`;
    const fits = 2 + nameWidth + beside.length <= width;
    const label = `  ${palette.bold(name.padEnd(nameWidth))}`;
    return [
      ...(fits ? [label + beside] : [label + symbols, ' '.repeat(nameWidth + 2) + size]),
      ...wrap(parameters, width, nameWidth + 2).map(palette.dim),
    ];
  });
}

function operandRow(problem: Problem, name: OperandName): Row[] {
  const shape = operandShape(problem, name);
  return [
    { name: operandLabel(problem, name), symbols: operandSymbols(problem, name), shape, parameters: '' },
  ];
}

/** What a step is called with, as a Python call spells it, and why where that is a question. */
function formatParameters(problem: Problem, step: Step, before: Step | undefined): string {
  switch (step.step) {
    case 'pad':
      return `${padCall([step.parameters], 'x')}: ${whyPadded(problem, step.parameters, before?.step === 'pad')}`;
    case 'unfold':
      return step.of === 'gradOutput'
        ? 'kernel_size=1, stride=1: each pixel is a column'
        : unfoldArguments(step.parameters);
    case 'gemm':
      return gemmWords(problem, step.parameters);
    case 'bias':
      return problem.direction === 'forward' ? 'added to every column' : 'added to every pixel';
    case 'fold': {
      const size = `output_size=${pythonTuple(step.parameters.outputSize)}`;
      return problem.direction === 'forward'
        ? `${size}, kernel_size=1, stride=1`
        : `${size}, ${unfoldArguments(step.parameters)}`;
    }
    case 'unpad':
      return unpadWords(step.parameters);
    case 'view':
      return 'each row is one window of weights';
    case 'cast':
      return `rounds to ${step.parameters.dtype}, once: all sums are float32`;
  }
}

function whyPadded({ dtype }: Problem, { mode, value }: PadSpec, isSecond: boolean): string {
  if (isSecond) return 'F.pad crops no more than is there, so it crops what is padded';
  if (mode !== 'zeros') return 'reads the input again, but unfold pads with zeros only';
  if (value !== 0 && isQuantised(dtype)) return 'a quantised input is padded with its zero point';
  return 'unfold cannot pad two ends differently, or crop';
}

function unpadWords(spec: PadSpec): string {
  const call = padCall([spec], 'x');
  if (spec.mode !== 'zeros')
    return `the adjoint of ${call}: adds what was read again back to where it was read`;
  const crops = [...spec.begin, ...spec.end].some((padding) => padding > 0);
  const fills = [...spec.begin, ...spec.end].some((padding) => padding < 0);
  const does = [...(crops ? ['crops what it padded'] : []), ...(fills ? ['gives 0 to what it cropped'] : [])];
  return `the adjoint of ${call}: ${does.join(', ')}`;
}

function gemmWords(
  problem: Problem,
  { M, K, L, groups, zeroPoints }: Extract<Step, { step: 'gemm' }>['parameters'],
): string {
  const each = groups === 1 ? '' : `each of ${groups} groups: `;
  const G = operandLabel(problem, 'gradOutput');
  const points =
    zeroPoints.input === 0 && zeroPoints.weight === 0
      ? ''
      : `, zero points ${zeroPoints.weight} and ${zeroPoints.input} subtracted`;
  switch (problem.direction) {
    case 'forward':
      return `${each}weight (M=${M}, K=${K}) × columns (K=${K}, L=${L})${points}`;
    case 'grad-input':
      return `${each}weightᵀ (K=${K}, M=${M}) × ${G} (M=${M}, L=${L})`;
    case 'grad-weight':
      return `${each}Σₙ ${G} (M=${M}, L=${L}) × columnsᵀ (L=${L}, K=${K})`;
  }
}
