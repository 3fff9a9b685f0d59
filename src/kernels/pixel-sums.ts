/**
 * The sums of grad-input: of a pixel over the windows that read it and all output channels.
 */
import { factorsOf } from '../core/operands.ts';
import { place } from './arena.ts';
import { biasesIn, type DirectFunctions, DOUBLE, givenIn, LANES, offsetsIn, upTo } from './direct-sums.ts';
import type { GradientRun } from './gradient-run.ts';
import { instantiate } from './instantiate.ts';

/** Rows are pixels, lanes input channels, and all output channels of a group run beside each other. */
export function sumPixels(
  { arena, problem, operands, placed, meetings, kind, onProgress }: GradientRun,
  result: number,
): void {
  const { batch, inChannels, outChannels, groups, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { positions: pixels, firstPlane: windows, secondPlane: taps } = placed;
  const { copyInput, copyLanes, contract } = instantiate<DirectFunctions>('direct', arena);
  const [first, second] = factorsOf(problem, operands);
  const [gradient, weight] = [givenIn(arena, first.data), givenIn(arena, second.data)];
  const biases = biasesIn(arena, problem, operands, kind);
  const identity = offsetsIn(arena, [upTo(windows)], 1);
  const image = arena.allocate(windows * outputs * DOUBLE).address;
  const kernel = arena.allocate(Math.ceil(channels / LANES) * LANES * taps * outputs * DOUBLE).address;
  const bases = place(arena, new Uint32Array(pixels)).address;
  const tables = meetings.map((meeting) => ({
    rows: meeting.positions.length,
    count: meeting.second.length,
    targets: offsetsIn(arena, [meeting.positions], DOUBLE),
    first: offsetsIn(arena, meeting.first, outputs * DOUBLE),
    second: offsetsIn(arena, [meeting.second], outputs * LANES * DOUBLE),
    lengths: place(arena, new Uint32Array(meeting.second.length).fill(outputs * DOUBLE)).address,
  }));
  const sign = kind === 'magnitudes' ? 1 : 0;
  for (let g = 0; g < groups; g++) {
    const from = weight.at(g * outputs * channels * taps);
    copyLanes(
      from,
      channels,
      taps,
      taps,
      outputs,
      channels * taps,
      weight.isWide,
      zeroPoints.weight,
      sign,
      kernel,
    );
    for (let n = 0; n < batch; n++) {
      const plane = gradient.at((n * outChannels + g * outputs) * windows);
      copyInput(plane, windows, outputs, identity, windows, gradient.isWide, zeroPoints.input, sign, image);
      const to = result + (n * inChannels + g * channels) * pixels * DOUBLE;
      for (const meeting of tables) {
        contract(
          image,
          bases,
          meeting.rows,
          meeting.first,
          meeting.count * Uint32Array.BYTES_PER_ELEMENT,
          kernel,
          taps * outputs * LANES * DOUBLE,
          meeting.second,
          meeting.lengths,
          meeting.count,
          channels,
          meeting.targets,
          pixels * DOUBLE,
          biases.of(g * channels),
          to,
        );
      }
      onProgress?.(g * batch + n + 1, groups * batch);
    }
  }
}
