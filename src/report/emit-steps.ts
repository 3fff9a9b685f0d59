/**
 * The body of an emitted module: the plan's steps as PyTorch calls. F.unfold and F.fold are 2-D: a line is a plane of
 * height 1 for them, and in 3-D windows are taken off one axis at a time and added back tap by tap.
 */
import { windowExtent } from '../core/geometry.ts';
import { type PadSpec, planDecomposition } from '../core/plan.ts';
import { type Problem, weightShape } from '../core/problem.ts';
import { adjointLines } from './emit-adjoint.ts';
import { axisNames, biasWords, narrowed, weightWords, widenLines, windowArguments } from './emit-words.ts';
import { padCall } from './python-words.ts';
import { symbolsOf } from './symbols.ts';

/** Lines without their indent, from the arguments to `return`. */
export function forwardLines(problem: Problem): string[] {
  switch (problem.direction) {
    case 'forward':
      return [
        ...readLines(problem, ['x', 'weight']),
        ...unfoldLines(problem),
        ...productLines(problem),
        ...(problem.bias ? [`product = product + ${biasWords(problem)}.view(1, -1, 1)`] : []),
        '# One value per window is left, so fold lays the L columns out as pixels: 1x1 windows, stride 1.',
        `return ${narrowed(problem, layOut(problem))}`,
      ];
    case 'grad-input':
      return adjointLines(problem);
    case 'grad-weight':
      return [...readLines(problem, ['x', 'gy']), ...unfoldLines(problem), ...weightLines(problem)];
  }
}

/** x padded, and all operands wide; where padding reads x again, it is widened first: so PyTorch has it. */
function readLines(problem: Problem, names: readonly string[]): string[] {
  const [pads, widens] = [padLines(problem), widenLines(problem, names)];
  return problem.paddingMode === 'zeros' ? [...pads, ...widens] : [...widens, ...pads];
}

function padLines(problem: Problem): string[] {
  const { pads } = planDecomposition(problem);
  if (pads.length === 0) return [];
  const { mode, value } = pads[0] as PadSpec;
  const why =
    mode !== 'zeros'
      ? '# unfold pads with zeros only, so padding that reads the input again is a step of its own.'
      : value !== 0
        ? '# unfold pads with 0, but what stands for 0 in x is its zero point.'
        : '# unfold pads both ends of an axis alike, so this padding is a step of its own.';
  return [why, `x = ${padCall(pads, 'x')}`];
}

/** Python's names of the output's sizes: `H_out`, `W_out`. */
function outputNames({ axes }: Problem): readonly string[] {
  return symbolsOf({ axes, transposed: false }).outputSize;
}

function unfoldLines(problem: Problem): string[] {
  const { axes, direction } = problem;
  const { unfold, gemm } = planDecomposition(problem);
  const names = axisNames(problem);
  const sizes = axes.map((axis, a) => {
    const padding = 2 * (unfold.padding[a] as number);
    const padded = padding === 0 ? names[a] : `${names[a]} + ${padding}`;
    return `${outputNames(problem)[a]} = (${padded} - ${windowExtent(axis)}) // ${axis.stride} + 1`;
  });
  const rows = `(N, ${['C_in', ...names.map((name) => `k${name}`)].join('*')}, L)`;
  const head = [
    `N, C_in, ${names.join(', ')} = x.shape`,
    ...(direction === 'forward' ? sizes : []),
    "# unfold's parameters describe the convolution's windows: all four of them.",
  ];
  if (axes.length < 3) {
    const x = axes.length === 1 ? 'x.unsqueeze(2)' : 'x';
    const view = axes.length === 1 ? ['# F.unfold takes planes: a line is one of height 1.'] : [];
    return [...head, ...view, `columns = F.unfold(${x}, ${windowArguments(problem, 19)}  # ${rows}`];
  }
  const isPadded = unfold.padding.some((padding) => padding !== 0);
  const windows = axes.map((axis, a) => `.unfold(${2 + a}, ${windowExtent(axis)}, ${axis.stride})`).join('');
  const gaps = axes.map(({ dilation }) => (dilation === 1 ? ':' : `::${dilation}`)).join(', ');
  return [
    ...head,
    ...(isPadded
      ? [`x = ${padCall([{ begin: unfold.padding, end: unfold.padding, mode: 'zeros', value: 0 }], 'x')}`]
      : []),
    '# F.unfold takes planes only: here windows are taken off one axis at a time.',
    `windows = x${windows}`,
    ...(axes.some(({ dilation }) => dilation !== 1) ? [`windows = windows[..., ${gaps}]`] : []),
    `columns = windows.permute(0, 1, 5, 6, 7, 2, 3, 4).reshape(N, ${gemm.K * gemm.groups}, -1)  # ${rows}`,
  ];
}

function productLines(problem: Problem): string[] {
  const { outChannels, groups } = problem;
  const { gemm } = planDecomposition(problem);
  const weight = weightWords(problem);
  if (groups === 1) {
    return [`product = ${weight}.view(${outChannels}, -1) @ columns  # (N, C_out, L): one value per window`];
  }
  return [
    `columns = columns.view(N, ${groups}, ${gemm.K}, -1)  # each group has its own rows`,
    `weight = ${weight}.view(${groups}, ${gemm.M}, ${gemm.K})`,
    `product = (weight @ columns).view(N, ${outChannels}, -1)  # (N, C_out, L): one value per window`,
  ];
}

function layOut(problem: Problem): string {
  const sizes = outputNames(problem);
  switch (sizes.length) {
    case 1:
      return `F.fold(product, output_size=(1, ${sizes[0]}), kernel_size=1, stride=1).squeeze(2)`;
    case 2:
      return `F.fold(product, output_size=(${sizes.join(', ')}), kernel_size=1, stride=1)`;
    default:
      return `product.view(N, ${problem.outChannels}, ${sizes.join(', ')})`;
  }
}

function weightLines(problem: Problem): string[] {
  const { groups } = problem;
  const { gemm } = planDecomposition(problem);
  const shape = weightShape(problem).join(', ');
  const columns =
    groups === 1
      ? ['gy = gy.flatten(2)  # what F.unfold gives with kernel_size=1']
      : [
          `columns = columns.view(N, ${groups}, ${gemm.K}, -1)  # each group has its own rows`,
          `gy = gy.reshape(N, ${groups}, ${gemm.M}, -1)  # what F.unfold gives with kernel_size=1`,
        ];
  return [
    ...columns,
    '# Summed over windows by the product, over samples by sum(0): nothing is left to fold.',
    `return ${narrowed(problem, `(gy @ columns.transpose(-2, -1)).sum(0).view(${shape})`)}`,
  ];
}
