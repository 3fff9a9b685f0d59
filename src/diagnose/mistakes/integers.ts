/**
 * Indices that are too narrow.
 */
import { columnsBelow, windowsBelow } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import { type Change, NONE } from '../wiring.ts';

/** A signed 16-bit index whose negative values count from the end, as NumPy's do. */
const SIGNED_FROM_THE_END: Change = {
  input: (_, { sizes: { N, C_in, IH, IW } }) => {
    const count = N * C_in * IH * IW;
    return (offset) => {
      const wrapped = ((offset + 2 ** 15) % 2 ** 16) - 2 ** 15;
      return wrapped < 0 ? count + wrapped : wrapped;
    };
  },
};

export const INTEGERS: readonly Mistake[] = [
  {
    id: 'index-int32-overflow',
    family: 'integers',
    title: 'flat indices are computed in too few bits',
    cause: 'Flat index or buffer size computed in 32 bits wraps for > 2^31-1 elements.',
    shows: 'Crash or far positions wrong.',
    fix: '64-bit index.',
    evidence: [
      'tensorflow/tensorflow#47525',
      'ROCm/MIOpen#3099',
      'alibaba/MNN#4817',
      'deeplearning4j/nd4j#2833',
    ],
    variants: [
      { note: '16 bits', change: { input: () => (offset) => (offset < 2 ** 15 ? offset : NONE) } },
      { note: '16 bits, wrapping', change: { input: () => (offset) => offset % 2 ** 16 } },
      { note: '8 bits, wrapping', change: { input: () => (offset) => offset % 2 ** 8 } },
      { note: '16 bits, negative ones from the end', change: SIGNED_FROM_THE_END },
    ],
  },
  {
    id: 'loop-bound-wraps',
    family: 'integers',
    title: 'the number of column entries wraps, and the rest is never written',
    cause:
      'The total column count wraps to a small number: the tail of the columns is never written (stale workspace).',
    shows: 'Late positions garbage, intermittent.',
    fix: '64-bit count.',
    evidence: ['ROCm/rocm-libraries#4611'],
    variants: [
      { note: '16 bits', change: columnsBelow(2 ** 16) },
      { note: '15 bits', change: columnsBelow(2 ** 15) },
      { note: '8 bits', change: columnsBelow(2 ** 8) },
      { note: 'of L, 8 bits', change: windowsBelow(2 ** 8) },
      { note: 'of L, 16 bits', change: windowsBelow(2 ** 16) },
    ],
  },
];
