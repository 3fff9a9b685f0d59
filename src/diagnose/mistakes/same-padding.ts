/**
 * SAME computed wrongly: of TensorFlow, auto_pad and padding='same'.
 */
import { both, bothAxes, eachAxis, halves, isSame, sameTotal } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';

export const SAME_PADDING: readonly Mistake[] = [
  {
    id: 'same-symmetric-at-stride-2',
    family: 'padding',
    title: 'SAME as (k − 1)/2 on both sides, whatever the stride',
    cause:
      'SAME is done as p=(k-1)/2 on both sides for s>1; TensorFlow puts total = max((ceil(I/s)-1)*s+kEff-I,0) with the smaller half first.',
    shows: 'Same shape, every window displaced by one pixel.',
    fix: 'Compute total from the input, F.pad with (total/2, total-total/2), conv padding=0.',
    evidence: [
      'taehoonlee/tensornets#25',
      'vtjeng/MIPVerify.jl#23',
      'pytorch/pytorch#67551',
      'tensorflow/tensorflow#10747',
      'tensorflow/tensorflow#17654',
    ],
    applies: ({ right }) => right.every(isSame),
    variants: [
      { change: eachAxis(({ kernelSize, dilation }) => both(Math.floor((dilation * (kernelSize - 1)) / 2))) },
    ],
  },
  {
    id: 'same-upper-lower-swapped',
    family: 'padding',
    title: 'the odd row and column of padding stands at the wrong end',
    cause: 'Odd total pad: the extra row goes to the start instead of the end.',
    shows: 'Same shape, displaced by one.',
    fix: 'SAME_UPPER: end gets the larger half.',
    evidence: [
      'microsoft/onnxruntime#9370',
      'microsoft/onnxruntime#5368',
      'onnx/onnxmltools#93',
      'onnx/onnxmltools#94',
      'root-project/root#21793',
    ],
    variants: [{ change: eachAxis(({ begin, end }) => ({ begin: end, end: begin })) }],
  },
  {
    id: 'same-even-kernel-half-both-sides',
    family: 'padding',
    title: 'SAME as k // 2 on both sides of an even kernel',
    cause:
      'Pad k//2 on both sides for even k: output one too large; cropped or kept, the window is displaced.',
    shows: 'Output is I+1, or displaced by one after a crop.',
    fix: 'Total d*(k-1), left total//2, right the rest.',
    evidence: [
      'pytorch/executorch#20558',
      'HorizonRobotics/alf#457',
      'Oldpan/Faceswap-Deepfake-Pytorch#1',
      'apache/mxnet#7895',
      'distdl/distdl#173',
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
    title: 'SAME from the kernel instead of the dilated kernel',
    cause: 'Total pad is derived from k rather than d*(k-1)+1.',
    shows: 'Wrong shape (too small).',
    fix: 'Use the effective kernel.',
    evidence: ['root-project/root#21685', 'dmlc/nnvm#308'],
    applies: ({ right }) => right.every(isSame),
    variants: [
      { change: eachAxis((axis) => halves(sameTotal({ ...axis, dilation: 1 }))) },
      {
        note: 'as (k - 1)/2 on both sides',
        change: eachAxis(({ kernelSize }) => both(Math.floor((kernelSize - 1) / 2))),
      },
    ],
  },
  {
    id: 'same-dilation-not-reversed',
    family: 'padding',
    title: 'SAME with the dilations of height and width exchanged',
    cause:
      'Pad tuple is built from the reversed kernel sizes but unreversed dilations: H gets dw*(kh-1), W gets dh*(kw-1).',
    shows: 'Wrong shape.',
    fix: 'Reverse both.',
    evidence: ['tinygrad/tinygrad#17805'],
    applies: ({ right }) => right.every(isSame),
    variants: [
      {
        change: bothAxes((h, w) => [
          halves(sameTotal({ ...h, dilation: w.dilation })),
          halves(sameTotal({ ...w, dilation: h.dilation })),
        ]),
      },
    ],
  },
  {
    id: 'same-ignores-stride',
    family: 'padding',
    title: 'SAME as k // 2, without the input size and the stride',
    cause: 'SAME pad is fixed at k//2, the input size and stride do not enter.',
    shows: 'Displaced or wrong size for s>1.',
    fix: 'Total from ceil(I/s).',
    evidence: ['root-project/root#21793'],
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
    cause: 'Pad is computed for one axis and copied to the other.',
    shows: 'Wrong shape or displaced.',
    fix: 'Compute per axis.',
    evidence: ['Oldpan/Faceswap-Deepfake-Pytorch#1'],
    variants: [
      { change: bothAxes((h) => [{}, { begin: h.begin, end: h.end }]) },
      { note: "the width's", change: bothAxes((_, w) => [{ begin: w.begin, end: w.end }, {}]) },
    ],
  },
  {
    id: 'same-negative-total',
    family: 'padding',
    title: 'a negative SAME total crops instead of counting as 0',
    cause:
      'Stride > kernel makes the SAME total negative; it is not clamped and acts as a crop or as a huge unsigned pad.',
    shows: 'Displaced / wrong size / raises.',
    fix: 'Max(total,0).',
    evidence: ['tensorflow/tensorflow#1991', 'openvinotoolkit/openvino#3117', 'apache/mxnet#6124'],
    applies: ({ right }) => right.every(isSame),
    variants: [{ change: eachAxis((axis) => halves(Math.min(sameTotal(axis), axis.begin + axis.end))) }],
  },
];
