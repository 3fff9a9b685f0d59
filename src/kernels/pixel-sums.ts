/**
 * The sums of grad-input: of a pixel over the windows that read it and all output channels.
 */
import { factorsOf } from '../core/operands.ts';
import { alikePositions } from './contact-lists.ts';
import { biasesIn, DOUBLE, directFunctions, givenIn, INDEX, offsetsIn, upTo } from './direct-sums.ts';
import { roundedUp } from './gemm.ts';
import type { GradientRun } from './gradient-run.ts';

/** Rows are pixels, lanes input channels, and all output channels of a group run beside each other. */
export function sumPixels(
  { arena, problem, operands, placed, contacts, kind, onProgress }: GradientRun,
  result: number,
): void {
  const { batch, inChannels, outChannels, groups, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { positions: pixels, firstPlane: windows, secondPlane: taps } = placed;
  const { copyInput, copyLanes, contract, bytes, lanes } = directFunctions(arena, kind);
  const [first, second] = factorsOf(problem, operands);
  const [gradient, weight] = [givenIn(arena, first.data), givenIn(arena, second.data)];
  const biases = biasesIn(arena, problem, operands, kind);
  const identity = offsetsIn(arena, [upTo(windows)], 1);
  const image = arena.allocate(windows * outputs * bytes).address;
  const kernel = arena.allocate(roundedUp(channels, lanes) * taps * outputs * bytes).address;
  const { starts } = contacts;
  const rows = alikePositions(contacts);
  const bases = offsetsIn(arena, [new Uint32Array(pixels)], 1);
  const targets = offsetsIn(arena, rows, DOUBLE);
  // Those that meet the same taps stand one after the other; of the taps, one of them tells.
  const windowsRead = arena.allocate(contacts.first.length * INDEX);
  const tapsMet = arena.allocate(contacts.second.length * INDEX);
  writeLists(arena.uint32(windowsRead), contacts.first, starts, rows.flat(), outputs * bytes);
  const one = rows.map(([pixel]) => pixel as number);
  writeLists(arena.uint32(tapsMet), contacts.second, starts, one, outputs * lanes * bytes);
  const counts = one.map((pixel) => starts[pixel + 1]! - starts[pixel]!);
  const longest = counts.reduce((most, count) => Math.max(most, count), 0);
  const lengths = offsetsIn(arena, [new Uint32Array(longest).fill(outputs)], bytes);
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
      let [row, read, met] = [0, 0, 0];
      for (const [i, alike] of rows.entries()) {
        const count = counts[i] as number;
        contract(
          image,
          bases,
          alike.length,
          windowsRead.address + read * INDEX,
          count * INDEX,
          kernel,
          taps * outputs * lanes * bytes,
          tapsMet.address + met * INDEX,
          lengths,
          count,
          channels,
          targets + row * INDEX,
          pixels * DOUBLE,
          biases.of(g * channels),
          to,
        );
        row += alike.length;
        read += alike.length * count;
        met += count;
      }
      onProgress?.(g * batch + n + 1, groups * batch);
    }
  }
}

/** The lists of these pixels, one after the other, as byte offsets. */
function writeLists(
  to: Uint32Array,
  list: Uint32Array,
  starts: Uint32Array,
  pixels: readonly number[],
  bytes: number,
): void {
  let next = 0;
  for (const pixel of pixels) {
    for (let i = starts[pixel]!; i < starts[pixel + 1]!; i++) to[next++] = list[i]! * bytes;
  }
}
