/**
 * Taps at the wrong address.
 */
import { addressedWhere, jumping, jumpingPointer, located, within } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { pixelAt } from '../sizes.ts';
import { NONE } from '../wiring.ts';

export const ADDRESSES: readonly Mistake[] = [
  {
    id: 'bounds-check-h-for-w',
    family: 'unfold',
    title: "a tap's column is tested against the height",
    cause: 'A tap counts as inside where 0 ≤ iw < H_in, which should be 0 ≤ iw < W_in.',
    shows:
      'Wide inputs lose the columns from H_in on; tall ones read beyond the end of a row, into the next.',
    fix: 'Test ih against H_in and iw against W_in.',
    evidence: ['https://github.com/BVLC/caffe/issues/284', 'https://github.com/BVLC/caffe/issues/298'],
    scope: { leastAxes: 2, modes: ['zeros'] },
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
    title: "taps are tested against the output's size",
    cause: 'A tap counts as inside where 0 ≤ ih < H_out and 0 ≤ iw < W_out, which should be H_in and W_in.',
    shows:
      'Taps at the bottom and right read as 0 where the output is smaller than the input, and beyond the input where it is larger.',
    fix: "Test against the input's size: 0 ≤ ih < H_in, 0 ≤ iw < W_in.",
    evidence: ['https://github.com/google/XNNPACK/issues/7631'],
    scope: { modes: ['zeros'] },
    variants: [{ change: addressedWhere((ih, iw, { OH, OW }) => ih >= 0 && ih < OH && iw >= 0 && iw < OW) }],
  },
  {
    id: 'column-spills-into-next-row',
    family: 'unfold',
    title: 'taps beside a row read the row next to it',
    cause:
      'The address ih·W_in + iw is used without a test of iw: iw = −1 is the last pixel of the row above, iw = W_in the first of the row below.',
    shows:
      'Wrong in the first and last columns of the output, where the padding at the left and right should have been 0.',
    fix: 'Give 0 wherever iw < 0 or iw ≥ W_in; `F.pad` lays those zeros out.',
    evidence: [
      'https://github.com/openxla/xla/issues/48713',
      'https://github.com/tile-ai/tilelang/issues/2426',
    ],
    scope: { modes: ['zeros'] },
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
    title: 'window l is decoded with W_in, not W_out',
    cause: '(oh, ow) = (l div W_in, l mod W_in) instead of (l div W_out, l mod W_out).',
    shows: 'Right until the first row of windows ends, displaced from there on.',
    fix: 'oh = l div W_out, ow = l mod W_out.',
    evidence: ['https://github.com/tile-ai/tilelang/issues/2426'],
    scope: { leastAxes: 2 },
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
    title: 'negative indices wrap to the far side',
    cause:
      "Taps at ih < 0 read row H_in + ih, and those at iw < 0 column W_in + iw, as Python's and NumPy's negative indices do; the padding holds 0.",
    shows: 'Wrong at the top and left border only.',
    fix: '`F.pad(x, …)` before indexing, or give 0 wherever an index is negative.',
    evidence: [],
    related: ['https://github.com/ehw-fit/tf-approximate/issues/7'],
    scope: { modes: ['zeros'] },
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
    title: 'taps in the padding read pixel (0, 0)',
    cause:
      'Taps outside the input are given index 0 and read there, instead of giving 0. In fold the same index adds them all to pixel (0, 0).',
    shows: 'Wrong along the whole border of the output; in fold, in one pixel of each channel.',
    fix: 'Give 0 where a tap is outside, or unfold a padded input: `F.pad(x, …)`.',
    evidence: ['https://github.com/f-dangel/unfoldNd/issues/30'],
    scope: { modes: ['zeros'] },
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
    title: 'the jump to the next kernel row is too short',
    cause:
      'Flat tap offsets step by W_in·dilation − (dilation·(kW − 1) + 1) at the end of a kernel row, which should be W_in·dilation − dilation·kW: row kh is displaced by kh·(dilation − 1) pixels.',
    shows: 'Wrong everywhere, as soon as the kernel is dilated and has a second row.',
    fix: 'offset[kh, kw] = kh·dilation·W_in + kw·dilation, or F.unfold.',
    evidence: ['https://github.com/Tencent/ncnn/issues/75'],
    scope: { leastAxes: 2, modes: ['zeros'] },
    variants: [
      {
        change: {
          pixel: (_, { sizes, axes }) => jumping(sizes, axes, true),
        },
      },
      {
        note: 'on the unpadded input',
        change: { pixel: (_, { sizes, axes }) => jumping(sizes, axes, false) },
      },
      {
        note: 'by a pointer that runs into the next plane',
        change: { pixel: (_, { sizes, axes }) => jumpingPointer(sizes, axes) },
      },
    ],
  },
];
