/**
 * What is got wrong in the gradient with respect to the weight.
 */
import { eachAxis, eachAxisInPlace } from '../change-axes.ts';
import { located, within } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import type { WindowAxis } from '../sizes.ts';
import { NONE } from '../wiring.ts';

const OF_WEIGHT = { directions: ['grad-weight'] } as const;

export const WEIGHT_GRADIENTS: readonly Mistake[] = [
  {
    id: 'grad-weight-not-summed-over-batch',
    family: 'gradients',
    title: 'the weight gradient is of one sample only',
    cause: 'grad_weight = … in the loop over the samples, where grad_weight += … is due.',
    shows: 'Wrong with more than one sample: as if the last one, or the first, were the whole batch.',
    fix: 'Start at zero and add up: `grad_weight += grad_output[n] @ columns[n].T`.',
    evidence: [
      'https://github.com/LBANN/lbann/issues/1022',
      'https://github.com/chengdazhi/Deformable-Convolution-V2-PyTorch/issues/51',
    ],
    scope: OF_WEIGHT,
    variants: [
      { note: 'the last one', change: { written: () => (n) => n } },
      { note: 'the first one', change: { written: () => (n) => -n } },
    ],
  },
  {
    id: 'grad-weight-averaged',
    family: 'gradients',
    title: 'the weight gradient is averaged',
    cause:
      'The sum is divided by the number of its terms, N·H_out·W_out, or by N. A mean belongs to the loss, which has had it.',
    shows: 'Too small by one constant factor.',
    fix: 'The plain sum over samples and windows.',
    evidence: ['https://github.com/sebgao/cTensor/issues/3'],
    scope: OF_WEIGHT,
    variants: [
      {
        note: 'by N·H_out·W_out',
        change: {
          outputGain:
            ({ sizes, L }) =>
            () =>
              1 / (sizes.batch * L),
        },
      },
      {
        note: 'by N',
        change: {
          outputGain:
            ({ sizes }) =>
            () =>
              1 / sizes.batch,
        },
      },
      {
        note: 'by H_out·W_out',
        change: {
          outputGain:
            ({ L }) =>
            () =>
              1 / L,
        },
      },
    ],
  },
  {
    id: 'grad-weight-stride-dilation-not-exchanged',
    family: 'gradients',
    title: 'stride and dilation are not exchanged',
    cause:
      'grad_weight is a convolution of x with grad_output, dilated by the stride and moved by the dilation. They are left as they are: grad_output[oh, ow] meets x[oh·dilation + kh·stride − padding].',
    shows: 'Another shape, or wrong everywhere but where stride and dilation agree.',
    fix: 'F.conv2d(x, grad_output, stride=dilation, dilation=stride, padding=padding), channels and samples exchanged.',
    evidence: [
      'https://github.com/huggingface/candle/issues/2337',
      'https://github.com/iree-org/iree-turbine/issues/1223',
      'https://github.com/pytorch/pytorch/issues/15501',
    ],
    scope: OF_WEIGHT,
    variants: [
      {
        note: 'cut to kH×kW',
        change: eachAxisInPlace((axis) => ({
          ...exchanged(axis),
          kernelSize: Math.min(axis.kernelSize, slides(exchanged(axis))),
        })),
      },
      {
        note: 'as large as it comes out',
        change: eachAxisInPlace((axis) => ({ ...exchanged(axis), kernelSize: slides(exchanged(axis)) })),
      },
    ],
  },
  {
    id: 'grad-weight-extra-rows-not-cropped',
    family: 'gradients',
    title: 'the weight gradient exceeds the kernel',
    cause:
      'The convolution of x with grad_output has more than kH×kW positions where the forward division leaves a rest; they are kept.',
    shows: 'Another shape.',
    fix: '`grad_weight[..., :kH, :kW]`.',
    evidence: [
      'https://github.com/meta-pytorch/opacus/issues/245',
      'https://github.com/tracel-ai/burn/issues/1891',
    ],
    scope: OF_WEIGHT,
    variants: [{ change: eachAxisInPlace((axis) => ({ kernelSize: slides(axis) })) }],
  },
  {
    id: 'grad-weight-groups-scrambled',
    family: 'gradients',
    title: 'groups are mixed up in the weight gradient',
    cause:
      'grad_output repeated C_in/groups times is convolved with groups = N·C_in, and meets input channel c·groups + g where g·C_in/groups + c is due.',
    shows: 'Wrong with groups > 1, but for depthwise convolutions.',
    fix: 'One product per group: `grad_output[:, of_group] @ columns[:, of_group].T`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/51430',
      'https://github.com/tracel-ai/burn/issues/1891',
    ],
    scope: OF_WEIGHT,
    applies: ({ G }) => G > 1,
    variants: [
      {
        change: {
          plane:
            (_, { sizes: { C_in, G } }) =>
            (n, g, c) =>
              n * C_in + c * G + g,
        },
      },
    ],
  },
  {
    id: 'grad-weight-unfold-without-stride-padding',
    family: 'gradients',
    title: 'x is unfolded anew, with defaults',
    cause:
      'grad_weight = grad_output @ F.unfold(x, kernel_size).T, without the stride and the padding of the forward pass.',
    shows: 'Raises, as L differs; where the columns are cut to the first L, wrong everywhere.',
    fix: 'The very columns of the forward pass, or F.unfold with all of its arguments.',
    evidence: ['https://github.com/meta-pytorch/opacus/issues/1'],
    scope: OF_WEIGHT,
    variants: [
      { change: eachAxis(() => ({ stride: 1, begin: 0, end: 0 })) },
      {
        note: 'and without dilation',
        change: eachAxis(() => ({ stride: 1, begin: 0, end: 0, dilation: 1 })),
      },
    ],
  },
  {
    id: 'grad-nonsquare',
    family: 'gradients',
    title: 'the weight gradient mixes up H and W',
    cause:
      'Rows of the input are taken to lie H_in apart, or those of the kernel kH, in the kernel of the weight gradient only.',
    shows: 'Wrong where input or kernel are not square; all else trains as ever.',
    fix: 'W_in and kW are the pitches: ih·W_in + iw, kh·kW + kw.',
    evidence: ['https://github.com/Maratyszcza/NNPACK/issues/15'],
    scope: { directions: ['grad-weight'], leastAxes: 2, modes: ['zeros'] },
    variants: [
      {
        change: located((ih, iw, { IH, IW }) => (within(ih, IH) && within(iw, IW) ? ih * IH + iw : NONE)),
      },
      {
        note: 'of the kernel',
        change: {
          weight:
            (weight, { sizes: { kH, kW } }) =>
            (co, c, kh, kw, kd) => {
              const at = kh * kH + kw;
              return at < kH * kW ? weight(co, c, Math.floor(at / kW), at % kW, kd) : NONE;
            },
        },
      },
    ],
  },
];

function exchanged(axis: WindowAxis): WindowAxis {
  return { ...axis, stride: axis.dilation, dilation: axis.stride };
}

/** Positions of grad_output, `stride` apart within, along the padded input, in steps of `dilation`. */
function slides({ inputSize, begin, end, windows, stride, dilation }: WindowAxis): number {
  return Math.floor((inputSize + begin + end - (windows - 1) * stride - 1) / dilation) + 1;
}
