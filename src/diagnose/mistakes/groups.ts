/**
 * Groups that read, use or write the wrong channels.
 */
import { channelFrom } from '../change-output.ts';
import { readPermuted, storePermuted, weightAt, weightShapeOf } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const GROUPS: readonly Mistake[] = [
  {
    id: 'group-input-slice-zero',
    family: 'groups',
    title: "every group reads the first group's channels",
    cause: 'Every group reads input channels 0..ic/g-1.',
    shows: 'Groups 1.. wrong, group 0 right.',
    fix: 'Channel offset j*ic/g.',
    evidence: ['pytorch/pytorch#19912'],
    variants: [
      {
        change: {
          plane:
            (_, { sizes }) =>
            (n, _g, c) =>
              n * sizes.C_in + c,
        },
      },
    ],
  },
  {
    id: 'group-weight-offset-omitted',
    family: 'groups',
    title: "every group uses the first group's weights",
    cause: 'Every group uses the weights of group 0.',
    shows: 'Groups 1.. wrong.',
    fix: 'Weight offset j*(oc/g).',
    evidence: ['mlpack/mlpack#737'],
    variants: [
      {
        change: {
          weight:
            (weight, { sizes }) =>
            (co, c, kh, kw) =>
              weight(co % sizes.M, c, kh, kw),
        },
      },
    ],
  },
  {
    id: 'group-output-interleaved',
    family: 'groups',
    title: 'output channels alternate between the groups',
    cause: "Y[o'*g+j] instead of y[j*(oc/g)+o'].",
    shows: 'Channels permuted, each one right in itself.',
    fix: 'Groups are concatenated, not interleaved.',
    evidence: ['uxlfoundation/oneDNN#352'],
    variants: [
      { change: channelFrom(({ M, G }, co) => (co % G) * M + Math.floor(co / G)) },
      {
        note: 'in the other direction',
        change: channelFrom(({ M, G }, co) => (co % M) * G + Math.floor(co / M)),
      },
    ],
  },
  {
    id: 'group-input-interleaved',
    family: 'groups',
    title: 'group g takes every groups-th channel instead of a block',
    cause: 'Group j takes channels c with c mod g = j (shuffled) rather than a contiguous block.',
    shows: 'Wrong everywhere.',
    fix: 'Contiguous blocks.',
    evidence: ['megvii-model/ShuffleNet-Series#17', 'ZiyueHuang/MXShuffleNet#4'],
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
    title: 'groups are ignored: every output channel reads the first C_in/groups channels',
    cause:
      'Groups ignored; the OIHW weight [oc, ic/g,...] is applied to channels 0..ic/g-1 or zero-extended.',
    shows: 'Wrong in groups 1.. or raises.',
    fix: 'Block-diagonal weights or per-group GEMM.',
    evidence: ['microsoft/MMdnn#422'],
    variants: [
      {
        change: {
          plane:
            (_, { sizes }) =>
            (n, _g, c) =>
              n * sizes.C_in + c,
        },
      },
    ],
  },
  {
    id: 'group-weight-layout-axis',
    family: 'groups',
    title: "the group stands on the weight's input axis",
    cause:
      'The group index is put on the I axis ([O/g,kh,kw,C]) although the kernel wants [O,kh,kw,C/g] (a permutation, not a view).',
    shows: 'Wrong for g>1, right for g=1.',
    fix: 'OIHW with I = ic/g.',
    evidence: ['sonos/tract#2551'],
    variants: [
      {
        change: {
          weight:
            (_, { sizes: { C_in, C, M, kH, kW } }) =>
            (co, c, kh, kw) => {
              const [g, m] = [Math.floor(co / M), co % M];
              return ((m * C_in + g * C + c) * kH + kh) * kW + kw;
            },
        },
      },
      {
        note: 'behind the kernel',
        change: {
          weight:
            (_, { sizes: { C_in, C, M, kH, kW } }) =>
            (co, c, kh, kw) => {
              const [g, m] = [Math.floor(co / M), co % M];
              return ((m * kH + kh) * kW + kw) * C_in + g * C + c;
            },
        },
      },
    ],
  },
  {
    id: 'group-bias-local-index',
    family: 'groups',
    title: "every group adds the first group's biases",
    cause: "Bias[o'] with o' the index inside the group: every group gets the first oc/g biases.",
    shows: 'Groups 1.. off by a constant.',
    fix: "Bias[j*oc/g+o'].",
    evidence: ['robertknight/rten#1408', 'ermig1979/Simd#201', 'OAID/Tengine#5'],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes }) =>
            (n, co, oh, ow) =>
              bias(n, co % sizes.M, oh, ow),
        },
      },
    ],
  },
  {
    id: 'group-bias-offset-twice',
    family: 'groups',
    title: "the group's offset is added to the bias twice",
    cause: "Group offset added twice to the bias pointer: bias[2*j*oc/g+o'] (over-read).",
    shows: 'Groups 1.. off by a constant or garbage.',
    fix: 'Add it once.',
    evidence: ['openvinotoolkit/openvino#17357'],
    variants: [
      {
        change: {
          bias:
            (bias, { sizes: { M, C_out } }) =>
            (n, co, oh, ow) => {
              const at = co + Math.floor(co / M) * M;
              return at < C_out ? bias(n, at, oh, ow) : NONE;
            },
        },
      },
    ],
  },
  {
    id: 'depthwise-multiplier-order',
    family: 'groups',
    title: 'depthwise outputs run over the multiplier first',
    cause: 'O = m*C+c is used for o = c*M+m (multiplier-major against channel-major).',
    shows: 'Channels permuted.',
    fix: 'PyTorch with groups=C: outputs of one input channel are adjacent.',
    evidence: [
      'discuss.tensorflow.org/t/channel-ordering-of-depthwiseconv2d-depth-multiplier/14437',
      'ARM-software/ComputeLibrary#553',
    ],
    applies: ({ C, G }) => C === 1 && G > 1,
    variants: [
      { change: channelFrom(({ M, G }, co) => (co % G) * M + Math.floor(co / G)) },
      {
        note: 'in the other direction',
        change: channelFrom(({ M, G }, co) => (co % M) * G + Math.floor(co / M)),
      },
    ],
  },
  {
    id: 'depthwise-weight-as-dense-layout',
    family: 'groups',
    title: 'a (kH, kW, C_out) depthwise kernel is read as a dense one',
    cause: 'A [KH,KW,OC] depthwise kernel is read as [OC,KH,KW,IC].',
    shows: 'Wrong everywhere or out of range.',
    fix: 'Dedicated depthwise path.',
    evidence: ['pytorch/executorch#17529', 'deeplearning4j/deeplearning4j#6885', 'gmalivenko/onnx2keras#150'],
    applies: ({ C, G }) => C === 1 && G > 1,
    variants: [
      { change: weightAt((sizes) => readPermuted(weightShapeOf(sizes), [2, 3, 0, 1])) },
      {
        note: 'in the other direction',
        change: weightAt((sizes) => storePermuted(weightShapeOf(sizes), [2, 3, 0, 1])),
      },
    ],
  },
];
