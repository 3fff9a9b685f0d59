/**
 * Dilations exchanged, lost or counted from the wrong number.
 */
import { bothAxes, bothAxesInPlace, eachAxis, eachAxisInPlace } from '../change-axes.ts';
import type { Mistake } from '../mistake.ts';

export const DILATION: readonly Mistake[] = [
  {
    id: 'dilation-hw-swapped',
    family: 'dilation',
    title: 'dilations of height and width are exchanged',
    cause:
      'Taps stand at (oh·stride[0] + kh·dilation[1] − padding[0], ow·stride[1] + kw·dilation[0] − padding[1]).',
    shows: 'Wrong everywhere, mostly with another shape.',
    fix: '`dilation=(dilation_h, dilation_w)`: height comes first.',
    evidence: [
      'https://github.com/tinygrad/tinygrad/issues/17805',
      'https://github.com/mlpack/mlpack/issues/3146',
    ],
    scope: { leastAxes: 2 },
    variants: [
      { change: bothAxes((h, w) => [{ dilation: w.dilation }, { dilation: h.dilation }]) },
      {
        note: 'in the taps alone',
        change: bothAxesInPlace((h, w) => [{ dilation: w.dilation }, { dilation: h.dilation }]),
      },
    ],
  },
  {
    id: 'dilation-zero-based-vs-one-based',
    family: 'dilation',
    title: '0-based and 1-based dilation are mixed up',
    cause:
      "PyTorch's dilation 1 is a dense kernel, oneDNN's is dilation 0. Taken over as it is, taps stand dilation + 1 apart, or dilation − 1 the other way round.",
    shows: 'Wrong everywhere, mostly with another shape; with a step of 0 all taps read one pixel.',
    fix: "Convert once, at the boundary: oneDNN's dilation = PyTorch's − 1.",
    evidence: [
      'https://github.com/uxlfoundation/oneDNN/issues/438',
      'https://github.com/uxlfoundation/oneDNN/issues/587',
      'https://github.com/uxlfoundation/oneDNN/issues/1652',
      'https://github.com/uxlfoundation/oneDNN/issues/2359',
      'https://github.com/webmachinelearning/webnn/issues/444',
    ],
    variants: [
      { note: 'one too many', change: eachAxis((axis) => ({ dilation: axis.dilation + 1 })) },
      { note: 'one too few', change: eachAxis((axis) => ({ dilation: axis.dilation - 1 })) },
    ],
  },
  {
    id: 'dilation-on-window-not-tap',
    family: 'dilation',
    title: "the dilation multiplies the window's step",
    cause: 'Taps stand at oh·stride·dilation + kh − padding instead of oh·stride + kh·dilation − padding.',
    shows: 'The right shape, wrong everywhere; the last windows lie outside of the input.',
    fix: 'Between windows step by stride, between taps by dilation.',
    evidence: [],
    related: ['https://github.com/sebgao/cTensor/issues/4'],
    variants: [{ change: eachAxisInPlace((axis) => ({ stride: axis.stride * axis.dilation, dilation: 1 })) }],
  },
  {
    id: 'dilation-only-in-shape',
    family: 'dilation',
    title: 'only the output size knows the dilation',
    cause: 'H_out counts dilation·(kH − 1) + 1, but taps stand at oh·stride + kh − padding.',
    shows: 'The right shape, wrong everywhere.',
    fix: 'The address needs it too: kh·dilation.',
    evidence: ['https://github.com/deeplearning4j/deeplearning4j/issues/8320'],
    variants: [{ change: eachAxisInPlace(() => ({ dilation: 1 })) }],
  },
];
