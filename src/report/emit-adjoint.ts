/**
 * The body of an emitted module that computes a gradient with respect to the input, or a transposed convolution.
 */
import { planDecomposition } from '../core/plan.ts';
import { inputShape, type Problem } from '../core/problem.ts';
import { isHalf } from '../core/tensor.ts';
import { axisNames, biasWords, narrowed, weightWords, widenLines, windowArguments } from './emit-words.ts';
import { padCall, padList, pythonTuple } from './python-words.ts';

/** GEMM, fold with unfold's own parameters, the padding's adjoint. */
export function adjointLines(problem: Problem): string[] {
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
    '# F.fold takes planes only: this is what it does, one addition for each tap of the window.',
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
