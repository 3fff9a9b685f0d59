/**
 * Padding modes taken for one another.
 */
import { clamp, mirror, modulo, paddedBy } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const PADDING_MODE: readonly Mistake[] = [
  {
    id: 'nonzero-pad-mode-becomes-zeros',
    family: 'padding',
    title: 'the padding mode is lost: zeros',
    cause:
      "A convolution with padding_mode 'reflect', 'replicate' or 'circular' is converted to one with the same padding, which holds zeros.",
    shows: 'Wrong along the border only.',
    fix: '`F.pad(x, pad, mode=mode)`, then the convolution with `padding=0`.',
    evidence: ['https://github.com/tenstorrent/tt-tvm/issues/53'],
    related: ['https://github.com/apache/tvm/issues/11127'],
    scope: { modes: ['reflect', 'replicate', 'circular'] },
    variants: [{ change: paddedBy((i, size) => (i >= 0 && i < size ? i : NONE)) }],
  },
  {
    id: 'reflect-as-replicate',
    family: 'padding',
    title: 'reflection repeats the edge',
    cause: 'Position −1 reads pixel 0, where reflection leaves the edge out and reads pixel 1.',
    shows: 'Wrong along the border only.',
    fix: 'Index −i reads pixel i, and H_in − 1 + i reads H_in − 1 − i.',
    evidence: [],
    related: ['https://github.com/pytorch/executorch/issues/14860'],
    scope: { modes: ['reflect'] },
    variants: [
      { note: 'replicated', change: paddedBy(clamp) },
      { note: 'mirrored with the edge', change: paddedBy((i, size) => mirror(i, size, 1)) },
    ],
  },
  {
    id: 'replicate-as-reflect',
    family: 'padding',
    title: 'replication mirrors the input',
    cause: 'Position −i reads pixel i, where replication reads the edge, pixel 0, at every distance.',
    shows: 'Wrong along the border only; with the edge repeated, from a padding of 2 on.',
    fix: '`F.pad(x, pad, mode="replicate")`: clamp the index to 0 … H_in − 1.',
    evidence: [],
    scope: { modes: ['replicate'] },
    variants: [
      { change: paddedBy((i, size) => mirror(i, size, 0)) },
      { note: 'with the edge repeated', change: paddedBy((i, size) => mirror(i, size, 1)) },
      { note: 'wrapped around', change: paddedBy(modulo) },
    ],
  },
  {
    id: 'circular-as-reflect',
    family: 'padding',
    title: 'circular padding reads the nearer end',
    cause:
      'Position −i reads pixel i or the edge, where circular padding reads H_in − i, from the other end.',
    shows: 'Wrong along the border only.',
    fix: '`F.pad(x, pad, mode="circular")`: the index modulo H_in.',
    evidence: [],
    scope: { modes: ['circular'] },
    variants: [
      { note: 'mirrored', change: paddedBy((i, size) => mirror(i, size, 0)) },
      { note: 'replicated', change: paddedBy(clamp) },
    ],
  },
];
