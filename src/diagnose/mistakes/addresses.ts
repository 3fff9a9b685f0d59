/**
 * Taps at the wrong address.
 */
import { addressedWhere, jumping, jumpingPointer, located, within } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { NONE, pixelAt } from '../wiring.ts';

export const ADDRESSES: readonly Mistake[] = [
  {
    id: 'bounds-check-h-for-w',
    family: 'unfold',
    title: 'a tap’s column is tested against the height',
    cause: 'In im2col the column coordinate is tested against the height (0<=iw<IH) or the reverse.',
    shows: "Non-square only: right part zeroed (IW>IH) or next row's data / out-of-bounds read (IW<IH).",
    fix: 'Test ih against IH and iw against IW.',
    evidence: ['BVLC/caffe#284', 'BVLC/caffe#298'],
    variants: [
      { change: addressedWhere((ih, iw, { IH }) => ih >= 0 && ih < IH && iw >= 0 && iw < IH) },
      {
        note: 'its row against the width',
        change: addressedWhere((ih, iw, { IW }) => ih >= 0 && ih < IW && iw >= 0 && iw < IW),
      },
      {
        note: 'and its row against the width',
        change: addressedWhere((ih, iw, { IH, IW }) => ih >= 0 && ih < IW && iw >= 0 && iw < IH),
      },
    ],
  },
  {
    id: 'bounds-check-against-output',
    family: 'unfold',
    title: 'taps are tested against the size of the output',
    cause:
      'Tap coordinates are compared with OH/OW instead of IH/IW when deciding zero padding: tap valid iff 0<=ih<OH.',
    shows: 'Lower/right taps read as zero (OH<IH) or over-read (OH>IH).',
    fix: 'Compare with the input extent.',
    evidence: ['google/XNNPACK#7631'],
    variants: [{ change: addressedWhere((ih, iw, { OH, OW }) => ih >= 0 && ih < OH && iw >= 0 && iw < OW) }],
  },
  {
    id: 'column-spills-into-next-row',
    family: 'unfold',
    title: 'taps left and right of a row read the row beside it',
    cause:
      'Out-of-row taps are addressed flat (ih*IW+iw with iw<0 or iw>=IW) without a test, reading the neighbouring row (and the neighbouring channel at the corners).',
    shows: 'Only at left/right border columns, values of the adjacent row.',
    fix: 'Mask iw outside 0..IW-1 to the pad value.',
    evidence: ['openxla/xla#48713', 'tile-ai/tilelang#2426'],
    variants: [
      { change: addressedWhere((ih, _, { IH }) => ih >= 0 && ih < IH) },
      {
        note: 'within the plane',
        change: addressedWhere((ih, iw, { IH, IW }) => within(ih * IW + iw, IH * IW)),
      },
      {
        note: 'within the rows and the plane',
        change: addressedWhere((ih, iw, { IH, IW }) => ih >= 0 && ih < IH && within(ih * IW + iw, IH * IW)),
      },
    ],
  },
  {
    id: 'window-origin-uses-input-width',
    family: 'unfold',
    title: 'position l is decoded with W_in instead of W_out',
    cause: 'Output position l is decoded with IW instead of OW: oh=l div IW, ow=l mod IW.',
    shows: 'Correct first row prefix, then everything displaced.',
    fix: 'Decode with OW.',
    evidence: ['tile-ai/tilelang#2426'],
    variants: [
      {
        change: {
          pixel:
            (pixel, { sizes: { IW, OW } }) =>
            (kh, kw, oh, ow) => {
              const l = oh * OW + ow;
              return pixel(kh, kw, Math.floor(l / IW), l % IW);
            },
        },
      },
    ],
  },
  {
    id: 'negative-index-wraps',
    family: 'unfold',
    title: 'negative indices wrap around to the far side',
    cause:
      'Taps at ih<0 use Python/NumPy negative indexing: x[..., ih mod IH, iw mod IW] (accidental circular pad on the top/left side only).',
    shows: 'Top/left border only.',
    fix: 'F.pad first, or mask negative indices.',
    evidence: ['ehw-fit/tf-approximate#7'],
    variants: [
      {
        change: located((ih, iw, sizes) =>
          pixelAt(sizes, ih < 0 ? ih + sizes.IH : ih, iw < 0 ? iw + sizes.IW : iw),
        ),
      },
    ],
  },
  {
    id: 'padding-taps-land-on-index-zero',
    family: 'unfold',
    title: 'taps in the padding read element (0, 0)',
    cause:
      'Taps in the padding are mapped to a sentinel index 0 and are not dropped: on fold they are all added to element (0,0); on unfold they read x[0,0].',
    shows: 'Fold: exactly one wrong element per channel; unfold: the whole border.',
    fix: 'Use a separate dump slot, or fold into a padded canvas and crop.',
    evidence: ['f-dangel/unfoldNd#30'],
    variants: [
      {
        change: {
          pixel: (pixel) => (kh, kw, oh, ow) => {
            const at = pixel(kh, kw, oh, ow);
            return at === NONE ? 0 : at;
          },
        },
      },
    ],
  },
  {
    id: 'row-jump-uses-kernel-extent',
    family: 'unfold',
    title: 'the step to the next kernel row subtracts the extent of the dilated kernel',
    cause:
      'Flat tap-offset table jumps by IW*dh - kernel_extent at the end of a kernel row; needed is IW*dh - dw*kw. Each following kernel row is displaced by a constant.',
    shows: 'Wrong everywhere (second and later kernel rows displaced).',
    fix: 'Offset[kh,kw] = kh*dh*IW + kw*dw.',
    evidence: ['Tencent/ncnn#75'],
    variants: [
      {
        change: {
          pixel: (_, { sizes, axes }) => jumping(sizes, axes, sizes.IW + axes[1].begin + axes[1].end),
        },
      },
      {
        note: 'on the unpadded input',
        change: { pixel: (_, { sizes, axes }) => jumping(sizes, axes, sizes.IW) },
      },
      {
        note: 'by a pointer that runs into the next plane',
        change: { pixel: (_, { sizes, axes }) => jumpingPointer(sizes, axes) },
      },
    ],
  },
];
