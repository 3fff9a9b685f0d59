import { describe, expect, it } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { thrownBy } from './thrown.ts';

/** A problem that is whole, to which each case adds one thing. */
const WHOLE: ConvParams = { inChannels: 4, outChannels: 6, inputSize: 9, kernelSize: 3 };

describe('hyperparameters that are left out', () => {
  it("take torch.nn.Conv2d's defaults, one image, no bias, float32", () => {
    const axis = {
      inputSize: 9,
      kernelSize: 3,
      stride: 1,
      dilation: 1,
      paddingBegin: 0,
      paddingEnd: 0,
      outputSize: 7,
    };
    expect(resolveProblem(WHOLE)).toEqual({
      direction: 'forward',
      transposed: false,
      paddingMode: 'zeros',
      zeroPoints: { input: 0, weight: 0 },
      batch: 1,
      inChannels: 4,
      outChannels: 6,
      groups: 1,
      bias: false,
      dtype: 'float32',
      axes: [axis, axis],
    });
  });

  it('and one number is every axis’s', () => {
    const pairs = {
      ...WHOLE,
      inputSize: [9, 9],
      kernelSize: [3, 3],
      stride: [2, 2],
      padding: [1, 1],
      dilation: [2, 2],
    };
    expect(resolveProblem({ ...WHOLE, stride: 2, padding: 1, dilation: 2 })).toEqual(resolveProblem(pairs));
    expect(resolveProblem({ ...WHOLE, stride: [2] })).toEqual(resolveProblem({ ...WHOLE, stride: 2 }));
  });
});

describe('a padding', () => {
  const ends = (params: ConvParams) =>
    resolveProblem({ ...WHOLE, ...params }).axes.map((axis) => [
      axis.paddingBegin,
      axis.paddingEnd,
      axis.outputSize,
    ]);

  it.each<[string, ConvParams, number[][]]>([
    [
      'is at both ends',
      { padding: [1, 2] },
      [
        [1, 1, 9],
        [2, 2, 11],
      ],
    ],
    [
      'may differ at the end',
      { padding: [1, 2], paddingEnd: [0, 3] },
      [
        [1, 0, 8],
        [2, 3, 12],
      ],
    ],
    [
      'is 0 at the beginning where only the end is given',
      { paddingEnd: 1 },
      [
        [0, 1, 8],
        [0, 1, 8],
      ],
    ],
    [
      'crops where it is negative',
      { padding: -1 },
      [
        [-1, -1, 5],
        [-1, -1, 5],
      ],
    ],
    [
      "'valid' is none",
      { padding: 'valid' },
      [
        [0, 0, 7],
        [0, 0, 7],
      ],
    ],
    [
      "'same' keeps the size",
      { padding: 'same', kernelSize: [3, 4] },
      [
        [1, 1, 9],
        [1, 2, 9],
      ],
    ],
    [
      "'same' knows of dilation",
      { padding: 'same', dilation: 3 },
      [
        [3, 3, 9],
        [3, 3, 9],
      ],
    ],
    [
      'follows from an output size',
      { outputSize: [9, 8] },
      [
        [1, 1, 9],
        [0, 1, 8],
      ],
    ],
    [
      'ends where an output size says',
      { padding: 1, outputSize: [10, 8] },
      [
        [1, 2, 10],
        [1, 0, 8],
      ],
    ],
    [
      'and an output size may agree with both ends',
      { padding: 1, paddingEnd: 2, outputSize: 10 },
      [
        [1, 2, 10],
        [1, 2, 10],
      ],
    ],
  ])('%s', (_, params, expected) => {
    expect(ends(params)).toEqual(expected);
  });
});

it("an end padding counts windows as PyTorch does, in benchdnn's dialect too", () => {
  const window = { inputSize: 2, kernelSize: 3, stride: 2, dialect: 'benchdnn' } as const;
  expect(resolveProblem({ inChannels: 1, outChannels: 1, ...window }).axes[0]?.outputSize).toBe(1);
  const end = () => resolveProblem({ inChannels: 1, outChannels: 1, ...window, paddingEnd: 0 });
  expect(thrownBy(end).code).toBe('bad-problem');
});

