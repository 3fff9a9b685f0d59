/**
 * The sums of grad-weight: of a weight over the pixels that its tap reads and all samples.
 */
import { factorsOf } from '../core/operands.ts';
import type { ContactLists } from './contact-lists.ts';
import { DOUBLE, directFunctions, givenIn, INDEX, offsetsIn, upTo } from './direct-sums.ts';
import { roundedUp } from './gemm.ts';
import type { GradientRun } from './gradient-run.ts';

/** Rows are input channels, lanes output channels, and all samples run beside each other. */
export function sumWeights(
  { arena, problem, operands, placed, contacts, kind, onProgress }: GradientRun,
  result: number,
): void {
  const { batch, inChannels, outChannels, groups, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { positions: taps, firstPlane: pixels, secondPlane: windows } = placed;
  const { copyInput, copyLanes, contract, bytes, lanes } = directFunctions(arena, kind);
  const [first, second] = factorsOf(problem, operands);
  const [input, gradient] = [givenIn(arena, first.data), givenIn(arena, second.data)];
  const identity = offsetsIn(arena, [upTo(pixels)], 1);
  const image = arena.allocate(channels * pixels * batch * bytes).address;
  const kernel = arena.allocate(roundedUp(outputs, lanes) * windows * batch * bytes).address;
  const bases = offsetsIn(arena, [upTo(channels)], pixels * batch * bytes);
  const targets = offsetsIn(arena, [upTo(channels)], taps * DOUBLE);
  const stretches = stretchesOf(contacts);
  const pixelsRead = offsetsIn(arena, [stretches.first], batch * bytes);
  const windowsMet = offsetsIn(arena, [stretches.second], batch * lanes * bytes);
  const lengths = offsetsIn(arena, [stretches.lengths], batch * bytes);
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
        image + channel * pixels * batch * bytes,
      );
    }
    for (let tap = 0; tap < taps; tap++) {
      const start = stretches.starts[tap]!;
      contract(
        image,
        bases,
        channels,
        pixelsRead + start * INDEX,
        0,
        kernel,
        windows * batch * lanes * bytes,
        windowsMet + start * INDEX,
        lengths + start * INDEX,
        stretches.starts[tap + 1]! - start,
        outputs,
        targets,
        channels * taps * DOUBLE,
        0,
        result + (g * outputs * channels * taps + tap) * DOUBLE,
      );
      onProgress?.(g * taps + tap + 1, groups * taps);
    }
  }
}

/** Contacts of a position that go on by one in both factors, together: where they begin, and how many they are. */
function stretchesOf(contacts: ContactLists): ContactLists & { readonly lengths: readonly number[] } {
  const { starts, first, second } = contacts;
  const begins: number[] = [];
  const ownStarts = [0];
  for (let position = 0; position + 1 < starts.length; position++) {
    const [from, to] = [starts[position]!, starts[position + 1]!];
    for (let i = from; i < to; i++) {
      const goesOn = i > from && first[i] === first[i - 1]! + 1 && second[i] === second[i - 1]! + 1;
      if (!goesOn) begins.push(i);
    }
    ownStarts.push(begins.length);
  }
  return {
    starts: Uint32Array.from(ownStarts),
    first: Uint32Array.from(begins, (i) => first[i]!),
    second: Uint32Array.from(begins, (i) => second[i]!),
    // No stretch goes on from one position to the next.
    lengths: begins.map((begin, s) => (begins[s + 1] ?? first.length) - begin),
  };
}
