/**
 * Outputs of the wrong size.
 */
import { room, windowsOf } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';
import { recounted } from '../wiring.ts';

export const OUTPUT_SIZE: readonly Mistake[] = [
  {
    id: 'out-size-ceil',
    family: 'output-size',
    title: 'the output size is rounded up',
    cause: 'OH = ceil((IH+2p-kEff)/s)+1: one extra row/column that reads past the end.',
    shows: 'Wrong shape (one too many) when the division is not exact.',
    fix: 'Floor division.',
    evidence: ['BVLC/caffe#3656', 'BVLC/caffe#4773', 'BVLC/caffe#1318', 'ARM-software/ComputeLibrary#82'],
    variants: [{ change: windowsOf((axis) => Math.ceil(room(axis) / axis.stride) + 1) }],
  },
  {
    id: 'out-size-drops-last',
    family: 'output-size',
    title: 'the last row and column are missing',
    cause:
      'OH = (IH+2p-kEff)/s without +1, or a loop `< IH-k`: last row and column missing or left at their initial value.',
    shows: 'Wrong shape, or last row/column zero.',
    fix: '+1.',
    evidence: ['Lasagne/Lasagne#187'],
    variants: [
      { change: windowsOf((axis) => axis.windows - 1) },
      { note: 'the last row', change: { axes: ([h, w]) => [{ ...h, windows: h.windows - 1 }, w] } },
      { note: 'the last column', change: { axes: ([h, w]) => [h, { ...w, windows: w.windows - 1 }] } },
    ],
  },
  {
    id: 'out-size-ignores-dilation',
    family: 'output-size',
    title: 'the output size is computed from the undilated kernel',
    cause: 'OH from k instead of kEff: the output is too large, last rows read outside.',
    shows: 'Wrong shape / trailing rows garbage.',
    fix: 'KEff = d*(k-1)+1.',
    evidence: [
      'tenstorrent/tt-metal#13533',
      'microsoft/onnxjs#155',
      'onnx/onnx#2043',
      'webmachinelearning/webnn#222',
      'torch/nn#857',
    ],
    variants: [{ change: windowsOf((axis) => recounted({ ...axis, dilation: 1 }).windows) }],
  },
  {
    id: 'out-size-k-times-d',
    family: 'output-size',
    title: 'the extent of a dilated kernel is taken for d·k',
    cause: 'Effective kernel taken as d*k rather than d*(k-1)+1.',
    shows: 'Output too small by d-1 (before stride).',
    fix: 'D*(k-1)+1.',
    evidence: ['NVIDIA/cutlass#3526', 'vlfeat/matconvnet#1010'],
    variants: [
      { change: windowsOf((axis) => Math.floor((room(axis) - axis.dilation + 1) / axis.stride) + 1) },
    ],
  },
  {
    id: 'out-size-one-axis-for-both',
    family: 'output-size',
    title: 'W_out is set to H_out',
    cause: 'OW is set to OH.',
    shows: 'Wrong shape on non-square problems.',
    fix: 'Compute per axis.',
    evidence: ['tracel-ai/burn#1182', 'deeplearning4j/deeplearning4j#959'],
    variants: [
      { change: { axes: ([h, w]) => [h, { ...w, windows: h.windows }] } },
      { note: 'H_out to W_out', change: { axes: ([h, w]) => [{ ...h, windows: w.windows }, w] } },
    ],
  },
  {
    id: 'out-size-input-size',
    family: 'output-size',
    title: 'the output is taken to be as large as the input',
    cause: 'Output assumed IHxIW (stride forgotten in the reshape).',
    shows: 'Raises.',
    fix: 'Divide by the stride.',
    evidence: ['xmu-xiaoma666/External-Attention-pytorch#90'],
    variants: [{ change: windowsOf((axis) => axis.inputSize) }],
  },
];
