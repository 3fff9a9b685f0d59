/**
 * The sums of grad-weight: of a weight over the pixels that its tap reads and all samples.
 */
import { factorsOf } from '../core/operands.ts';
import { type DirectFunctions, DOUBLE, givenIn, LANES, offsetsIn, upTo } from './direct-sums.ts';
import type { GradientRun } from './gradient-run.ts';
import { instantiate } from './instantiate.ts';
import { stretchesOf } from './meetings.ts';

/** Rows are input channels, lanes output channels, and all samples run beside each other. */
export function sumWeights(
  { arena, problem, operands, placed, meetings, kind, onProgress }: GradientRun,
  result: number,
): void {
  const { batch, inChannels, outChannels, groups, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { positions: taps, firstPlane: pixels, secondPlane: windows } = placed;
  const { copyInput, copyLanes, contract } = instantiate<DirectFunctions>('direct', arena);
  const [first, second] = factorsOf(problem, operands);
  const [input, gradient] = [givenIn(arena, first.data), givenIn(arena, second.data)];
  const identity = offsetsIn(arena, [upTo(pixels)], 1);
  const image = arena.allocate(channels * pixels * batch * DOUBLE).address;
  const kernel = arena.allocate(Math.ceil(outputs / LANES) * LANES * windows * batch * DOUBLE).address;
  const bases = offsetsIn(arena, [upTo(channels)], pixels * batch * DOUBLE);
  const targets = offsetsIn(arena, [upTo(channels)], taps * DOUBLE);
  const tables = meetings.flatMap(({ positions, first: read, second: met }) =>
    positions.map((tap, at) => {
      const stretches = stretchesOf(read[at]!, met);
      return {
        tap,
        count: stretches.length,
        first: offsetsIn(arena, [stretches.map(({ pixel }) => pixel)], batch * DOUBLE),
        second: offsetsIn(arena, [stretches.map(({ window }) => window)], batch * LANES * DOUBLE),
        lengths: offsetsIn(arena, [stretches.map(({ length }) => length)], batch * DOUBLE),
      };
    }),
  );
  const sign = kind === 'magnitudes' ? 1 : 0;
  for (let g = 0; g < groups; g++) {
    const from = gradient.at(g * outputs * windows);
    copyLanes(
      from,
      outputs,
      windows,
      windows,
      batch,
      outChannels * windows,
      gradient.isWide,
      zeroPoints.weight,
      sign,
      kernel,
    );
    for (let channel = 0; channel < channels; channel++) {
      copyInput(
        input.at((g * channels + channel) * pixels),
        inChannels * pixels,
        batch,
        identity,
        pixels,
        input.isWide,
        zeroPoints.input,
        sign,
        image + channel * pixels * batch * DOUBLE,
      );
    }
    for (const { tap, count, ...table } of tables) {
      contract(
        image,
        bases,
        channels,
        table.first,
        0,
        kernel,
        windows * batch * LANES * DOUBLE,
        table.second,
        table.lengths,
        count,
        outputs,
        targets,
        channels * taps * DOUBLE,
        0,
        result + (g * outputs * channels * taps + tap) * DOUBLE,
      );
    }
    onProgress?.(g + 1, groups);
  }
}
