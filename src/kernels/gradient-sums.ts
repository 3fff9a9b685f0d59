/**
 * The sums of gradients, contact by contact (core/terms.ts).
 */
import type { Operands } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../core/tensor.ts';
import { placedTerms, planesOf } from '../core/terms.ts';
import type { Arena } from './arena.ts';
import { DOUBLE, LANES, type Sums, termsOfPlanes } from './direct-sums.ts';
import { meetingsOf } from './meetings.ts';
import { sumPixels } from './pixel-sums.ts';
import { sumWeights } from './weight-sums.ts';

/** Bytes of the arena that the sums take, but for what alignment adds. */
export function gradientBytes(problem: Problem): number {
  const { batch, inChannels, outChannels, groups, axes, dtype, direction } = problem;
  const product = (size: (axis: Problem['axes'][number]) => number) =>
    axes.reduce((count, axis) => count * size(axis), 1);
  const windows = product(({ outputSize }) => outputSize);
  const taps = product(({ kernelSize }) => kernelSize);
  const pixels = product(({ inputSize }) => inputSize);
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const gradient = batch * outChannels * windows;
  const blocks = (count: number) => Math.ceil(count / LANES) * LANES;
  const ofPixels = direction === 'grad-input';
  const other = ofPixels ? outChannels * channels * taps : batch * inChannels * pixels;
  const first = ofPixels ? windows * outputs : channels * pixels * batch;
  const second = ofPixels ? blocks(channels) * taps * outputs : blocks(outputs) * windows * batch;
  const rows = ofPixels ? pixels : channels;
  const identity = Math.max(windows, pixels);
  // What a position meets is told twice for each contact, and how long that is; rows by where they begin and end.
  const tables = 3 * windows * taps + 2 * rows + identity;
  return (
    (gradient + other) * BYTES_PER_ELEMENT[dtype] +
    (first + second + elementCount(resultShape(problem)) + inChannels) * DOUBLE +
    tables * Uint32Array.BYTES_PER_ELEMENT
  );
}

/** Prepares the sums of a gradient. */
export function gradientSums(arena: Arena, problem: Problem, operands: Operands): Sums {
  const placed = placedTerms(problem);
  const meetings = meetingsOf(placed);
  const of: Sums['of'] = (kind, onProgress) => {
    const mark = arena.mark();
    const run = problem.direction === 'grad-input' ? sumPixels : sumWeights;
    const result = arena.allocate(elementCount(resultShape(problem)) * DOUBLE);
    run({ arena, problem, operands, placed, meetings, kind, onProgress }, result.address);
    const output = arena.float64(result).slice();
    arena.release(mark);
    return output;
  };
  const [outer = 1, inner = 1] = placed.shape;
  const { count } = planesOf(problem, 0, 0);
  const ofPlane = new Uint32Array(placed.positions);
  for (const { positions, second } of meetings) {
    for (const position of positions) ofPlane[position] = second.length * count;
  }
  return { of, terms: termsOfPlanes(outer * inner, ofPlane, problem.bias) };
}

/** Bytes of the lists of contacts that are kept beside the arena: two numbers for each. */
export function contactBytes({ axes }: Problem): number {
  const contacts = axes.reduce((count, { outputSize, kernelSize }) => count * outputSize * kernelSize, 1);
  return 2 * contacts * DOUBLE;
}
