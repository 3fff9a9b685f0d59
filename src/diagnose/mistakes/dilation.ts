/**
 * Dilations exchanged, lost or counted from the wrong number.
 */
import { bothAxes, eachAxis, eachAxisInPlace } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';

export const DILATION: readonly Mistake[] = [
  {
    id: 'dilation-hw-swapped',
    family: 'dilation',
    title: 'the dilations of height and width are exchanged',
    cause: 'Tap (oh*sh+kh*dw-ph, ow*sw+kw*dh-pw).',
    shows: 'Wrong everywhere except one tap; sometimes wrong shape.',
    fix: 'Dilation=(dh,dw).',
    evidence: ['tinygrad/tinygrad#17805', 'mlpack/mlpack#3146'],
    variants: [
      { change: bothAxes((h, w) => [{ dilation: w.dilation }, { dilation: h.dilation }]) },
      {
        note: 'in the taps alone',
        change: {
          axes: ([h, w]) => [
            { ...h, dilation: w.dilation },
            { ...w, dilation: h.dilation },
          ],
        },
      },
    ],
  },
  {
    id: 'dilation-zero-based-vs-one-based',
    family: 'dilation',
    title: 'a dilation that counts from 0 is used as one that counts from 1, or back',
    cause:
      'A 0-based dilation (0 = none) is used as a 1-based one or back: tap step d instead of d+1 (or d+1 instead of d); with 0 taken literally all taps read the same pixel.',
    shows: 'Wrong everywhere and usually wrong shape.',
    fix: 'Convert once at the boundary: onednn = torch - 1.',
    evidence: [
      'uxlfoundation/oneDNN#438',
      'uxlfoundation/oneDNN#587',
      'uxlfoundation/oneDNN#1652',
      'uxlfoundation/oneDNN#2359',
      'webmachinelearning/webnn#444',
    ],
    variants: [
      { note: 'one too many', change: eachAxis((axis) => ({ dilation: axis.dilation + 1 })) },
      { note: 'one too few', change: eachAxis((axis) => ({ dilation: axis.dilation - 1 })) },
    ],
  },
  {
    id: 'dilation-on-window-not-tap',
    family: 'dilation',
    title: 'the dilation multiplies the step between windows',
    cause: 'Dilation multiplies the output index (oh*sh*dh+kh) instead of the tap (oh*sh+kh*dh).',
    shows: 'Wrong everywhere, out of bounds.',
    fix: 'Step between taps is d, between windows s.',
    evidence: ['sebgao/cTensor#4'],
    variants: [{ change: eachAxisInPlace((axis) => ({ stride: axis.stride * axis.dilation, dilation: 1 })) }],
  },
  {
    id: 'dilation-only-in-shape',
    family: 'dilation',
    title: 'the output size knows the dilation, the columns do not',
    cause: 'Shape uses kEff but the gather still uses step 1 (dilation dropped in the fast path).',
    shows: 'Right shape, wrong everywhere.',
    fix: 'Use d in the address.',
    evidence: ['deeplearning4j/deeplearning4j#8320'],
    variants: [{ change: eachAxisInPlace(() => ({ dilation: 1 })) }],
  },
];
