/**
 * Transposed convolution: its own words, and the convolution whose input gradient it is.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { operandLabel, operandShapes } from '../../src/core/operands.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resultShape } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken } from '../../src/core/token.ts';
import { layerWords } from '../../src/core/transposed.ts';
import { thrownBy } from './thrown.ts';

const LAYER: ConvParams = {
  transposed: true,
  inChannels: 6,
  outChannels: 4,
  inputSize: [3, 5],
  kernelSize: [3, 2],
  stride: 2,
};

const sizes = (beside: ConvParams) => {
  const problem = resolveProblem({ ...LAYER, ...beside });
  return layerWords(problem).axes.map(({ inputSize, outputSize, outputPadding }) => [
    inputSize,
    outputSize,
    outputPadding,
  ]);
};

describe('a transposed convolution', () => {
  it('has the channels and sizes of the layer turned round', () => {
    const problem = resolveProblem({ ...LAYER, groups: 2, bias: true, batch: 2 });
    expect([problem.direction, problem.inChannels, problem.outChannels]).toEqual(['grad-input', 4, 6]);
    expect(operandShapes(problem).map(([name, shape]) => [operandLabel(problem, name), shape])).toEqual([
      ['input', [2, 6, 3, 5]],
      ['weight', [6, 2, 3, 2]],
      ['bias', [4]],
    ]);
    expect(resultShape(problem)).toEqual([2, 4, 7, 10]);
  });

  it.each<[string, ConvParams, number[][]]>([
    [
      'its windows need',
      {},
      [
        [3, 7, 0],
        [5, 10, 0],
      ],
    ],
    [
      'less its padding',
      { padding: [1, 0] },
      [
        [3, 5, 0],
        [5, 10, 0],
      ],
    ],
    [
      'and its output padding',
      { padding: [1, 0], outputPadding: [1, 1] },
      [
        [3, 6, 1],
        [5, 11, 1],
      ],
    ],
    [
      'its output size says',
      { padding: [1, 0], outputSize: [6, 11] },
      [
        [3, 6, 1],
        [5, 11, 1],
      ],
    ],
    [
      'less its two paddings',
      { padding: 0, paddingEnd: [1, 0] },
      [
        [3, 6, -1],
        [5, 10, 0],
      ],
    ],
    [
      'its dilation spreads',
      { dilation: 2 },
      [
        [3, 9, 0],
        [5, 11, 0],
      ],
    ],
  ])('is as long as %s', (_, beside, expected) => {
    expect(sizes(beside)).toEqual(expected);
  });

  it('may be longer by as much as its dilation, where that exceeds the stride', () => {
    const problem = resolveProblem({ ...LAYER, stride: 1, dilation: 3, outputPadding: 2 });
    expect(layerWords(problem).axes.map(({ outputPadding }) => outputPadding)).toEqual([2, 2]);
    // The convolution reads the two rows with no window: its end is cropped, or it would have more outputs.
    expect(problem.axes.map(({ paddingEnd, outputSize }) => [paddingEnd, outputSize])).toEqual([
      [-2, 3],
      [-2, 5],
    ]);
  });

  it('is written by a token in its own words, which reads back', () => {
    const problem = resolveProblem({ ...LAYER, padding: [1, 0], outputPadding: [1, 0] });
    const { token, options } = formatToken(problem);
    expect([token, options]).toEqual(['mb1ic6ih3iw5oc4oh6ow10kh3kw2sh2sw2ph1pw0', ['--transposed']]);
    expect(describeProblem(token, { transposed: true })).toEqual(problem);
    expect(describeProblem('mb1ic6ih3oc4oh5kh3sh2', { transposed: true }).axes[0]).toMatchObject({
      inputSize: 5,
      paddingBegin: 1,
    });
  });

  it.each<[string, ConvParams, string]>([
    [
      'an output padding as long as the stride and the dilation',
      { outputPadding: [0, 2] },
      'output_padding is 2 with stride 2 and dilation 1, but it must be smaller than either of them',
    ],
    [
      'two output sizes',
      { outputPadding: 1, outputSize: [7, 10] },
      'output_size says H_out = 7, but the paddings give H_out = 8',
    ],
    [
      'more padding than output',
      { padding: [4, 0] },
      'H_out = (3 - 1)·2 - 4 - 4 + 1·(3 - 1) + 0 + 1 = -1, but it must be at least 1',
    ],
    [
      'a padding in a word',
      { padding: 'same' },
      "padding is 'same', but a transposed convolution takes numbers",
    ],
    [
      'a padding that crops',
      { padding: -1 },
      'padding is -1, but each number must be an integer of at least 0',
    ],
    [
      'a padding mode',
      { paddingMode: 'reflect' },
      "padding_mode is 'reflect', but a transposed convolution has 'zeros' only: its padding is cropped from the output",
    ],
    [
      'an output padding without being transposed',
      { transposed: false, outputPadding: 1 },
      'output_padding is 1, but only a transposed convolution has one',
    ],
  ])('is refused with %s', (_, beside, message) => {
    const error = thrownBy(() => resolveProblem({ ...LAYER, ...beside }));
    expect([error.code, error.message]).toEqual(['bad-problem', message]);
  });

  it.each(['grad-input', 'grad-weight'] as const)('is decomposed itself, not its %s', (direction) => {
    const error = thrownBy(() => resolveProblem({ ...LAYER, direction }));
    expect([error.code, error.message]).toEqual([
      'unsupported',
      `direction is '${direction}' and the layer is transposed, but this version decomposes a transposed convolution itself only`,
    ]);
  });
});

describe('an output size of a transposed convolution', () => {
  const small: ConvParams = { transposed: true, inChannels: 1, outChannels: 1, kernelSize: 3, inputSize: 4 };
  const paddings = (problem: { readonly axes: readonly { paddingBegin: number; paddingEnd: number }[] }) =>
    problem.axes.map(({ paddingBegin, paddingEnd }) => [paddingBegin, paddingEnd]);

  it('means half of what is between the sizes in a token, and nothing before the first row elsewhere', () => {
    // 4 windows of 3 at stride 1 cover 6.
    const token = describeProblem('mb1ic1ih4oc1oh4kh3', { transposed: true });
    expect(paddings(token)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(paddings(resolveProblem({ ...small, outputSize: 4 }))).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(paddings(describeProblem('mb1ic1ih4oc1kh3', { transposed: true }))).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('may not contradict an end padding', () => {
    const error = thrownBy(() => resolveProblem({ ...small, outputSize: 4, padding: 0, paddingEnd: 1 }));
    expect(error.message).toBe('output_size says H_out = 4, but the paddings give H_out = 5');
  });
});
