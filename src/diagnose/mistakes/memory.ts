/**
 * Memory that holds what it should not: a buffer that was not cleared, a border that was not filled.
 */
import { DIRECTIONS } from '../../core/problem.ts';
import { FLOATS, type Mistake } from '../mistake.ts';
import { outputOffset } from '../sizes.ts';

export const MEMORY: readonly Mistake[] = [
  {
    id: 'beta-one-without-clear',
    family: 'memory',
    title: 'the GEMM adds to what the output holds',
    cause:
      'The GEMM runs with beta = 1 on a buffer that still holds something: the output of the call before, or of the sample before.',
    shows: 'Too large by what the buffer held: twice the output where the same call ran before.',
    fix: 'beta = 0, or clear the output first: y.zero_() before torch.baddbmm(y, …).',
    evidence: [
      'https://github.com/pjreddie/darknet/issues/575',
      'https://github.com/LBANN/lbann/issues/1022',
    ],
    scope: { directions: DIRECTIONS },
    variants: [
      { note: 'the same call twice', change: { outputGain: () => () => 2 } },
      {
        note: 'sample after sample',
        directions: ['forward', 'grad-input'],
        change: {
          alsoAdds:
            ({ sizes }) =>
            (n, co, ...at) =>
              Array.from(
                { length: n },
                (_, earlier) => (earlier * sizes.C_out + co) * sizes.L + outputOffset(sizes, ...at),
              ),
        },
      },
    ],
  },
  {
    id: 'beta-zero-multiplies-nan',
    family: 'memory',
    title: 'beta = 0 is multiplied with NaN',
    cause: 'beta·y is computed although beta is 0, and 0·NaN is NaN: torch.empty may hold one.',
    shows: 'NaN everywhere that the buffer held NaN.',
    fix: 'Do not read the output where beta is 0; allocate it with torch.zeros.',
    evidence: [
      'https://github.com/hannes-brt/cudnn-python-wrappers/issues/7',
      'https://github.com/deeplearning4j/deeplearning4j/issues/3066',
    ],
    scope: { directions: DIRECTIONS, dtypes: FLOATS },
    variants: [{ change: { outputGain: () => () => Number.NaN } }],
  },
  {
    id: 'pad-border-uninitialised',
    family: 'memory',
    title: 'the padded border is never filled',
    cause:
      'The input is copied into the middle of a buffer from torch.empty, and its border keeps what it held: here NaN.',
    shows: 'Wrong, or NaN, at the border only, and not on every run.',
    fix: 'F.pad, or torch.zeros for the buffer on every call.',
    evidence: ['https://github.com/chelsea0x3b/dfdx/issues/677'],
    scope: { directions: ['forward', 'grad-weight'], modes: ['zeros'], dtypes: FLOATS },
    variants: [{ change: { paddingValue: () => Number.NaN } }],
  },
];
