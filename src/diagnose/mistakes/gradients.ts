/**
 * What is got wrong on the way back: in the gradient with respect to the input, and in transposed convolution.
 */
import { eachAxisInPlace } from '../change-axes.ts';
import { tapFrom } from '../change-reading.ts';
import { canvas, corner, lastTap, lastWindow, lostBehind, naturalSize } from '../change-scatter.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

/** Where fold is unfold's adjoint. */
const BACK = { directions: ['grad-input'] } as const;
/** Padding of the other modes is no crop. */
const CROPPED = { directions: ['grad-input'], modes: ['zeros'] } as const;

export const GRADIENTS: readonly Mistake[] = [
  {
    id: 'grad-input-overwrite',
    family: 'gradients',
    title: "windows overwrite each other's gradient",
    cause:
      'grad_input[ih, iw] = value instead of += value, or threads that load, add and store without a lock: of all windows that read a pixel, one counts.',
    shows: 'Too small wherever windows overlap; another result in each run where threads race.',
    fix: 'Add up: `index_add_`, an atomic addition, or a loop over the pixels that gathers.',
    evidence: [
      'https://github.com/jmschrei/cherimoya/issues/25',
      'https://github.com/tinygrad/tinygrad/issues/93',
      'https://github.com/speedinghzl/CCNet/issues/62',
    ],
    scope: BACK,
    variants: [
      { change: { written: lastWindow } },
      { note: 'the last tap stays', change: { written: lastTap } },
      {
        note: 'the first window stays',
        change: {
          written: (context) => {
            const time = lastWindow(context);
            return (n, row, l) => -time(n, row, l);
          },
        },
      },
    ],
  },
  {
    id: 'grad-input-no-rot180',
    family: 'gradients',
    title: 'the kernel is not turned, or turned twice',
    cause:
      'As a convolution of grad_output the gradient needs the kernel rotated by 180 degrees; scattered tap by tap, it must not be. weight[co, c, kH − 1 − kh, kW − 1 − kw] meets the tap (kh, kw).',
    shows: 'The right shape, wrong everywhere; its sum is right where no window leaves the input.',
    fix: '`F.conv_transpose2d(grad_output, weight, …)`, which turns the kernel itself.',
    evidence: [
      'https://soumith.ch/ex/pages/2014/08/07/why-rotate-weights-convolution-gradient/',
      'https://discuss.pytorch.org/t/is-f-conv-transpose2d-transpose-of-f-conv2d/47158',
    ],
    scope: BACK,
    variants: [{ change: tapFrom(({ kD, kH, kW }, kh, kw, kd) => [kH - 1 - kh, kW - 1 - kw, kD - 1 - kd]) }],
  },
  {
    id: 'grad-input-channels-not-transposed',
    family: 'gradients',
    title: 'the weight is not transposed on the way back',
    cause: 'grad_output meets weight[c, co] where weight[co, c] is due: W instead of Wᵀ within each group.',
    shows: 'Raises unless a group has as many outputs as inputs; there it is wrong everywhere.',
    fix: 'Wᵀ in each group: `weight.view(groups, M, -1).transpose(1, 2) @ grad_output`, M = C_out/groups.',
    evidence: [
      'https://github.com/apache/tvm/issues/9336',
      'https://discuss.pytorch.org/t/is-f-conv-transpose2d-transpose-of-f-conv2d/47158',
    ],
    scope: BACK,
    variants: [
      {
        change: {
          raises: ({ sizes: { M, C } }) =>
            M === C ? undefined : `W of a group is ${M}×${C}, which does not fit grad_output untransposed`,
          weight:
            (weight, { sizes: { M, C } }) =>
            (co, c, ...tap) =>
              M === C ? weight(co - (co % M) + c, co % M, ...tap) : NONE,
        },
      },
    ],
  },
  {
    id: 'grad-input-stride-missing',
    family: 'gradients',
    title: 'windows are scattered at stride 1',
    cause:
      'The value of window (oh, ow) is added at oh + kh·dilation − padding instead of oh·stride + kh·dilation − padding.',
    shows: 'The gradient is crowded in the upper left part.',
    fix: "fold with unfold's own stride: `F.fold(columns, (H_in, W_in), kernel_size, stride=stride, …)`.",
    evidence: [
      'https://github.com/Kulbear/deep-learning-coursera/issues/34',
      'https://github.com/enggen/Deep-Learning-Coursera/issues/7',
    ],
    scope: BACK,
    variants: [{ change: eachAxisInPlace(() => ({ stride: 1 })) }],
  },
  {
    id: 'grad-input-output-padding-missing',
    family: 'gradients',
    title: "the gradient's size is computed from H_out",
    cause:
      'H_in is taken for (H_out − 1)·stride + dilation·(kH − 1) + 1 − 2·padding, which is too short by the rest of the forward division: several H_in give one H_out.',
    shows: 'Another shape; filled up with zeros, the last rows and columns may be wrong.',
    fix: 'Give the size: `F.fold(columns, x.shape[-2:], …)`, or output_padding to F.conv_transpose2d.',
    evidence: [
      'https://github.com/torch/DEPRECEATED-torch7-distro/issues/20',
      'https://github.com/f-dangel/backpack/issues/30',
      'https://github.com/pytorch/xla/issues/2333',
      'https://github.com/PKUFlyingPig/CMU10-714/issues/6',
      'https://github.com/ROCm/rocm-libraries/issues/8530',
      'https://github.com/pytorch/pytorch/issues/98129',
    ],
    scope: CROPPED,
    variants: [
      { change: lostBehind(naturalSize) },
      {
        note: 'of that size',
        change: eachAxisInPlace((axis) => ({ inputSize: Math.min(axis.inputSize, naturalSize(axis)) })),
      },
    ],
  },
  {
    id: 'grad-input-crop-missing',
    family: 'gradients',
    title: 'the padded gradient is cut at the wrong end',
    cause:
      'fold gives the gradient of the padded input. Its part from padding to padding + H_in is due; kept is the upper left one, the lower right one, or all of it.',
    shows: 'The gradient displaced by the padding, or another shape.',
    fix: '`F.fold(columns, (H_in, W_in), kernel_size, padding=padding, …)`, which crops by itself; or `padded[..., p : p + H_in, q : q + W_in]`.',
    evidence: [],
    related: ['https://github.com/pytorch/pytorch/issues/24504'],
    scope: CROPPED,
    variants: [
      { change: corner },
      {
        note: 'the lower right one',
        change: eachAxisInPlace((axis) => ({ begin: axis.begin + axis.end })),
      },
      { note: 'all of it', change: canvas },
    ],
  },
];
