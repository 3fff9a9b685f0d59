/**
 * Forward and adjoint side by side: unfold and the two folds, each with what it takes, gives and is called with.
 */
import { planDecomposition } from '../core/plan.ts';
import { outputShape, type Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import { type Style, table, wrap } from './layout.ts';
import { pythonTuple } from './python-words.ts';

/** Both calls of fold beside unfold; one below the other where they do not fit beside each other. */
export function foldTable(problem: Problem, { width, palette }: Style): string[] {
  const { unfold, fold, pads, unfoldInput, gemm } = planDecomposition(problem);
  const { batch, outChannels, direction, transposed } = problem;
  const columns = [batch, gemm.K * gemm.groups, gemm.L];
  const product = [batch, outChannels, gemm.L];
  // A transposed convolution's own x is what it unfolds by single pixels.
  const x = `${pads.length > 0 ? 'padded ' : ''}${transposed ? 'output' : 'x'}`;
  const calls = [
    ['', 'unfold', 'fold, forward', 'fold, adjoint'],
    ['of', x, 'W · columns', transposed ? 'Wᵀ · x' : 'Wᵀ · dY'],
    ['takes', formatShape(unfoldInput), formatShape(product), formatShape(columns)],
    ['gives', formatShape(columns), formatShape(outputShape(problem)), formatShape(unfoldInput)],
    ['output_size', '–', pythonTuple(fold.outputSize), pythonTuple(unfoldInput.slice(2))],
    ['kernel_size', pythonTuple(unfold.kernelSize), '1', pythonTuple(unfold.kernelSize)],
    ['stride', pythonTuple(unfold.stride), '1', pythonTuple(unfold.stride)],
    ['padding', pythonTuple(unfold.padding), '0', pythonTuple(unfold.padding)],
    ['dilation', pythonTuple(unfold.dilation), '1', pythonTuple(unfold.dilation)],
    ...(direction === 'forward' ? [] : [['runs here', ...RUNS[direction]]]),
  ];
  const note = transposed
    ? wrap(
        'unfold and fold, forward are those of the convolution that has the same parameters and goes the other way, from output to input.',
        width,
        2,
      )
    : [];
  const rows = table(calls);
  if (rows.every((row) => row.length <= width)) {
    return [
      ...rows.map((row, r) => (r === 0 ? palette.bold(row) : row)),
      ...(note.length > 0 ? ['', ...note] : []),
    ];
  }
  return [
    ...[1, 2, 3].flatMap((call) => [
      `  ${palette.bold(calls[0]?.[call] ?? '')}`,
      ...table(
        calls.slice(1).map((row) => [row[0] ?? '', row[call] ?? '']),
        4,
      ),
    ]),
    ...note,
  ];
}

/** Of unfold by the convolution's windows and of both folds, which ones this direction calls. */
const RUNS = {
  'grad-input': ['no', 'no', 'yes'],
  'grad-weight': ['yes', 'no', 'no'],
} as const;
