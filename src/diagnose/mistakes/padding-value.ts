/**
 * Padding that holds something else than zeros.
 */
import { clamp, mirror, modulo, paddedBy } from '../change-reading.ts';
import { FLOATS, type Mistake } from '../mistake.ts';

export const PADDING_VALUE: readonly Mistake[] = [
  {
    id: 'pad-value-not-zero',
    family: 'padding',
    title: 'the padding holds another value than 0',
    cause:
      'F.pad(x, pad, value=v) fills the padding with v, where a convolution pads with 0: each tap in the padding adds weight·v.',
    shows: 'Wrong along the border only.',
    fix: '`F.pad(x, pad)`: its value is 0 unless given.',
    evidence: [],
    scope: { directions: ['forward', 'grad-weight'], modes: ['zeros'], dtypes: FLOATS },
    variants: [
      { note: '1', change: { paddingValue: () => 1 } },
      { note: '-1', change: { paddingValue: () => -1 } },
      { note: '128', change: { paddingValue: () => 128 } },
    ],
  },
  {
    id: 'pad-mode-replicate',
    family: 'padding',
    title: 'the padding replicates the border',
    cause:
      "Taps outside the input read the nearest border pixel, x[clamp(ih, 0, H_in − 1)], as F.pad(mode='replicate') gives it.",
    shows: 'Wrong along the border only.',
    fix: "`padding_mode='zeros'`, or `F.pad(x, pad, mode='constant')`.",
    evidence: [],
    scope: { modes: ['zeros'] },
    variants: [{ change: paddedBy(clamp) }],
  },
  {
    id: 'pad-mode-reflect',
    family: 'padding',
    title: 'the padding mirrors the input',
    cause:
      "Taps outside the input read its mirror image, x[−ih] for ih < 0, as F.pad(mode='reflect') gives it.",
    shows: 'Wrong along the border only.',
    fix: "`padding_mode='zeros'`, or `F.pad(x, pad, mode='constant')`.",
    evidence: [],
    scope: { modes: ['zeros'] },
    variants: [
      { change: paddedBy((i, size) => mirror(i, size, 0)) },
      { note: 'with the edge repeated', change: paddedBy((i, size) => mirror(i, size, 1)) },
    ],
  },
  {
    id: 'pad-mode-circular',
    family: 'padding',
    title: 'the padding wraps around the input',
    cause:
      "Taps outside the input read the opposite side, x[ih mod H_in], as F.pad(mode='circular') gives it.",
    shows: 'Wrong along the border only.',
    fix: "`padding_mode='zeros'`, or `F.pad(x, pad, mode='constant')`.",
    evidence: [],
    scope: { modes: ['zeros'] },
    variants: [{ change: paddedBy(modulo) }],
  },
];
