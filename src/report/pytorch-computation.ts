/**
 * The Python lines that compute a problem's result from its operands, by the shortest way that PyTorch has.
 *
 * CPU builds of PyTorch convolve float32 and float64 only: halves are widened, summed in float32 and rounded once;
 * integers are shifted by their zero points and convolved in float64, which holds every sum of int32.
 */
import { formatLayerRepr } from '../core/layer-repr.ts';
import { planDecomposition } from '../core/plan.ts';
import { inputShape, type Problem, weightShape } from '../core/problem.ts';
import { isHalf, isQuantised, resultDtype } from '../core/tensor.ts';
import { layerWords } from '../core/transposed.ts';
import { padCall, pythonTuple } from './python-words.ts';

/** From x, w, b and gy to `result`: y, gx or gw where it has no other name. */
export function computation(problem: Problem, result?: string): string[] {
  const { direction, transposed, bias } = problem;
  const [x, w, b, gy] = ['x', 'w', 'b', 'gy'].map((name) => widened(problem, name)) as [
    string,
    string,
    string,
    string,
  ];
  const cast =
    isHalf(problem.dtype) || isQuantised(problem.dtype) ? `.to(torch.${resultDtype(problem.dtype)})` : '';
  const name =
    result ?? (transposed || direction === 'forward' ? 'y' : direction === 'grad-input' ? 'gx' : 'gw');
  if (transposed && formatLayerRepr(problem) !== undefined)
    return [`${name} = ${transposedCall(problem, x, w, b)}${cast}`];
  if (direction === 'forward')
    return [`${name} = ${convCall(problem, paddedInput(problem, x), w, bias ? b : undefined)}${cast}`];
  // A convolution is linear in what it is differentiated by: that tensor's values do not matter.
  const of = direction === 'grad-input' ? 'z' : 'v';
  const zeros = `torch.zeros${pythonTuple(direction === 'grad-input' ? inputShape(problem) : weightShape(problem))}`;
  const dtype = problem.dtype === 'float64' ? ', dtype=torch.float64' : '';
  const read =
    direction === 'grad-input'
      ? convCall(problem, paddedInput(problem, of), w)
      : convCall(problem, paddedInput(problem, x), of);
  const added = bias ? ` + ${b}.view(1, -1${', 1'.repeat(problem.axes.length)})` : '';
  return [
    `${of} = ${zeros.slice(0, -1)}${dtype}, requires_grad=True)`,
    `${name}, = torch.autograd.grad(${read}, ${of}, ${transposed ? x : gy})`,
    ...(added !== '' || cast !== '' ? [`${name} = ${added === '' ? name : `(${name}${added})`}${cast}`] : []),
  ];
}

/** The operand in the dtype that PyTorch computes in, its zero point taken off where it is not padded before. */
function widened(problem: Problem, name: string): string {
  const { dtype, zeroPoints } = problem;
  if (isHalf(dtype)) return `${name}.float()`;
  if (!isQuantised(dtype)) return name;
  const point = { x: zeroPoints.input, w: zeroPoints.weight }[name] ?? 0;
  return `${name}.double()${point === 0 ? '' : point > 0 ? ` - ${point}` : ` + ${-point}`}`;
}

/** The input with the padding that a convolution's own cannot express. Of shifted integers, padding is 0. */
function paddedInput(problem: Problem, x: string): string {
  return padCall(
    planDecomposition(problem).pads.map((call) => ({ ...call, value: 0 })),
    x,
  );
}

/** `F.conv2d(x, w, b, stride=(2, 2))`. */
function convCall(problem: Problem, x: string, w: string, b?: string): string {
  const { axes, groups } = problem;
  const { padding } = planDecomposition(problem).unfold;
  return call(`F.conv${axes.length}d`, [
    x,
    w,
    ...(b === undefined ? [] : [b]),
    ...unless(
      1,
      'stride',
      axes.map((axis) => axis.stride),
    ),
    ...unless(0, 'padding', padding),
    ...unless(
      1,
      'dilation',
      axes.map((axis) => axis.dilation),
    ),
    ...(groups === 1 ? [] : [`groups=${groups}`]),
  ]);
}

/** The call that the module checks itself against, of its own dtype. */
function transposedCall(problem: Problem, x: string, w: string, b: string): string {
  const { axes } = layerWords(problem);
  const { groups, bias } = problem;
  return call(`F.conv_transpose${axes.length}d`, [
    x,
    w,
    ...(bias ? [b] : []),
    ...unless(
      1,
      'stride',
      axes.map((axis) => axis.stride),
    ),
    ...unless(
      0,
      'padding',
      axes.map((axis) => axis.paddingBegin),
    ),
    ...unless(
      0,
      'output_padding',
      axes.map((axis) => axis.outputPadding),
    ),
    ...(groups === 1 ? [] : [`groups=${groups}`]),
    ...unless(
      1,
      'dilation',
      axes.map((axis) => axis.dilation),
    ),
  ]);
}

function unless(value: number, name: string, values: readonly number[]): string[] {
  return values.every((other) => other === value) ? [] : [`${name}=${pythonTuple(values)}`];
}

function call(name: string, words: readonly string[]): string {
  return `${name}(${words.join(', ')})`;
}
