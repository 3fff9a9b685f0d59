/**
 * The sums of gradients, contact by contact.
 */
import type { Operands } from '../core/operands.ts';
import { placedTerms } from '../core/placed-terms.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../core/tensor.ts';
import { planesOf } from '../core/terms.ts';
import type { Arena } from './arena.ts';
import { listContacts, mostContacts } from './contact-lists.ts';
import { copyOf, DOUBLE, INDEX, LANES, type Sums, termsOfPlanes } from './direct-sums.ts';
import { roundedUp } from './gemm.ts';
import { sumPixels } from './pixel-sums.ts';
import { sumWeights } from './weight-sums.ts';

/**
 * Products for each contact below which core is quicker: listing one takes as long as some 50 of its products. (Node 20,
 * AMD EPYC.)
 */
const LEAST_PRODUCTS = 64;

/** True where the kernel is worth listing the contacts for. */
export function paysByContacts({ batch, inChannels, outChannels, groups }: Problem): boolean {
  return (batch * inChannels * outChannels) / groups >= LEAST_PRODUCTS;
}

/** Bytes of the arena that the sums take, but for what alignment adds. */
export function gradientBytes(problem: Problem): number {
  const { batch, inChannels, outChannels, groups, dtype, direction } = problem;
  const { firstPlane, secondPlane, positions } = placedTerms(problem);
  const [channels, outputs] = [inChannels / groups, outChannels / groups];
  const ofPixels = direction === 'grad-input';
  const [given, image, kernel] = ofPixels
    ? [
        batch * outChannels * firstPlane + outChannels * channels * secondPlane,
        firstPlane * outputs,
        roundedUp(channels, LANES) * secondPlane * outputs,
      ]
    : [
        batch * (inChannels * firstPlane + outChannels * secondPlane),
        channels * firstPlane * batch,
        roundedUp(outputs, LANES) * secondPlane * batch,
      ];
  // Where each contact stands in both factors and how long its stretch is; rows by where they begin and end.
  const tables = 3 * mostContacts(problem) + 2 * (ofPixels ? positions : channels) + firstPlane;
  return (
    given * BYTES_PER_ELEMENT[dtype] +
    (image + kernel + elementCount(resultShape(problem)) + inChannels) * DOUBLE +
    tables * INDEX
  );
}

/** Bytes of the lists that are kept beside the arena. */
export function contactBytes(problem: Problem): number {
  return 2 * mostContacts(problem) * INDEX;
}

/** Prepares the sums of a gradient. */
export function gradientSums(arena: Arena, problem: Problem, operands: Operands): Sums {
  const placed = placedTerms(problem);
  const contacts = listContacts(problem);
  const of: Sums['of'] = (kind, onProgress) => {
    const mark = arena.mark();
    const sum = problem.direction === 'grad-input' ? sumPixels : sumWeights;
    const result = arena.allocate(elementCount(resultShape(problem)) * DOUBLE);
    sum({ arena, problem, operands, placed, contacts, kind, onProgress }, result.address);
    const output = copyOf(arena.float64(result));
    arena.release(mark);
    return output;
  };
  const [outer = 1, inner = 1] = placed.shape;
  const { count } = planesOf(problem, 0, 0);
  const { starts } = contacts;
  const ofPlane = Uint32Array.from(
    { length: placed.positions },
    (_, position) => (starts[position + 1]! - starts[position]!) * count,
  );
  return { of, ...termsOfPlanes(outer * inner, ofPlane, problem.bias) };
}
