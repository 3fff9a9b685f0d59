/**
 * Groups that read, use or write the wrong channels.
 */
import { channelFrom } from '../change-output.ts';
import { HWOI, readPermuted, storePermuted, weightAt, weightShapeOf } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { readingSizes, tapOffset } from '../sizes.ts';
import { type Change, NONE } from '../wiring.ts';

/** Every group reads the channels of the first one. */
const FIRST_CHANNELS_READ: Change = {
  plane:
    (_, { sizes }) =>
    (n, _g, c) =>
      n * sizes.C_in + c,
};

/** Output channels alternate between the groups, or the other way round. */
const CHANNELS_INTERLEAVED: Mistake['variants'] = [
  { change: channelFrom(({ M, G }, co) => (co % G) * M + Math.floor(co / G)) },
  {
    note: 'in the other direction',
    change: channelFrom(({ M, G }, co) => (co % M) * G + Math.floor(co / M)),
  },
];

export const GROUPS: readonly Mistake[] = [
  {
    id: 'group-input-slice-zero',
    family: 'groups',
    title: "every group reads the first group's channels",
    cause: 'Group g reads input channels 0 … C_in/groups − 1 instead of those from g·C_in/groups on.',
    shows: 'The first group is right, all others are wrong.',
    fix: '`x[:, g * C_in // groups : (g + 1) * C_in // groups]`.',
    evidence: ['https://github.com/pytorch/pytorch/issues/19912'],
    variants: [{ change: FIRST_CHANNELS_READ }],
  },
  {
    id: 'group-weight-offset-omitted',
    family: 'groups',
    title: "every group uses the first group's weights",
    cause: 'Output channel m of group g uses weight[m] instead of weight[g·C_out/groups + m].',
    shows: 'The first group is right, all others are wrong.',
    fix: '`weight[g * C_out // groups : (g + 1) * C_out // groups]`.',
    evidence: ['https://github.com/mlpack/mlpack/issues/737'],
    variants: [
      {
        change: {
          weight:
            (weight, { sizes }) =>
            (co, ...tap) =>
              weight(co % sizes.M, ...tap),
        },
      },
    ],
  },
  {
    id: 'group-output-interleaved',
    family: 'groups',
    title: 'output channels alternate between the groups',
    cause: 'Channel m of group g is written to m·groups + g instead of g·C_out/groups + m.',
    shows: 'Each channel is right in itself, in another order.',
    fix: 'Concatenate: `torch.cat(outputs_of_groups, dim=1)`.',
    evidence: ['https://github.com/uxlfoundation/oneDNN/issues/352'],
    variants: CHANNELS_INTERLEAVED,
  },
  {
    id: 'group-input-interleaved',
    family: 'groups',
    title: 'groups take every groups-th input channel',
    cause:
      'Group g reads channels g, g + groups, g + 2·groups, … instead of the block from g·C_in/groups on: a channel shuffle.',
    shows: 'The right shape, wrong everywhere.',
    fix: 'Contiguous blocks: `x.view(N, groups, C_in // groups, H_in, W_in)`.',
    evidence: [
      'https://github.com/megvii-model/ShuffleNet-Series/issues/17',
      'https://github.com/ZiyueHuang/MXShuffleNet/issues/4',
    ],
    variants: [
      {
        change: {
          plane:
            (_, { sizes }) =>
            (n, g, c) =>
              n * sizes.C_in + c * sizes.G + g,
        },
      },
      {
        note: 'in the other direction',
        change: {
          plane:
            (_, { sizes: { C_in, C, G } }) =>
            (n, g, c) => {
              const ci = g * C + c;
              return n * C_in + (ci % G) * C + Math.floor(ci / G);
            },
        },
      },
    ],
  },
  {
    id: 'group-ignored-dense',
    family: 'groups',
    title: 'groups are ignored',
    cause:
      "Every output channel is computed from input channels 0 … C_in/groups − 1, as the weight's second axis has no more.",
    shows: 'The first group is right, all others are wrong; or the call raises.',
    fix: '`F.conv2d(x, weight, groups=groups)`; by hand, one product per group.',
    evidence: [],
    related: ['https://github.com/microsoft/MMdnn/issues/422'],
    variants: [{ change: FIRST_CHANNELS_READ }],
  },
  {
    id: 'group-weight-layout-axis',
    family: 'groups',
    title: "the group stands on the weight's input axis",
    cause:
      'The weight is stored (C_out/groups, C_in, kH, kW), the groups side by side on C_in, but is read as (C_out, C_in/groups, kH, kW).',
    shows: 'Wrong everywhere, with groups > 1.',
    fix: '`weight.view(M, groups, -1).transpose(0, 1).reshape(shape)`, with M = C_out/groups and shape = (C_out, C_in/groups, kH, kW).',
    evidence: ['https://github.com/sonos/tract/issues/2551'],
    variants: [
      {
        change: {
          weight:
            (_, { sizes }) =>
            (co, c, ...tap) => {
              const { C_in, C, M, kD, kH, kW } = sizes;
              const [g, m] = [Math.floor(co / M), co % M];
              return (m * C_in + g * C + c) * kD * kH * kW + tapOffset(sizes, ...tap);
            },
        },
      },
      {
        note: 'behind the kernel',
        change: {
          weight:
            (_, { sizes }) =>
            (co, c, ...tap) => {
              const { C_in, C, M, kD, kH, kW } = sizes;
              const [g, m] = [Math.floor(co / M), co % M];
              return (m * kD * kH * kW + tapOffset(sizes, ...tap)) * C_in + g * C + c;
            },
        },
      },
    ],
  },
  {
    id: 'group-bias-local-index',
    family: 'groups',
    title: "every group adds the first group's biases",
    cause: "bias[m] is added, m the channel's index within its group, instead of bias[g·C_out/groups + m].",
    shows: 'The first group is right; each other channel is off by a constant.',
    fix: 'Index the bias by the output channel: bias[co].',
    evidence: [
      'https://github.com/robertknight/rten/issues/1408',
      'https://github.com/ermig1979/Simd/issues/201',
      'https://github.com/OAID/Tengine/issues/5',
    ],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes }) =>
            (n, co, ...at) =>
              bias(n, co % sizes.M, ...at),
        },
      },
    ],
  },
  {
    id: 'group-bias-offset-twice',
    family: 'groups',
    title: "the group's offset counts twice in the bias",
    cause: 'bias[2·g·C_out/groups + m] is added instead of bias[g·C_out/groups + m].',
    shows:
      'The first group is right; the others are off by a constant, the last ones by whatever lies behind the bias.',
    fix: 'Add the offset once: bias[co].',
    evidence: ['https://github.com/openvinotoolkit/openvino/issues/17357'],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes: { M, C_out } }) =>
            (n, co, ...at) => {
              const twice = co + Math.floor(co / M) * M;
              return twice < C_out ? bias(n, twice, ...at) : NONE;
            },
        },
      },
    ],
  },
  {
    id: 'depthwise-multiplier-order',
    family: 'groups',
    title: 'depthwise outputs run multiplier-major',
    cause: 'With groups = C_in and M outputs per input channel, output m·C_in + c holds what c·M + m should.',
    shows: 'Each channel is right in itself, in another order.',
    fix: 'In PyTorch the outputs of one input channel lie side by side: `y.view(N, M, C_in, -1).transpose(1, 2).reshape(y.shape)`.',
    evidence: [
      'https://discuss.tensorflow.org/t/channel-ordering-of-depthwiseconv2d-depth-multiplier/14437',
      'https://github.com/ARM-software/ComputeLibrary/issues/553',
    ],
    applies: (sizes) => readingSizes(sizes).C === 1 && sizes.G > 1,
    variants: CHANNELS_INTERLEAVED,
  },
  {
    id: 'depthwise-weight-as-dense-layout',
    family: 'groups',
    title: 'a depthwise weight is read as a dense one',
    cause: 'Memory in the order (kH, kW, C_out) is read as (C_out, 1, kH, kW).',
    shows: 'Wrong everywhere.',
    fix: '`weight.permute(2, 0, 1).unsqueeze(1)`.',
    evidence: [
      'https://github.com/pytorch/executorch/issues/17529',
      'https://github.com/deeplearning4j/deeplearning4j/issues/6885',
      'https://github.com/gmalivenko/onnx2keras/issues/150',
    ],
    applies: ({ C, G }) => C === 1 && G > 1,
    variants: [
      { change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), HWOI)) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), HWOI)),
      },
    ],
  },
];
