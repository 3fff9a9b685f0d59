/**
 * What is left over behind the last whole block.
 */
import { outputFrom, termsBelow, wholeBlocks, writtenWhere } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import type { Change } from '../wiring.ts';

export const TAILS: readonly Mistake[] = [
  {
    id: 'tail-k-dropped',
    family: 'tails',
    title: 'the terms behind the last whole block of K are missing',
    cause:
      'K loop runs floor(K/T) tiles; the last K mod T products are missing (or computed from padding garbage).',
    shows: 'Wrong everywhere by a small amount.',
    fix: 'Masked last tile.',
    evidence: ['tile-ai/tilelang-ascend#1341', 'CNugteren/myGEMM#1'],
    variants: [
      { note: 'blocks of 4', change: termsBelow(4) },
      ...[8, 16, 32, 64, 2, 3].map((block) => ({ note: `blocks of ${block}`, change: termsBelow(block) })),
    ],
  },
  {
    id: 'tail-oc-dropped',
    family: 'tails',
    title: 'output channels behind the last whole block are missing',
    cause: 'Output channels beyond the last full block are unwritten or stale.',
    shows: 'Last channels.',
    fix: 'Masked block.',
    evidence: ['tile-ai/tilelang#2537', 'NervanaSystems/nervanagpu#20'],
    variants: [
      { note: 'blocks of 4', change: channelsBelow(4) },
      ...[8, 16, 32, 64, 2, 3].map((block) => ({ note: `blocks of ${block}`, change: channelsBelow(block) })),
      ...[4, 8, 16, 32, 2].map((block) => ({
        note: `blocks of ${block} of each group`,
        change: channelsBelow(block, true),
      })),
    ],
  },
  {
    id: 'tail-rows-dropped',
    family: 'tails',
    title: 'output positions behind the last whole block are missing',
    cause: 'Output positions beyond the last full block of rows/columns are missing.',
    shows: 'Last positions of each image.',
    fix: 'Masked block.',
    evidence: ['CNugteren/myGEMM#2', 'Tencent/ncnn#1384'],
    variants: [
      { note: 'blocks of 4', change: positionsBelow(4) },
      ...[8, 16, 32, 64, 2, 3].map((block) => ({
        note: `blocks of ${block}`,
        change: positionsBelow(block),
      })),
      ...[4, 8, 2, 3, 16].flatMap((block) => [
        {
          note: `blocks of ${block} rows`,
          change: outputFrom(
            ({ OH }) =>
              (n, co, oh, ow) =>
                oh < wholeBlocks(OH, block) ? [n, co, oh, ow] : undefined,
          ),
        },
        {
          note: `blocks of ${block} columns`,
          change: outputFrom(
            ({ OW }) =>
              (n, co, oh, ow) =>
                ow < wholeBlocks(OW, block) ? [n, co, oh, ow] : undefined,
          ),
        },
      ]),
    ],
  },
  {
    id: 'tail-right-border-even-kernel',
    family: 'tails',
    title: 'the last output column of an even kernel is missing',
    cause: 'Last output column wrong for even kernels (number of vector steps rounded down).',
    shows: 'Last column only.',
    fix: 'Ceil the step count.',
    evidence: ['ARM-software/ComputeLibrary#78'],
    applies: ({ kW }) => kW % 2 === 0,
    variants: [
      {
        change: outputFrom(
          ({ OW }) =>
            (n, co, oh, ow) =>
              ow < OW - 1 ? [n, co, oh, ow] : undefined,
        ),
      },
    ],
  },
];

function channelsBelow(block: number, ofEachGroup = false): Change {
  return writtenWhere(({ C_out, M }, _n, co) =>
    ofEachGroup ? co % M < wholeBlocks(M, block) : co < wholeBlocks(C_out, block),
  );
}

function positionsBelow(block: number): Change {
  return writtenWhere(({ L, OW }, _n, _co, oh, ow) => oh * OW + ow < wholeBlocks(L, block));
}
