/**
 * fold misunderstood where it is unfold's adjoint: in gradients and transposed convolution.
 */
import { eachAxisInPlace, room, windowsOf } from '../change-axes.ts';
import { canvas, corner, lastTap, lastWindow } from '../change-scatter.ts';
import type { Mistake } from '../mistake.ts';
import { isReal, recounted } from '../sizes.ts';

const BACK = { directions: ['grad-input'] } as const;
const CROPPED = { directions: ['grad-input'], modes: ['zeros'] } as const;

export const FOLD_ADJOINT: readonly Mistake[] = [
  {
    id: 'fold-overwrites-instead-of-sum',
    family: 'fold',
    title: 'fold overwrites where windows overlap',
    cause:
      'img[ih, iw] = column where img[ih, iw] += column is due: the last window that holds a pixel wins.',
    shows: 'Too small wherever windows overlap.',
    fix: 'F.fold adds up; by hand, `img.index_add_(…)` or `scatter_add_`.',
    evidence: ['https://github.com/CNugteren/CLBlast/issues/270'],
    scope: BACK,
    variants: [
      { change: { written: lastWindow } },
      { note: 'the last tap wins', change: { written: lastTap } },
    ],
  },
  {
    id: 'fold-fancy-index-plus-equals',
    family: 'fold',
    title: 'img[index] += columns loses equal indices',
    cause:
      'NumPy and PyTorch read img[index], add, and write back: of several columns with one index only the last is kept.',
    shows: 'Too small wherever windows overlap.',
    fix: '`np.add.at(img, index, columns)`, or `img.index_put_(index, columns, accumulate=True)`.',
    evidence: ['https://stackoverflow.com/questions/45473896/np-add-at-indexing-with-array'],
    related: ['https://github.com/keras-team/keras/issues/22133'],
    scope: BACK,
    variants: [
      { change: { written: lastTap } },
      { note: 'window by window', change: { written: lastWindow } },
    ],
  },
  {
    id: 'fold-output-size-is-conv-output',
    family: 'fold',
    title: "fold gets the convolution's output size",
    cause:
      'F.fold is called with output_size = (H_out, W_out), where the gradient has the size of the input.',
    shows: 'F.fold raises, as L does not fit; at stride 1 with SAME padding the two sizes are one.',
    fix: '`F.fold(columns, x.shape[-2:], …)`.',
    evidence: ['https://discuss.pytorch.org/t/need-help-understanding-conv2d-and-fold-unfold/172378'],
    scope: BACK,
    variants: [
      {
        change: {
          ...eachAxisInPlace((axis) => ({ inputSize: axis.windows })),
          raises: ({ axes, sizes }) => {
            const own = [axes[2], axes[0], axes[1]].slice(3 - sizes.rank);
            const counted = own.map((axis) => Math.max(0, recounted(axis).windows));
            return own.every(({ windows }, a) => windows === counted[a])
              ? undefined
              : `F.fold: L = ${own.map(({ windows }) => windows).join('·')}, but an output of that size has ${counted.join('·')} windows`;
          },
        },
      },
    ],
  },
  {
    id: 'fold-crop-missing',
    family: 'fold',
    title: 'the padding is not cropped off behind fold',
    cause:
      'fold runs over the padded size, and the upper left part of it, or all, is returned instead of the middle.',
    shows: 'Displaced by the padding, or another shape.',
    fix: '`F.fold(columns, (H_in, W_in), kernel_size, padding=padding, …)`, which crops by itself.',
    evidence: [],
    related: ['https://github.com/nntrainer/nntrainer/issues/1570'],
    scope: CROPPED,
    variants: [{ change: corner }, { note: 'all of it', change: canvas }],
  },
  {
    id: 'crop-slice-minus-zero',
    family: 'fold',
    title: 'the crop [p:-p] is empty where p is 0',
    cause: 'The padding is cropped off by padded[p:-p], and -0 is 0: the slice [0:0] holds nothing.',
    shows: 'An empty result, or an error about its shape; only on an axis without padding.',
    fix: '`padded[p : p + H_in]`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/24504',
      'https://github.com/pytorch/pytorch/issues/20981',
      'https://github.com/Lasagne/Lasagne/issues/438',
    ],
    scope: CROPPED,
    variants: [
      {
        change: {
          raises: ({ axes, sizes }) => {
            const empty = axes.findIndex(({ end }, a) => isReal(sizes, a) && end === 0);
            return empty === -1
              ? undefined
              : `the ${['height', 'width', 'depth'][empty]} is cropped to [0:-0], which is empty`;
          },
        },
      },
    ],
  },
  {
    id: 'loop-end-uses-bottom-pad',
    family: 'fold',
    title: 'the loop over windows ends by the wrong pad',
    cause:
      'Windows begin at −padding_top and end where H_in + padding_top − extent begins, instead of H_in + padding_bottom − extent.',
    shows:
      'With paddings that differ at the two ends, the last windows are missing, or one too many is added.',
    fix: 'Loop over oh in 0 … H_out − 1, with oh·stride − padding_top as its first row.',
    evidence: ['https://github.com/nntrainer/nntrainer/issues/1570'],
    scope: BACK,
    variants: [
      { change: windowsOf((axis) => Math.floor((room(axis) + axis.begin - axis.end) / axis.stride) + 1) },
    ],
  },
];
