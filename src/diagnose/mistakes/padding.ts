/**
 * Padding of the wrong side or size.
 */
import { bothAxes, eachAxis, room } from '../change-axes.ts';
import { addressedWhere, within } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import type { WindowAxis } from '../sizes.ts';

/** End paddings up to a stride apart give the same windows; which of them was written is not known. */
const ENDS = [0, 1, 2].flatMap((H) => [0, 1, 2].map((W) => [H, W] as const));

export const PADDING: readonly Mistake[] = [
  {
    id: 'pad-hw-swapped',
    family: 'padding',
    title: 'paddings of height and width are exchanged',
    cause:
      "F.pad's list begins with the last axis: F.pad(x, (pH, pH, pW, pW)) pads the width by pH. Taps stand at oh·stride + kh·dilation − pW.",
    shows: 'Another shape, or, where the shapes agree, values displaced by pH − pW.',
    fix: '`F.pad(x, (pW, pW, pH, pH))`, or `padding=(pH, pW)`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/37844',
      'https://github.com/pytorch/pytorch/issues/37881',
      'https://github.com/meta-pytorch/opacus/issues/442',
      'https://github.com/meta-pytorch/opacus/issues/443',
      'https://github.com/DingXiaoH/DiverseBranchBlock/issues/26',
      'https://github.com/autogluon/autogluon/issues/438',
    ],
    scope: { leastAxes: 2 },
    variants: [
      {
        change: bothAxes((h, w) => [
          { begin: w.begin, end: w.end },
          { begin: h.begin, end: h.end },
        ]),
      },
    ],
  },
  {
    id: 'pad-pairs-interleaved',
    family: 'padding',
    title: 'pads [t, l, b, r] are read as [t, b, l, r]',
    cause:
      'ONNX lists the beginnings of all axes, then their ends: [top, left, bottom, right]. Read in pairs, left and bottom change places.',
    shows: 'Another shape, or values displaced.',
    fix: '`top, left, bottom, right = pads`, then `F.pad(x, (left, right, top, bottom))`.',
    evidence: [
      'https://github.com/onnx/onnx-mlir/issues/16',
      'https://github.com/blue-oil/blueoil/issues/1085',
    ],
    scope: { leastAxes: 2 },
    variants: [
      {
        change: bothAxes((h, w) => [
          { begin: h.begin, end: w.begin },
          { begin: h.end, end: w.end },
        ]),
      },
      ...ENDS.map(([H, W]) => ({
        note: 'other end paddings of the same windows',
        change: bothAxes((h, w) => [
          { begin: h.begin, end: w.begin },
          { begin: shortestEnd(h) + H, end: shortestEnd(w) + W },
        ]),
      })),
    ],
  },
  {
    id: 'pad-end-ignored',
    family: 'padding',
    title: 'the beginning padding is used at both ends',
    cause: 'The end padding is not looked at: each axis is padded by its beginning at both ends.',
    shows: 'Where the two differ, another size, or values displaced by their difference.',
    fix: "`F.pad(x, (left, right, top, bottom))`, then the convolution with `padding=0`: Conv2d's own padding is symmetric.",
    evidence: [
      'https://github.com/microsoft/MMdnn/issues/315',
      'https://github.com/apache/tvm/issues/4511',
      'https://github.com/tinygrad/tinygrad/issues/840',
    ],
    variants: [
      { change: eachAxis((axis) => ({ end: axis.begin })) },
      { note: "the end's at both", change: eachAxis((axis) => ({ begin: axis.end })) },
      { note: 'and the end is not padded', change: eachAxis(() => ({ end: 0 })) },
    ],
  },
  {
    id: 'pad-only-leading-edge',
    family: 'padding',
    title: 'only the leading edge counts as padding',
    cause:
      'A tap reads 0 where ih < 0 or iw < 0, but not where ih ≥ H_in or iw ≥ W_in: there it reads whatever memory follows.',
    shows: 'Wrong in the last rows and columns of the output only.',
    fix: 'Test both ends: 0 ≤ ih < H_in and 0 ≤ iw < W_in.',
    evidence: ['https://github.com/mit-han-lab/tinyengine/issues/95'],
    scope: { modes: ['zeros'] },
    variants: [
      { change: addressedWhere((ih, iw) => ih >= 0 && iw >= 0) },
      {
        note: 'within the plane',
        change: addressedWhere((ih, iw, { IH, IW }) => ih >= 0 && iw >= 0 && within(ih * IW + iw, IH * IW)),
      },
    ],
  },
  {
    id: 'pad-total-for-each-side',
    family: 'padding',
    title: 'padding counts as the total of both sides',
    cause: 'padding is split over the two ends, half and half; in PyTorch it is added at each.',
    shows: 'An output that is too small by about padding/stride.',
    fix: '`padding=p` means p at each end, 2·p in all.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/20981',
      'https://github.com/pytorch/pytorch/issues/29712',
    ],
    variants: [
      { change: eachAxis(({ begin, end }) => ({ begin: Math.ceil(begin / 2), end: Math.floor(end / 2) })) },
      {
        note: 'the smaller half first',
        change: eachAxis(({ begin, end }) => ({ begin: Math.floor(begin / 2), end: Math.ceil(end / 2) })),
      },
    ],
  },
];

/** The end padding with which the last window just fits. */
function shortestEnd(axis: WindowAxis): number {
  return axis.end - (room(axis) - (axis.windows - 1) * axis.stride);
}
