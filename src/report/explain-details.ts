/**
 * What `explain --verbose` adds: every shape term by term, and the adjoint as an identity that can be run.
 */
import { isCountable, overlapPerAxis } from '../core/overlap.ts';
import { planDecomposition, type Step, type UnfoldSpec } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, formatShape, type Shape } from '../core/shape.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { pythonTuple, unfoldArguments } from './python-words.ts';
import { rowsSymbol, symbolsOf, tapsSymbol, windowsSymbol } from './symbols.ts';

const LABEL_WIDTH = 11;

/** Each step's sizes as the products and sums that they are. */
export function shapeDerivations(problem: Problem, { width }: Style): string[] {
  const { steps } = planDecomposition(problem);
  const sizes = [problem.axes.map((axis) => axis.inputSize), ...steps.map(({ shape }) => shape.slice(2))];
  return steps.flatMap((step, s) =>
    labelled(`  ${step.step}`, derivation(problem, step, sizes[s] ?? []), width, LABEL_WIDTH),
  );
}

function derivation(problem: Problem, step: Step, before: readonly number[]): string {
  const { batch, inChannels, outChannels, groups, axes, direction } = problem;
  const { channels, paddedSize } = symbolsOf(problem);
  const kernel = axes.map((axis) => axis.kernelSize).join('·');
  const outputs = axes.map((axis) => axis.outputSize).join('·');
  const L = elementCount(axes.map((axis) => axis.outputSize));
  const windows = axes.length === 1 ? windowsSymbol(problem) : `${windowsSymbol(problem)} = ${outputs}`;
  const rows = `${rowsSymbol(problem)} = ${inChannels}·${kernel} = ${plural(inChannels * elementCount(axes.map((axis) => axis.kernelSize)), 'row')}`;
  const columns = `L = ${windows} = ${plural(L, 'column')}`;
  switch (step.step) {
    case 'pad': {
      const { begin, end } = step.parameters;
      return paddedSize
        .map((symbol, a) => `${symbol} = ${before[a]} + ${begin[a]} + ${end[a]} = ${step.shape[2 + a]}`)
        .join(', ');
    }
    case 'unfold':
      return step.of === 'gradOutput'
        ? `${channels.output} = ${plural(outChannels, 'row')}, ${columns}`
        : `${rows}, ${columns}`;
    case 'gemm': {
      const { M, K } = step.parameters;
      const channelRows = `${channels.output} = groups·M = ${groups}·${M} = ${plural(outChannels, 'row')}`;
      const products = `N·${channels.output}·L·K = ${batch}·${outChannels}·${L}·${K} = ${plural(batch * outChannels * L * K, 'multiplication')}`;
      return `${direction === 'grad-input' ? `${rows}, each a sum of M = ${plural(M, 'term')}` : channelRows}; ${products}`;
    }
    case 'bias':
      return direction === 'forward'
        ? `${plural(outChannels, 'value')}, each added to N·L = ${batch}·${L} = ${plural(batch * L, 'column')}`
        : `${plural(inChannels, 'value')}, each added to all pixels of its channel`;
    case 'fold':
      return direction === 'forward'
        ? `${plural(L, 'column')} of one value per channel, laid out as ${windows} = ${plural(L, 'pixel')}`
        : `${plural(L, 'column')} of one ${kernel.replaceAll('·', '×')} window per channel, added onto ${plural(elementCount(step.shape.slice(2)), 'pixel')}`;
    case 'unpad':
      return `${plural(elementCount(step.shape.slice(2)), 'pixel')} of ${elementCount(before)}`;
    case 'view':
      return `K = ${tapsSymbol(problem)} = ${inChannels / groups}·${kernel} = ${plural(
        step.shape.slice(1).reduce((a, b) => a * b),
        'value',
      )} a row`;
    case 'cast':
      return `${plural(elementCount(step.shape), 'element')}, each rounded once`;
  }
}

/** ⟨unfold(x), c⟩ = ⟨x, fold(c)⟩ with this problem's sizes, and the Python that shows it. */
export function adjointIdentity(problem: Problem, { width }: Style): string[] {
  const { unfold, unfoldInput, gemm, pads } = planDecomposition(problem);
  const columns = [problem.batch, gemm.K * problem.groups, gemm.L];
  const x = pads.length > 0 ? 'padded x' : 'x';
  const isPlane = problem.axes.length === 2;
  return [
    ...wrap(
      `For every ${x} of ${formatShape(unfoldInput)} and every c of ${formatShape(columns)}, the sum of unfold(x)·c over all elements is that of x·fold(c), where fold takes unfold's own parameters: that is what being its adjoint means. ${sharedProducts(problem)}`,
      width,
      2,
    ),
    ...(isPlane ? ['', ...pythonLines(unfoldInput, columns, unfold)] : []),
  ];
}

/** F.unfold and F.fold are 2-D. */
function pythonLines(input: Shape, columns: Shape, spec: UnfoldSpec): string[] {
  const window = unfoldArguments(spec);
  return [
    '  import torch',
    '  import torch.nn.functional as F',
    `  x = torch.randn${pythonTuple(input)}.double()`,
    `  c = torch.randn${pythonTuple(columns)}.double()`,
    `  u = F.unfold(x, ${window})`,
    `  f = F.fold(c, output_size=${pythonTuple(input.slice(2))}, ${window})`,
    '  print((u * c).sum(), (x * f).sum())',
  ];
}

/** How many products both sums have: one for each tap that stands on a pixel. */
function sharedProducts(problem: Problem): string {
  const { gemm, pads } = planDecomposition(problem);
  const taps = problem.batch * gemm.K * problem.groups * gemm.L;
  if (pads.length === 0 && !isCountable(problem))
    return 'Both add up the same products, one for each tap on a pixel.';
  const planeTaps = () =>
    overlapPerAxis(problem).reduce((product, counts) => product * counts.reduce((sum, n) => sum + n, 0), 1);
  const inside = pads.length > 0 ? taps : problem.batch * problem.inChannels * planeTaps();
  const padded =
    inside === taps
      ? ''
      : `; the other ${taps - inside} of ${plural(taps, 'tap')} stand in the padding, where unfold writes 0 and fold adds nothing`;
  return `Both add up the same ${plural(inside, 'product')}, one for each tap of a window that stands on a pixel${padded}.`;
}