describe('a problem is refused, with the rule that it breaks,', () => {
  const AT_LEAST_1 = 'but each number must be an integer of at least 1';
  it.each<[string, ConvParams, string]>([
    [
      'without in_channels',
      { inChannels: undefined },
      'in_channels is missing, and nothing given says what it is',
    ],
    [
      'without out_channels',
      { outChannels: undefined },
      'out_channels is missing, and nothing given says what it is',
    ],
    [
      'without an input size',
      { inputSize: undefined },
      'input_size is missing, and nothing given says what it is',
    ],
    [
      'without a kernel size',
      { kernelSize: undefined },
      'kernel_size is missing, and nothing given says what it is',
    ],
    ['for a batch of 0', { batch: 0 }, 'batch is 0, but it must be an integer of at least 1'],
    ['for a batch of 2.5', { batch: 2.5 }, 'batch is 2.5, but it must be an integer of at least 1'],
    ['for 0 input channels', { inChannels: 0 }, 'in_channels is 0, but it must be an integer of at least 1'],
    [
      'for -1 output channels',
      { outChannels: -1 },
      'out_channels is -1, but it must be an integer of at least 1',
    ],
    ['for 0 groups', { groups: 0 }, 'groups is 0, but it must be an integer of at least 1'],
    ['for NaN groups', { groups: Number.NaN }, 'groups is NaN, but it must be an integer of at least 1'],
    [
      'for more channels than are exact',
      { inChannels: 2 ** 53 },
      'in_channels is 9007199254740992, but it must be an integer of at least 1',
    ],
    [
      'for groups that do not divide the input channels',
      { groups: 3 },
      'groups is 3 and in_channels is 4, but groups must divide in_channels: each group takes in_channels/groups channels',
    ],
    [
      'for groups that do not divide the output channels',
      { groups: 4 },
      'groups is 4 and out_channels is 6, but groups must divide out_channels: each group takes out_channels/groups channels',
    ],
    ['for an input size of 0', { inputSize: 0 }, `input_size is 0, ${AT_LEAST_1}`],
    ['for a kernel size of 0 in one axis', { kernelSize: [3, 0] }, `kernel_size is 3x0, ${AT_LEAST_1}`],
    ['for a stride of 0', { stride: 0 }, `stride is 0, ${AT_LEAST_1}`],
    ['for a stride of 1.5', { stride: [1, 1.5] }, `stride is 1x1.5, ${AT_LEAST_1}`],
    ['for a dilation of 0', { dilation: 0 }, `dilation is 0, ${AT_LEAST_1}`],
    ['for an output size of 0', { outputSize: 0 }, `output_size is 0, ${AT_LEAST_1}`],
    ['for a fractional padding', { padding: 0.5 }, 'padding is 0.5, but each number must be an integer'],
    [
      'for an infinite end padding',
      { paddingEnd: [0, Infinity] },
      'padding_end is 0xInfinity, but each number must be an integer',
    ],
    [
      'where no window fits in the height',
      { kernelSize: [5, 3], dilation: [3, 1], padding: 1 },
      'H_out = floor((9 + 1 + 1 - 3·(5 - 1) - 1) / 1) + 1 = -1, but at least one window must fit in H_in plus its paddings',
    ],
    [
      'where no window fits in the width',
      { kernelSize: [3, 10], stride: 2 },
      'W_out = floor((9 + 0 + 0 - 1·(10 - 1) - 1) / 2) + 1 = 0, but at least one window must fit in W_in plus its paddings',
    ],
    [
      'where all of the input is cropped',
      { padding: [0, -5] },
      'W_out = floor((9 + -5 + -5 - 1·(3 - 1) - 1) / 1) + 1 = -3, but at least one window must fit in W_in plus its paddings',
    ],
    [
      "for 'same' under a stride",
      { padding: 'same', stride: [1, 2] },
      "padding is 'same' with stride 2, but 'same' is defined for stride 1 only",
    ],
    [
      "for 'same' and an output size",
      { padding: 'same', outputSize: 9 },
      "padding is 'same' and output_size is given too, but 'same' already defines both ends",
    ],
    [
      "for 'valid' and an end padding",
      { padding: 'valid', paddingEnd: 0 },
      "padding is 'valid' and padding_end is given too, but 'valid' already defines both ends",
    ],
    [
      'where the output size is not what the end padding gives',
      { padding: 1, paddingEnd: [1, 2], outputSize: [9, 9] },
      'output_size says W_out = 9, but padding_end = 2 gives W_out = 10',
    ],
  ])('%s', (_, params, message) => {
    const error = thrownBy(() => resolveProblem({ ...WHOLE, ...params }));
    expect([error.code, error.message]).toEqual(['bad-problem', message]);
  });

  it.each<[string, ConvParams, string, string]>([
    [
      'no stride',
      { stride: [] },
      'bad-problem',
      'stride has 0 numbers (), but this convolution is 2-D: one number, or height and width',
    ],
    [
      'three numbers beside two',
      { kernelSize: [3, 3, 3], stride: [1, 2] },
      'bad-problem',
      'stride has 2 numbers (1, 2), but this convolution is 3-D: one number, or depth, height and width',
    ],
    [
      'two numbers in 1-D',
      { spatialDims: 1, kernelSize: [3, 3] },
      'bad-problem',
      'kernel_size has 2 numbers (3, 3), but this convolution is 1-D: one number, or the length',
    ],
    [
      'four paddings',
      { padding: [1, 1, 0, 0] },
      'unsupported',
      'padding has 4 numbers (1, 1, 0, 0), but this version verifies 1-D, 2-D and 3-D convolutions: at most 3',
    ],
    [
      'four dimensions',
      { spatialDims: 4 },
      'bad-problem',
      'spatial_dims is 4, but a convolution has 1, 2 or 3',
    ],
  ])('for %s', (_, params, code, message) => {
    const error = thrownBy(() => resolveProblem({ ...WHOLE, ...params }));
    expect([error.code, error.message]).toEqual([code, message]);
  });

  it.each<[ConvParams, string]>([
    [{ inputSize: undefined }, 'add --input-size HxW: a Conv2d(...) does not carry it'],
    [{ inChannels: undefined }, 'add --in-channels'],
    [
      { padding: 'same', stride: 2 },
      'give the padding as numbers, or the output size: it defines the end padding',
    ],
    [{ padding: 'same', outputSize: 9 }, 'leave one of them out, or give the padding as numbers'],
    [{ paddingEnd: 0, outputSize: 9 }, 'give one of the two: each defines the other'],
    [{ kernelSize: 99 }, 'enlarge the input or the padding, or make the kernel or the dilation smaller'],
  ])('with what to do about it: %j', (params, hint) => {
    expect(thrownBy(() => resolveProblem({ ...WHOLE, ...params })).hint).toBe(hint);
  });
});
