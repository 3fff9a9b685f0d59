/**
 * Outputs of the wrong size.
 */
import { bothAxesInPlace, room, windowsOf } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { recounted } from '../sizes.ts';

export const OUTPUT_SIZE: readonly Mistake[] = [
  {
    id: 'out-size-ceil',
    family: 'output-size',
    title: 'the output size is rounded up',
    cause:
      'H_out = ceil((H_in + 2·padding − dilation·(kH − 1) − 1) / stride) + 1, where PyTorch rounds down; ceil_mode belongs to pooling.',
    shows: 'One row or column too many where the division leaves a rest; it reads past the end.',
    fix: 'Round down: `(H_in + 2 * padding - dilation * (kH - 1) - 1) // stride + 1`.',
    evidence: [
      'https://github.com/BVLC/caffe/issues/3656',
      'https://github.com/BVLC/caffe/issues/4773',
      'https://github.com/BVLC/caffe/issues/1318',
      'https://github.com/ARM-software/ComputeLibrary/issues/82',
    ],
    scope: { directions: ['forward'] },
    variants: [{ change: windowsOf((axis) => Math.ceil(room(axis) / axis.stride) + 1) }],
  },
  {
    id: 'out-size-drops-last',
    family: 'output-size',
    title: 'the last row and column are missing',
    cause:
      'H_out = (H_in + 2·padding − dilation·(kH − 1) − 1) / stride without + 1, or a loop that ends one step early.',
    shows: 'An output one too small on each axis.',
    fix: 'Add the 1: a window fits at the first position, too.',
    evidence: [],
    related: ['https://github.com/Lasagne/Lasagne/issues/187'],
    scope: { directions: ['forward'] },
    variants: [
      { change: windowsOf((axis) => axis.windows - 1) },
      { note: 'the last row', change: { axes: ([h, w, d]) => [{ ...h, windows: h.windows - 1 }, w, d] } },
      { note: 'the last column', change: { axes: ([h, w, d]) => [h, { ...w, windows: w.windows - 1 }, d] } },
    ],
  },
  {
    id: 'out-size-ignores-dilation',
    family: 'output-size',
    title: 'the output size ignores the dilation',
    cause: 'H_out is computed from kH, where the dilated kernel extends over dilation·(kH − 1) + 1 pixels.',
    shows: 'An output that is too large, its last rows and columns read outside of the input.',
    fix: '`H_out = (H_in + 2 * padding - dilation * (kH - 1) - 1) // stride + 1`.',
    evidence: [
      'https://github.com/tenstorrent/tt-metal/issues/13533',
      'https://github.com/microsoft/onnxjs/issues/155',
      'https://github.com/onnx/onnx/issues/2043',
      'https://github.com/webmachinelearning/webnn/issues/222',
      'https://github.com/torch/nn/issues/857',
    ],
    scope: { directions: ['forward'] },
    variants: [{ change: windowsOf((axis) => recounted({ ...axis, dilation: 1 }).windows) }],
  },
  {
    id: 'out-size-k-times-d',
    family: 'output-size',
    title: "the kernel's extent is taken for k·dilation",
    cause:
      'The extent is taken for dilation·kH instead of dilation·(kH − 1) + 1: there is no gap behind the last tap.',
    shows: 'An output that is too small, by dilation − 1 at stride 1.',
    fix: 'dilation·(kH − 1) + 1.',
    evidence: [
      'https://github.com/NVIDIA/cutlass/issues/3526',
      'https://github.com/vlfeat/matconvnet/issues/1010',
    ],
    scope: { directions: ['forward'] },
    variants: [
      { change: windowsOf((axis) => Math.floor((room(axis) - axis.dilation + 1) / axis.stride) + 1) },
    ],
  },
  {
    id: 'out-size-one-axis-for-both',
    family: 'output-size',
    title: 'one output size serves both axes',
    cause: 'W_out is set to H_out, or H_out to W_out.',
    shows: 'Another shape, unless H_out = W_out.',
    fix: 'Compute each axis from its own size, kernel, stride, padding and dilation.',
    evidence: [
      'https://github.com/tracel-ai/burn/issues/1182',
      'https://github.com/deeplearning4j/deeplearning4j/issues/959',
    ],
    scope: { directions: ['forward'], leastAxes: 2 },
    variants: [
      { change: bothAxesInPlace((h) => [{}, { windows: h.windows }]) },
      { note: 'H_out to W_out', change: bothAxesInPlace((_, w) => [{ windows: w.windows }, {}]) },
    ],
  },
  {
    id: 'out-size-input-size',
    family: 'output-size',
    title: 'the output size is set to the input size',
    cause: 'H_out = H_in and W_out = W_in, which holds at stride 1 with SAME padding only.',
    shows: 'Another shape; mostly the view raises.',
    fix: '`H_out = (H_in + 2 * padding - dilation * (kH - 1) - 1) // stride + 1`.',
    evidence: ['https://github.com/xmu-xiaoma666/External-Attention-pytorch/issues/90'],
    scope: { directions: ['forward'] },
    variants: [{ change: windowsOf((axis) => axis.inputSize) }],
  },
];
