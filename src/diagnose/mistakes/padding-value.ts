/**
 * Padding that holds something else than zeros.
 */
import { clamp, located, mirror, modulo } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import { pixelAt } from '../wiring.ts';

export const PADDING_VALUE: readonly Mistake[] = [
  {
    id: 'pad-value-not-zero',
    family: 'padding',
    title: 'the padding holds another value than 0',
    cause: 'Padding holds a constant other than 0, as F.pad(x, …, value=v) gives it.',
    shows: 'Border only.',
    fix: "Leave F.pad's value at 0.",
    evidence: ['pytorch.org/docs/stable/generated/torch.nn.functional.pad.html'],
    variants: [
      { note: '1', change: { paddingValue: 1 } },
      { note: '-1', change: { paddingValue: -1 } },
      { note: '128', change: { paddingValue: 128 } },
    ],
  },
  {
    id: 'pad-mode-replicate',
    family: 'padding',
    title: 'the border is replicated instead of padded with zeros',
    cause:
      "The border pixel is repeated outside the input: F.pad(mode='replicate') before the convolution where zeros are due.",
    shows: 'Border only.',
    fix: "Padding_mode='zeros', or F.pad(mode='constant').",
    evidence: [],
    variants: [
      { change: located((ih, iw, sizes) => pixelAt(sizes, clamp(ih, sizes.IH), clamp(iw, sizes.IW))) },
    ],
  },
  {
    id: 'pad-mode-reflect',
    family: 'padding',
    title: 'the border is reflected instead of padded with zeros',
    cause:
      "The input is mirrored at its border: F.pad(mode='reflect') before the convolution where zeros are due.",
    shows: 'Border only.',
    fix: "Padding_mode='zeros', or F.pad(mode='constant').",
    evidence: [],
    variants: [
      {
        change: located((ih, iw, sizes) => pixelAt(sizes, mirror(ih, sizes.IH, 0), mirror(iw, sizes.IW, 0))),
      },
      {
        note: 'with the edge repeated',
        change: located((ih, iw, sizes) => pixelAt(sizes, mirror(ih, sizes.IH, 1), mirror(iw, sizes.IW, 1))),
      },
    ],
  },
  {
    id: 'pad-mode-circular',
    family: 'padding',
    title: 'the input wraps around instead of being padded with zeros',
    cause:
      "The opposite border is read outside the input: F.pad(mode='circular') before the convolution where zeros are due.",
    shows: 'Border only.',
    fix: "Padding_mode='zeros', or F.pad(mode='constant').",
    evidence: [],
    variants: [
      { change: located((ih, iw, sizes) => pixelAt(sizes, modulo(ih, sizes.IH), modulo(iw, sizes.IW))) },
    ],
  },
];
