/**
 * The body of an emitted module: the plan's steps as PyTorch calls. F.unfold and F.fold are 2-D: a line is a plane of
 * height 1 for them, and in 3-D windows are taken off one axis at a time and added back tap by tap.
 */
import { windowExtent } from '../core/geometry.ts';
import { type PadSpec, planDecomposition } from '../core/plan.ts';
import { inputShape, type Problem, weightShape } from '../core/problem.ts';
import { isHalf, isQuantised } from '../core/tensor.ts';
import { padCall, padList, pythonTuple } from './python-words.ts';
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

/** Halves and integers, which CPU builds of PyTorch do not multiply. */
function widenLines({ dtype, zeroPoints }: Problem, names: readonly string[]): string[] {
  const of = (name: string) => (name === 'weight' ? 'self.weight' : name);
  if (isHalf(dtype)) {
    return [
      `# Summed in float32, rounded to ${dtype} once.`,
      `${names.join(', ')} = ${names.map((name) => `${of(name)}.float()`).join(', ')}`,
    ];
  }
  if (!isQuantised(dtype)) return [];
  const less = (point: number) => (point === 0 ? '' : point > 0 ? ` - ${point}` : ` + ${-point}`);
  return [
    '# Sums of integers less their zero points are exact in float64.',
    `x, weight = x.double()${less(zeroPoints.input)}, self.weight.double()${less(zeroPoints.weight)}`,
  ];
}

function weightWords({ dtype }: Problem): string {
  return isHalf(dtype) || isQuantised(dtype) ? 'weight' : 'self.weight';
}

function biasWords({ dtype }: Problem): string {
  if (isQuantised(dtype)) return 'self.bias.double()';
  return isHalf(dtype) ? 'self.bias.float()' : 'self.bias';
}

function narrowed({ dtype }: Problem, value: string): string {
  if (isQuantised(dtype)) return `${value}.to(torch.int32)`;
  return isHalf(dtype) ? `${value}.to(torch.${dtype})` : value;
}

/** Python's names of the output's sizes: `H_out`, `W_out`. */
function outputNames({ axes }: Problem): readonly string[] {
  return symbolsOf({ axes, transposed: false }).outputSize;
}

function axisNames({ axes }: Problem): readonly string[] {
  return symbolsOf({ axes, transposed: false }).kernelSize.map((name) => name.slice(1));
}

