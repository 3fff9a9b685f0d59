/**
 * Vector loads and stores that go past the end of a row.
 */
import { writtenWhere } from '../change-output.ts';
import { addressedWhere } from '../change-reading.ts';
import type { Mistake } from '../mistake.ts';
import type { Change } from '../wiring.ts';

export const OVERRUNS: readonly Mistake[] = [
  {
    id: 'tail-over-read',
    family: 'tails',
    title: 'loads go past the end of a row',
    cause:
      'A row is loaded in whole vectors: columns iw ≥ W_in are not zeros but what follows in memory, the next row.',
    shows: 'Only the last output columns, or a crash.',
    fix: 'Mask the last load, or copy W_in elements and zero the rest.',
    evidence: [
      'https://github.com/PaddlePaddle/Paddle/issues/75716',
      'https://github.com/PaddlePaddle/Paddle/issues/76006',
      'https://github.com/opencv/opencv/issues/23151',
    ],
    scope: { modes: ['zeros'] },
    variants: [{ change: addressedWhere((ih, iw, { IH }) => ih >= 0 && ih < IH && iw >= 0) }],
  },
  {
    id: 'tail-over-write',
    family: 'tails',
    title: 'stores go past the end of a row',
    cause:
      'Whole vectors are stored where fewer elements are due, over the beginning of the row after, which was written before.',
    shows: 'The first elements of every row but the first.',
    fix: 'Mask the last store, or write rows in ascending order.',
    evidence: ['https://github.com/bhuman/CompiledNN/issues/7'],
    scope: { leastAxes: 2 },
    variants: [
      { note: 'vectors of 4', change: overwritten(4) },
      { note: 'vectors of 8', change: overwritten(8) },
      { note: 'vectors of 16', change: overwritten(16) },
    ],
  },
];

/** The elements of a row that the last vector of the row before overwrites are 0. */
function overwritten(vector: number): Change {
  return writtenWhere(({ OH, OW }) => {
    const over = (vector - (OW % vector)) % vector;
    return OH === 1 || over === 0 ? undefined : (_n, _co, oh, ow) => oh === 0 || ow >= over;
  });
}
