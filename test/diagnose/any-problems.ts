/**
 * Random problems of every direction, dimension and padding mode, small enough that every mistake can be made on each.
 */
import fc from 'fast-check';
import { windowExtent } from '../../src/core/geometry.ts';
import { DIRECTIONS, PADDING_MODES, type Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';

const KINDS = [...DIRECTIONS, 'transposed'] as const;

/** What is drawn of each axis; up to 2 windows more than one on each in 3-D, where they multiply. */
const axis = fc.record({
  kernelSize: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  begin: fc.integer({ min: 0, max: 2 }),
  end: fc.integer({ min: 0, max: 2 }),
  spare: fc.integer({ min: 0, max: 3 }),
});

/** Problems of any kind. */
export function anyProblems(): fc.Arbitrary<Problem> {
  return fc
    .record({
      kind: fc.constantFrom(...KINDS),
      axes: fc
        .integer({ min: 1, max: 3 })
        .chain((rank) => fc.array(axis, { minLength: rank, maxLength: rank })),
      mode: fc.constantFrom(...PADDING_MODES),
      batch: fc.integer({ min: 1, max: 2 }),
      groups: fc.constantFrom(1, 1, 2, 3),
      groupInputs: fc.integer({ min: 1, max: 3 }),
      groupOutputs: fc.integer({ min: 1, max: 3 }),
      bias: fc.boolean(),
    })
    .map(({ kind, axes, mode, batch, groups, groupInputs, groupOutputs, bias }) => {
      const transposed = kind === 'transposed';
      // No mode reads more than what is there again, and reflection leaves the edge out.
      // Uneven ends are zero padding's: what is left over at an end is cropped, which the modes refuse.
      const ends = axes.map(({ begin, end }) => (mode === 'zeros' ? end : begin));
      const sizes = axes.map(
        (one, a) => Math.max(windowExtent(one) - one.begin - ends[a]!, one.begin + 1) + one.spare,
      );
      const inputSize = transposed ? axes.map(({ spare }) => 2 + spare) : sizes;
      return resolveProblem({
        ...(transposed ? { transposed } : { direction: kind, paddingMode: mode }),
        spatialDims: axes.length,
        batch,
        groups,
        inChannels: groups * groupInputs,
        outChannels: groups * groupOutputs,
        bias,
        inputSize,
        kernelSize: axes.map(({ kernelSize }) => kernelSize),
        stride: axes.map(({ stride }) => stride),
        dilation: axes.map(({ dilation }) => dilation),
        ...(transposed
          ? { padding: axes.map((one) => Math.min(one.begin, Math.floor((windowExtent(one) - 1) / 2))) }
          : { padding: axes.map(({ begin }) => begin), paddingEnd: ends }),
      });
    });
}