/** F.unfold's arguments, over two lines. */
function windowArguments(problem: Problem, indent: number): string {
  const { unfold } = planDecomposition(problem);
  // A line is a plane of height 1.
  const pair = (values: readonly number[], height: number) =>
    pythonTuple(values.length === 1 ? [height, ...values] : values);
  return `kernel_size=${pair(unfold.kernelSize, 1)}, dilation=${pair(unfold.dilation, 1)},\n${' '.repeat(8 + indent)}padding=${pair(unfold.padding, 0)}, stride=${pair(unfold.stride, 1)})`;
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
    return [...head, `columns = F.unfold(${x}, ${windowArguments(problem, 19)}  # ${rows}`];
  }
  const isPadded = unfold.padding.some((padding) => padding !== 0);
  const windows = axes.map((axis, a) => `.unfold(${2 + a}, ${windowExtent(axis)}, ${axis.stride})`).join('');
  const gaps = axes.map(({ dilation }) => (dilation === 1 ? ':' : `::${dilation}`)).join(', ');
  return [
    ...head,
    ...(isPadded
      ? [`x = ${padCall([{ begin: unfold.padding, end: unfold.padding, mode: 'zeros', value: 0 }], 'x')}`]
      : []),
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

function adjointLines(problem: Problem): string[] {
  const { groups, transposed, bias, axes } = problem;
  const { gemm } = planDecomposition(problem);
  const g = transposed ? 'x' : 'gy';
  const weight = weightWords(problem);
  const channels = transposed ? 'C_out' : 'C_in';
  const rows = `(N, ${[channels, ...axisNames(problem).map((name) => `k${name}`)].join('*')}, L)`;
  const product =
    groups === 1
      ? [`columns = ${weight}.view(${gemm.M}, -1).T @ ${g}.flatten(2)  # ${rows}: whole windows`]
      : [
          `weight = ${weight}.view(${groups}, ${gemm.M}, ${gemm.K}).transpose(1, 2)`,
          `columns = weight @ ${g}.reshape(N, ${groups}, ${gemm.M}, -1)  # each group has its own rows`,
          `columns = columns.view(N, ${groups * gemm.K}, -1)  # ${rows}: whole windows`,
        ];
  const result = bias ? `folded + ${biasWords(problem)}.view(1, -1${', 1'.repeat(axes.length)})` : 'folded';
  return [
    ...widenLines(problem, [g, 'weight']),
    `N = ${g}.shape[0]`,
    ...product,
    "# fold takes unfold's own parameters here: it adds each value onto the pixel that unfold reads it from.",
    ...(axes.length < 3 ? foldLines(problem) : foldTaps(problem)),
    ...unpadLines(problem),
    `return ${narrowed(problem, bias && isHalf(problem.dtype) ? `(${result})` : result)}`,
  ];
}

function foldLines(problem: Problem): string[] {
  const { adjoint } = planDecomposition(problem);
  const isLine = adjoint.outputSize.length === 1;
  const size = pythonTuple(isLine ? [1, ...adjoint.outputSize] : adjoint.outputSize);
  return [
    `folded = F.fold(columns, output_size=${size}, ${windowArguments(problem, 16)}${isLine ? '.squeeze(2)' : ''}`,
  ];
}

/** What F.fold does, in 3-D: one addition for each tap of the window. */
function foldTaps(problem: Problem): string[] {
  const { axes, inChannels } = problem;
  const { unfold, unfoldInput } = planDecomposition(problem);
  const size = unfoldInput.slice(2).map((length, a) => length + 2 * (unfold.padding[a] as number));
  const taps = ['d', 'h', 'w'];
  const slices = axes.map(({ stride, dilation, outputSize }, a) => {
    const tap = dilation === 1 ? `${taps[a]}` : `${taps[a]} * ${dilation}`;
    return `${tap}:${tap} + ${(outputSize - 1) * stride + 1}${stride === 1 ? '' : `:${stride}`}`;
  });
  const kernel = unfold.kernelSize.map((length) => `range(${length})`).join(', ');
  const outputs = axes.map(({ outputSize }) => outputSize).join(', ');
  const negative = unfold.padding.map((padding) => 0 - padding);
  return [
    `windows = columns.view(N, ${inChannels}, ${unfold.kernelSize.join(', ')}, ${outputs})`,
    `folded = columns.new_zeros(N, ${inChannels}, ${size.join(', ')})`,
    `for ${taps.join(', ')} in itertools.product(${kernel}):`,
    `    folded[:, :, ${slices.join(', ')}] += windows[:, :, ${taps.join(', ')}]`,
    ...(negative.some((padding) => padding !== 0)
      ? [`folded = F.pad(folded, ${pythonTuple(padList(negative, negative))})  # crops`]
      : []),
  ];
}

/** The adjoint of the padding: of zeros it is padding by as much less. */
function unpadLines(problem: Problem): string[] {
  const { pads } = planDecomposition(problem);
  const [first] = pads;
  if (first === undefined) return [];
  if (first.mode === 'zeros') {
    const lessen = (values: readonly number[]) => values.map((value) => 0 - value);
    return [...pads]
      .reverse()
      .map(({ begin, end }) => `folded = F.pad(folded, ${pythonTuple(padList(lessen(begin), lessen(end)))})`);
  }
  return [
    '# The adjoint of the padding adds what was read again back to where it was read.',
    `z = torch.zeros(N, ${inputShape(problem).slice(1).join(', ')}, dtype=folded.dtype, requires_grad=True)`,
    `folded, = torch.autograd.grad(${padCall(pads, 'z')}, z, folded)`,
  ];
}
