/**
 * Where the two paths part, in a sentence that anyone can check: the tap as an equation with its numbers.
 */
import { axisName } from '../core/params.ts';
import type { Problem } from '../core/problem.ts';
import { formatShape } from '../core/shape.ts';
import type { Difference, Origin } from '../verify/wiring-difference.ts';
import { sliceWords } from '../verify/wiring-words.ts';

/** `output[0, 1, 2, 3]: tap (c=0, kh=1, kw=2) reads input[0, 0, 4, 5] in the direct convolution, but …`. */
export function differenceSentence(problem: Problem, difference: Difference): string {
  const { obligation, output = [], column, expected, found, slice } = difference;
  if (expected.kind === 'shape' && found.kind === 'shape') {
    const [right, wrong] = [expected.shape, found.shape].map(formatShape);
    switch (obligation) {
      case 'P0':
        return `the direct convolution counts ${right} windows (H_out, W_out), but the decomposition computes ${wrong}`;
      case 'P1':
        return `columns have shape ${wrong}, but the direct convolution has taps for ${right}`;
      case 'A1':
        return `the direct path gives a gradient of shape ${right}, but this one has ${wrong}`;
      case 'A2':
        return `fold and unpad give shape ${wrong}, but the input has ${right}`;
      case 'P4':
        return `fold gives shape ${wrong}, but the direct convolution has outputs for ${right}`;
      default:
        return `the biased product has shape ${wrong}, but it must be ${right}`;
    }
  }
  const place = `output[${[...output, ...Array<string>(Math.max(0, 2 + problem.axes.length - output.length)).fill('…')].join(', ')}]`;
  switch (obligation) {
    case 'P1':
      return `${place}: ${tapSentence(slice?.problem ?? problem, difference)}${slice ? ` [indices of a part: ${sliceWords(slice)}]` : ''}`;
    case 'A1':
      return `${place}: ${tapSentence(slice?.problem ?? problem, difference, 'in the direct gradient')}${slice ? ` [indices of a part: ${sliceWords(slice)}]` : ''}`;
    case 'A2':
      return `grad_input[${difference.result?.join(', ')}]: the entries of the columns that unfold reads there sum to ${number(expected)} on random integers, but fold gives ${number(found)}`;
    case 'P2':
      return column
        ? `${place}: row ${column[1]} of the columns belongs with ${words(expected)} in the direct convolution, but the GEMM multiplies it by ${words(found)}`
        : `${place}: the direct convolution reads ${words(expected)}, but the decomposition pairs this channel with ${words(found)}`;
    case 'P3':
      if (difference.result) {
        return `product[${difference.result.join(', ')}]: the sum is ${number(expected)} on random integers, but the GEMM gives ${number(found)}`;
      }
      return column && expected.kind === 'value'
        ? `${place}: the sum over k of W[${output[1]}, k]·columns[k, ${column[0]}] is ${words(expected)} on random integers, but the GEMM gives ${words(found)}`
        : `${place}: with a 1 in row ${column?.[1]} of the columns and 0 elsewhere the product must be ${words(expected)}, but the GEMM gives ${words(found)}`;
    case 'P4':
      return `${place} must be ${words(expected)}, but ${problem.direction === 'forward' ? 'fold' : 'unfold'} puts ${words(found)} there`;
    default:
      return `${place}: ${words(expected)} must be there after the bias was added, but there is ${words(found)}`;
  }
}

function tapSentence(
  problem: Problem,
  { output = [], tap = [], column, expected, found }: Difference,
  where = 'in the direct convolution',
): string {
  const [c, ...kernel] = tap;
  const name = (a: number) => axisName(a, problem.axes.length).toLowerCase();
  const names = kernel.map((k, a) => `k${name(a)}=${k}`);
  const reads = {
    element: `reads ${words(expected)}`,
    value: `reads ${words(expected)}`,
    padding: 'stands in the padding',
    nothing: 'is not read',
    repeated: 'is read twice',
    shape: '',
  }[expected.kind];
  const places = problem.axes.map((axis, a) => {
    const { stride, dilation, paddingBegin } = axis;
    const [o, k] = [output[a + 2] as number, kernel[a] as number];
    const padding = paddingBegin < 0 ? `+ ${-paddingBegin}` : `− ${paddingBegin}`;
    return `${name(a)}: ${o}·${stride} + ${k}·${dilation} ${padding} = ${o * stride + k * dilation - paddingBegin}`;
  });
  const [window, row] = column ?? [];
  return `tap (${[`c=${c}`, ...names].join(', ')}) ${reads} ${where}, but columns row ${row}, window ${window} holds ${words(found)} (${places.join('; ')})`;
}

function number(origin: Origin): string {
  return origin.kind === 'value' ? String(origin.value) : words(origin);
}

function words(origin: Origin): string {
  switch (origin.kind) {
    case 'element':
      return `${origin.of}[${origin.index.join(', ')}]`;
    case 'padding':
      return 'padding';
    case 'nothing':
      return 'nothing (0)';
    case 'repeated':
      return 'the same twice';
    case 'value':
      return `${origin.value}, which is no single element`;
    case 'shape':
      return formatShape(origin.shape);
  }
}
