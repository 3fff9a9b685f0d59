/**
 * What is left over behind the last whole block.
 */
import { channelsBelow, outputFrom, termsBelow, wholeBlocks, writtenWhere } from '../change-output.ts';
import type { Mistake, Variant } from '../mistake.ts';
import { outputOffset } from '../sizes.ts';
import { type Change, NONE } from '../wiring.ts';

export const TAILS: readonly Mistake[] = [
  {
    id: 'tail-k-dropped',
    family: 'tails',
    title: 'terms behind the last block are missing',
    cause:
      "The sum runs over floor(K/T) blocks of T terms, and the last K mod T products are left out; a gradient's GEMM sums over C_out/groups or L terms.",
    shows: 'Wrong everywhere, often by little.',
    fix: 'Mask the last block, or pad K with zeros.',
    evidence: [
      'https://github.com/tile-ai/tilelang-ascend/issues/1341',
      'https://github.com/CNugteren/myGEMM/issues/1',
    ],
    variants: [
      { note: 'blocks of 4', change: termsBelow(4), directions: ['forward'] },
      ...termsBelowOnTheWayBack(4),
      ...[8, 16, 32, 64, 2, 3].flatMap((block): Variant[] => [
        { note: `blocks of ${block}`, change: termsBelow(block), directions: ['forward'] },
        ...termsBelowOnTheWayBack(block),
      ]),
    ],
  },
  {
    id: 'tail-oc-dropped',
    family: 'tails',
    title: 'channels behind the last block are missing',
    cause: 'Output channels are computed in whole blocks, and the last C_out mod block are left out.',
    shows: 'The last channels are 0 or stale.',
    fix: 'Mask the last block.',
    evidence: [
      'https://github.com/tile-ai/tilelang/issues/2537',
      'https://github.com/NervanaSystems/nervanagpu/issues/20',
    ],
    variants: [
      { note: 'blocks of 4', change: wholeChannels(4) },
      ...[8, 16, 32, 64, 2, 3].map((block) => ({ note: `blocks of ${block}`, change: wholeChannels(block) })),
      ...[4, 8, 16, 32, 2].map((block) => ({
        note: `blocks of ${block} of each group`,
        change: wholeChannelsOfGroups(block),
      })),
    ],
  },
  {
    id: 'tail-rows-dropped',
    family: 'tails',
    title: 'positions behind the last block are missing',
    cause: 'Output positions are computed in whole blocks, and the last ones of each image are left out.',
    shows: 'The last positions of each channel are 0 or stale.',
    fix: 'Mask the last block.',
    evidence: ['https://github.com/CNugteren/myGEMM/issues/2', 'https://github.com/Tencent/ncnn/issues/1384'],
    variants: [
      { note: 'blocks of 4', change: positionsBelow(4) },
      ...[8, 16, 32, 64, 2, 3].map((block) => ({
        note: `blocks of ${block}`,
        change: positionsBelow(block),
      })),
      ...[4, 8, 2, 3, 16].flatMap((block) => [
        {
          note: `blocks of ${block} rows`,
          change: writtenWhere(({ OH }) => {
            const end = wholeBlocks(OH, block);
            return end < OH ? (_n, _co, oh) => oh < end : undefined;
          }),
        },
        {
          note: `blocks of ${block} columns`,
          change: writtenWhere(({ OW }) => {
            const end = wholeBlocks(OW, block);
            return end < OW ? (_n, _co, _oh, ow) => ow < end : undefined;
          }),
        },
      ]),
    ],
  },
  {
    id: 'tail-right-border-even-kernel',
    family: 'tails',
    title: 'the last column of an even kernel is missing',
    cause: 'The number of vector steps is rounded down, which for an even kW leaves out the last column.',
    shows: 'The last column of the output is 0 or stale, for even kernels only.',
    fix: 'Round the number of steps up.',
    evidence: ['https://github.com/ARM-software/ComputeLibrary/issues/78'],
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

/** grad-input's GEMM sums over a group's output channels, grad-weight's over the windows. */
function termsBelowOnTheWayBack(block: number): Variant[] {
  const note = `blocks of ${block}`;
  return [
    {
      note,
      directions: ['grad-input'],
      change: {
        keeps: ({ sizes: { M } }) => {
          const end = wholeBlocks(M, block);
          return end < M ? (_, co) => co % M < end : undefined;
        },
      },
    },
    {
      note,
      directions: ['grad-weight'],
      change: {
        columns: (columns, { L }) => {
          const end = wholeBlocks(L, block);
          return end < L ? (n, row, l) => (l < end ? columns(n, row, l) : NONE) : columns;
        },
      },
    },
  ];
}

function wholeChannels(block: number): Change {
  return channelsBelow(({ C_out }) => wholeBlocks(C_out, block));
}

function wholeChannelsOfGroups(block: number): Change {
  return writtenWhere(({ M }) => {
    const end = wholeBlocks(M, block);
    return end < M ? (_n, co) => co % M < end : undefined;
  });
}

function positionsBelow(block: number): Change {
  return writtenWhere((sizes) => {
    const end = wholeBlocks(sizes.L, block);
    return end < sizes.L ? (_n, _co, ...at) => outputOffset(sizes, ...at) < end : undefined;
  });
}
