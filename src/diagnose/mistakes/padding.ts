/**
 * Padding of the wrong side or size.
 */
import { bothAxes, eachAxis, room } from '../change-axes.ts';
import { addressedWhere, within } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import type { WindowAxis } from '../wiring.ts';

/** End paddings up to a stride apart give the same windows; which of them was written is not known. */
const ENDS = [0, 1, 2].flatMap((H) => [0, 1, 2].map((W) => [H, W] as const));

export const PADDING: readonly Mistake[] = [
  {
    id: 'pad-hw-swapped',
    family: 'padding',
    title: 'the paddings of height and width are exchanged',
    cause: 'F.pad(x,(ph,ph,pw,pw)): first pair pads W, so W gets ph and H gets pw.',
    shows: 'Wrong shape, or displaced values when OH,OW agree.',
    fix: 'F.pad(x,(pw,pw,ph,ph)) - last axis first.',
    evidence: [
      'pytorch/pytorch#37844',
      'pytorch/pytorch#37881',
      'meta-pytorch/opacus#442',
      'meta-pytorch/opacus#443',
      'DingXiaoH/DiverseBranchBlock#26',
      'autogluon/autogluon#438',
    ],
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
    title: 'the pads [top, left, bottom, right] are read as [top, bottom, left, right]',
    cause: 'ONNX pads [t,l,b,r] are read as [t,b,l,r].',
    shows: 'Wrong shape or displaced.',
    fix: 'Begin values first, then end values.',
    evidence: ['onnx/onnx-mlir#16', 'blue-oil/blueoil#1085'],
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
    cause: 'Only the begin pads are used, on both sides (symmetric assumption).',
    shows: 'Displaced or wrong size with asymmetric pads.',
    fix: 'F.pad with four values, then conv with padding=0.',
    evidence: ['microsoft/MMdnn#315', 'apache/tvm#4511', 'tinygrad/tinygrad#840'],
    variants: [
      { change: eachAxis((axis) => ({ end: axis.begin })) },
      { note: "the end's at both", change: eachAxis((axis) => ({ begin: axis.end })) },
      { note: 'and the end is not padded', change: eachAxis(() => ({ end: 0 })) },
    ],
  },
  {
    id: 'pad-only-leading-edge',
    family: 'padding',
    title: 'only rows and columns before the input are taken for padding',
    cause: 'The kernel masks ih<0 and iw<0 but not ih>=IH / iw>=IW (reads whatever follows).',
    shows: 'Last output row/column only.',
    fix: 'Test both ends.',
    evidence: ['mit-han-lab/tinyengine#95'],
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
    title: 'padding is taken as the total of both sides',
    cause: 'P is taken as the total and split (p+1)/2, p/2 over the two sides.',
    shows: 'Wrong shape.',
    fix: 'Padding=p means p on each side.',
    evidence: ['pytorch/pytorch#20981', 'pytorch/pytorch#29712'],
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
