/**
 * What `explain --verbose` adds: every shape term by term, and the adjoint as an identity that can be run.
 */
import { isCountable, overlapPerAxis } from '../core/overlap.ts';
import { planDecomposition, type Step } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount, formatShape } from '../core/shape.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { pythonTuple } from './pytorch-lines.ts';

const LABEL_WIDTH = 11;

/** Each step's sizes as the products and sums that they are. */
export function shapeDerivations(problem: Problem, { width }: Style): string[] {
  const { steps } = planDecomposition(problem);
  const sizes = [problem.axes.map((axis) => axis.inputSize), ...steps.map(({ shape }) => shape.slice(2))];
  return steps.flatMap((step, s) =>
    labelled(`  ${step.step}`, derivation(problem, step, sizes[s] ?? []), width, LABEL_WIDTH),
  );
}

function derivation(
  { batch, inChannels, outChannels, groups, axes }: Problem,
  step: Step,
  before: readonly number[],
): string {
  const kernel = axes.map((axis) => axis.kernelSize).join('·');
  const outputs = axes.map((axis) => axis.outputSize).join('·');
  const L = elementCount(axes.map((axis) => axis.outputSize));
  switch (step.step) {
    case 'pad': {
      const { begin, end } = step.parameters;
      const size = (a: number) => `${before[a]} + ${begin[a]} + ${end[a]} = ${step.shape[2 + a]}`;
      return `H_pad = ${size(0)}, W_pad = ${size(1)}`;
    }
    case 'unfold':
      return `C_in·kH·kW = ${inChannels}·${kernel} = ${plural(step.shape[1] as number, 'row')}, L = H_out·W_out = ${outputs} = ${plural(L, 'column')}`;
    case 'gemm': {
      const { M, K } = step.parameters;
      const products = batch * outChannels * L * K;
      return `C_out = groups·M = ${groups}·${M} = ${plural(outChannels, 'row')}; N·C_out·L·K = ${batch}·${outChannels}·${L}·${K} = ${plural(products, 'multiplication')}`;
    }
    case 'bias':
      return `${plural(outChannels, 'value')}, each added to N·L = ${batch}·${L} = ${plural(batch * L, 'column')}`;
    case 'fold':
      return `${plural(L, 'column')} of one value per channel, laid out as H_out·W_out = ${outputs} = ${plural(L, 'pixel')}`;
    case 'unpad':
    case 'view':
    case 'cast':
      return formatShape(step.shape);
  }
}

/** ⟨unfold(x), c⟩ = ⟨x, fold(c)⟩ with this problem's sizes, and the Python that shows it. */
export function adjointIdentity(problem: Problem, { width }: Style): string[] {
  const { unfold, unfoldInput, gemm, pads } = planDecomposition(problem);
  const columns = [problem.batch, gemm.K * problem.groups, gemm.L];
  const x = pads.length > 0 ? 'padded x' : 'x';
  const window = `kernel_size=${pythonTuple(unfold.kernelSize)}, stride=${pythonTuple(unfold.stride)}, padding=${pythonTuple(unfold.padding)}, dilation=${pythonTuple(unfold.dilation)}`;
  return [
    ...wrap(
      `For every ${x} of ${formatShape(unfoldInput)} and every c of ${formatShape(columns)}, the sum of unfold(x)·c over all elements is that of x·fold(c), where fold takes unfold's own parameters: that is what being its adjoint means. ${sharedProducts(problem)}`,
      width,
      2,
    ),
    '',
    '  import torch',
    '  import torch.nn.functional as F',
    `  x = torch.randn${pythonTuple(unfoldInput)}.double()`,
    `  c = torch.randn${pythonTuple(columns)}.double()`,
    `  u = F.unfold(x, ${window})`,
    `  f = F.fold(c, output_size=${pythonTuple(unfoldInput.slice(2))}, ${window})`,
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
