/**
 * The forward convolution's sums, window by window.
 */
import { type Operands, operand } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../core/tensor.ts';
import { type Arena, place } from './arena.ts';
import {
  biasesIn,
  copyOf,
  DOUBLE,
  directFunctions,
  givenIn,
  INDEX,
  LANES,
  offsetsIn,
  type Sums,
  termsOfPlanes,
  upTo,
} from './direct-sums.ts';
import { roundedUp } from './gemm.ts';
import { paddedWindows } from './padded-windows.ts';

/** Bytes of the arena that the sums take, but for what alignment adds. */
export function windowBytes(problem: Problem): number {
  const { batch, inChannels, outChannels, groups, axes, dtype } = problem;
  const product = (size: (axis: Problem['axes'][number]) => number) =>
    axes.reduce((count, axis) => count * size(axis), 1);
  const positions = product(
    ({ outputSize, kernelSize, stride, dilation }) =>
      (outputSize - 1) * stride + (kernelSize - 1) * dilation + 1,
  );
  const windows = product(({ outputSize }) => outputSize);
  const taps = product(({ kernelSize }) => kernelSize);
  const channels = inChannels / groups;
  const lanes = roundedUp(outChannels / groups, LANES);
  const given = batch * inChannels * product(({ inputSize }) => inputSize) + outChannels * channels * taps;
  return (
    given * BYTES_PER_ELEMENT[dtype] +
    positions * (channels * DOUBLE + INDEX) +
    (2 * windows + 3 * taps) * INDEX +
    lanes * channels * taps * DOUBLE +
    outChannels * (batch * windows + 1) * DOUBLE
  );
}

/** Prepares the sums of a forward problem. */
export function windowSums(arena: Arena, problem: Problem, operands: Operands): Sums {
  const { batch, inChannels, outChannels, groups, axes, zeroPoints } = problem;
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const { pixels, taps, tapsInside, length, ...geometry } = paddedWindows(problem);
  const windows = geometry.starts.length;
  const count = geometry.stretches.length;
  const plane = elementCount(axes.map(({ inputSize }) => inputSize));
  const of: Sums['of'] = (kind, onProgress) => {
    const { copyInput, copyLanes, contract, bytes, lanes } = directFunctions(arena, kind);
    const inBytes = (positions: number) => positions * channels * bytes;
    const mark = arena.mark();
    const table = place(arena, pixels).address;
    const starts = offsetsIn(arena, [geometry.starts], inBytes(1));
    const stretches = offsetsIn(arena, [geometry.stretches], inBytes(1));
    // Weights are copied in the order that a window meets them.
    const tapsMet = offsetsIn(arena, [upTo(count)], lanes * inBytes(length));
    const lengths = offsetsIn(arena, [new Uint32Array(count).fill(length)], inBytes(1));
    const targets = offsetsIn(arena, [upTo(windows)], DOUBLE);
    const input = givenIn(arena, operand(operands, 'input').data);
    const weight = givenIn(arena, operand(operands, 'weight').data);
    const image = arena.allocate(inBytes(pixels.length)).address;
    const kernel = arena.allocate(roundedUp(outputs, lanes) * inBytes(taps)).address;
    const biases = biasesIn(arena, problem, operands, kind);
    const result = arena.allocate(batch * outChannels * windows * DOUBLE);
    const sign = kind === 'magnitudes' ? 1 : 0;
    for (let g = 0; g < groups; g++) {
      const from = weight.at(g * outputs * channels * taps);
      copyLanes(
        from,
        outputs,
        channels * taps,
        taps,
        channels,
        taps,
        weight.isWide,
        zeroPoints.weight,
        sign,
        kernel,
      );
      for (let n = 0; n < batch; n++) {
        const channel = (n * groups + g) * channels;
        copyInput(
          input.at(channel * plane),
          plane,
          channels,
          table,
          pixels.length,
          input.isWide,
          zeroPoints.input,
          sign,
          image,
        );
        const first = n * outChannels + g * outputs;
        contract(
          image,
          starts,
          windows,
          stretches,
          0,
          kernel,
          lanes * inBytes(taps),
          tapsMet,
          lengths,
          count,
          outputs,
          targets,
          windows * DOUBLE,
          biases.of(g * outputs),
          result.address + first * windows * DOUBLE,
        );
        onProgress?.(g * batch + n + 1, groups * batch);
      }
    }
    const output = copyOf(arena.float64(result));
    arena.release(mark);
    return output;
  };
  // Taps inside the input, in every channel of a group.
  const inside = tapsInside.map((count) => count * channels);
  return { of, ...termsOfPlanes(batch * outChannels, inside, problem.bias) };
}
