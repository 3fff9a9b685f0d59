/**
 * Indices that are too narrow.
 */
import { columnsBelow, windowsBelow } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import { type Change, NONE } from '../wiring.ts';

/** A signed 16-bit index whose negative values count from the end, as NumPy's do. */
const SIGNED_FROM_THE_END: Change = {
  input: (_, { sizes: { N, C_in, ID, IH, IW } }) => {
    const count = N * C_in * ID * IH * IW;
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
    cause:
      "An index beyond the type's largest value wraps or is lost: 2^31 − 1 in 32 bits. It is injected here with 16 bits, whose limit small tensors reach.",
    shows: 'Right up to the limit, wrong or a crash behind it.',
    fix: '64-bit indices: `int64_t`, `size_t`.',
    evidence: [
      'https://github.com/tensorflow/tensorflow/issues/47525',
      'https://github.com/ROCm/MIOpen/issues/3099',
      'https://github.com/alibaba/MNN/issues/4817',
      'https://github.com/deeplearning4j/nd4j/issues/2833',
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
    title: 'the number of column entries wraps',
    cause:
      'K·L is counted in too few bits, so that the loop ends early and the rest of the columns is never written. It is injected here with 16 bits.',
    shows: 'Wrong from some position on; differs from run to run where the workspace was not cleared.',
    fix: 'Count in 64 bits.',
    evidence: ['https://github.com/ROCm/rocm-libraries/issues/4611'],
    variants: [
      { note: '16 bits', change: columnsBelow(2 ** 16) },
      { note: '15 bits', change: columnsBelow(2 ** 15) },
      { note: '8 bits', change: columnsBelow(2 ** 8) },
      { note: 'of L, 8 bits', change: windowsBelow(2 ** 8) },
      { note: 'of L, 16 bits', change: windowsBelow(2 ** 16) },
    ],
  },
];
