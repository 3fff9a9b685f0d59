/**
 * SAME computed wrongly: of TensorFlow, auto_pad and padding='same'.
 */
import { both, bothAxes, eachAxis, halves, isSame, sameTotal } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';

export const SAME_PADDING: readonly Mistake[] = [
  {
    id: 'same-symmetric-at-stride-2',
    family: 'padding',
    title: 'SAME as (k − 1)/2 per side, at any stride',
    cause:
      "padding = (k − 1)/2 at both ends. SAME is a total of max((ceil(size/stride) − 1)·stride + dilation·(k − 1) + 1 − size, 0), its smaller half first, which at stride 2 depends on the input's size.",
    shows: 'The right shape, every window displaced by one pixel.',
    fix: 'Compute the total for each axis, `F.pad(x, (left, right, top, bottom))` with total // 2 and the rest, then `padding=0`.',
    evidence: [
      'https://github.com/taehoonlee/tensornets/issues/25',
      'https://github.com/vtjeng/MIPVerify.jl/issues/23',
      'https://github.com/pytorch/pytorch/issues/67551',
      'https://github.com/tensorflow/tensorflow/issues/10747',
      'https://github.com/tensorflow/tensorflow/issues/17654',
    ],
    applies: ({ right }) => right.every(isSame),
    variants: [
      { change: eachAxis(({ kernelSize, dilation }) => both(Math.floor((dilation * (kernelSize - 1)) / 2))) },
    ],
  },
  {
    id: 'same-upper-lower-swapped',
    family: 'padding',
    title: 'the odd padding stands at the wrong end',
    cause:
      "Of an odd total the larger half is put at the beginning. TensorFlow's SAME, ONNX's SAME_UPPER and padding='same' put it at the end.",
    shows: 'The right shape, displaced by one pixel.',
    fix: '`F.pad(x, (total // 2, total - total // 2, …))`.',
    evidence: [
      'https://github.com/microsoft/onnxruntime/issues/9370',
      'https://github.com/microsoft/onnxruntime/issues/5368',
      'https://github.com/onnx/onnxmltools/issues/93',
      'https://github.com/onnx/onnxmltools/issues/94',
      'https://github.com/root-project/root/issues/21793',
    ],
    variants: [{ change: eachAxis(({ begin, end }) => ({ begin: end, end: begin })) }],
  },
  {
    id: 'same-even-kernel-half-both-sides',
    family: 'padding',
    title: 'an even kernel is padded by k // 2 per side',
    cause: 'k // 2 at both ends is a total of k, one more than the k − 1 that SAME needs.',
    shows: 'An output one too large, or, cut to size, displaced by one pixel.',
    fix: "`total = dilation * (k - 1)`, total // 2 at the beginning and the rest at the end; or `padding='same'`.",
    evidence: [
      'https://github.com/pytorch/executorch/issues/20558',
      'https://github.com/HorizonRobotics/alf/issues/457',
      'https://github.com/Oldpan/Faceswap-Deepfake-Pytorch/issues/1',
      'https://github.com/apache/mxnet/issues/7895',
      'https://github.com/distdl/distdl/issues/173',
    ],
    applies: ({ right }) => right.every(isSame),
    variants: [
      {
        change: eachAxis(({ kernelSize, dilation }) =>
          both(Math.floor((dilation * (kernelSize - 1) + 1) / 2)),
        ),
      },
      {
        note: 'of the undilated kernel',
        change: eachAxis(({ kernelSize }) => both(Math.floor(kernelSize / 2))),
      },
    ],
  },
  {
    id: 'same-ignores-dilation',
    family: 'padding',
    title: 'SAME is computed from the undilated kernel',
    cause: 'The total comes from k − 1 where dilation·(k − 1) is due.',
    shows: 'An output that is too small.',
    fix: "`total = dilation * (k - 1)` at stride 1; `padding='same'` does so.",
    evidence: [
      'https://github.com/root-project/root/issues/21685',
      'https://github.com/dmlc/nnvm/issues/308',
    ],
    applies: ({ right }) => right.every(isSame),
    variants: [
      { change: eachAxis((axis) => halves(Math.max(sameTotal({ ...axis, dilation: 1 }), 0))) },
      {
        note: 'as (k - 1)/2 on both sides',
        change: eachAxis(({ kernelSize }) => both(Math.floor((kernelSize - 1) / 2))),
      },
    ],
  },
  {
    id: 'same-dilation-not-reversed',
    family: 'padding',
    title: 'SAME with the two dilations exchanged',
    cause:
      "F.pad's list begins with the width. The kernel sizes were reversed for it, the dilations not: the height gets dilation[1]·(kH − 1), the width dilation[0]·(kW − 1).",
    shows: 'Another shape.',
    fix: 'Reverse both: `zip(reversed(kernel_size), reversed(dilation))`.',
    evidence: ['https://github.com/tinygrad/tinygrad/issues/17805'],
    scope: { leastAxes: 2 },
    applies: ({ right }) => right.every(isSame),
    variants: [
      {
        change: bothAxes((h, w) => [
          halves(Math.max(sameTotal({ ...h, dilation: w.dilation }), 0)),
          halves(Math.max(sameTotal({ ...w, dilation: h.dilation }), 0)),
        ]),
      },
    ],
  },
  {
    id: 'same-ignores-stride',
    family: 'padding',
    title: 'SAME as k // 2, whatever size and stride',
    cause: "padding = k // 2 at both ends, where SAME's total depends on the input's size and the stride.",
    shows: 'At strides above 1, another size, or values displaced.',
    fix: 'Begin with ceil(size/stride) outputs: total = max((ceil(size/stride) − 1)·stride + dilation·(k − 1) + 1 − size, 0).',
    evidence: ['https://github.com/root-project/root/issues/21793'],
    applies: ({ right }) => right.every(isSame),
    variants: [
      { change: eachAxis(({ kernelSize }) => both(Math.floor(kernelSize / 2))) },
      {
        note: 'as k - 1 in all',
        change: eachAxis(({ kernelSize, dilation }) => halves(dilation * (kernelSize - 1))),
      },
    ],
  },
  {
    id: 'same-one-axis-copied',
    family: 'padding',
    title: "one axis's padding is used for both",
    cause: 'The padding is computed for one axis and copied to the other.',
    shows: 'Another shape, or values displaced.',
    fix: "Compute it for each axis, from that axis's size, kernel, stride and dilation.",
    evidence: ['https://github.com/Oldpan/Faceswap-Deepfake-Pytorch/issues/1'],
    scope: { leastAxes: 2 },
    variants: [
      { change: bothAxes((h) => [{}, { begin: h.begin, end: h.end }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ begin: w.begin, end: w.end }, {}]) },
    ],
  },
  {
    id: 'same-negative-total',
    family: 'padding',
    title: 'a negative SAME total crops the input',
    cause:
      'Where the stride exceeds the kernel, (ceil(size/stride) − 1)·stride + dilation·(k − 1) + 1 − size may be negative, and is used as it is.',
    shows: 'Windows displaced, another size, or an error about a huge padding.',
    fix: '`max(total, 0)`.',
    evidence: [
      'https://github.com/tensorflow/tensorflow/issues/1991',
      'https://github.com/openvinotoolkit/openvino/issues/3117',
      'https://github.com/apache/mxnet/issues/6124',
    ],
    applies: ({ right }) => right.every(isSame),
    variants: [{ change: eachAxis((axis) => halves(Math.min(sameTotal(axis), axis.begin + axis.end))) }],
  },
];
