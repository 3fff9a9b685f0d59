/**
 * P4 and P5: that fold puts each product where the direct path has that window's output, once, and that each output
 * gets its own channel's bias, once. Real stages on tokens.
 */
import { planDecomposition } from '../core/plan.ts';
import { bareConvolution, outputShape, type Problem } from '../core/problem.ts';
import { coordinates, elementCount, type Shape, sameShape } from '../core/shape.ts';
import { giveBack } from '../core/spare.ts';
import { type Tensor, zeros } from '../core/tensor.ts';
import type { Difference } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import type { OutputPart } from './wiring-slices.ts';
import { originOf } from './wiring-taps.ts';
import { firstToken, tokens } from './wiring-tokens.ts';

/**
 * P4: output element i, counted as the direct path counts them, is product element i. In the gradients the same turned
 * round: unfold lays the incoming gradient's element i out as element i.
 */
export function comparePlaces(
  problem: Problem,
  { samples, channels, axes }: OutputPart,
  { pipeline }: Paths,
): Difference | undefined {
  const part: Problem = {
    ...bareConvolution(problem),
    batch: samples,
    outChannels: channels,
    groups: 1,
    axes,
  };
  const { fold, gemm } = planDecomposition(part);
  const [laid, flat] = [outputShape(part), [samples, channels, gemm.L]];
  const isForward = problem.direction === 'forward';
  const [from, to] = isForward ? [flat, laid] : [laid, flat];
  const given = tokens(from, part.dtype);
  const result = isForward ? pipeline.fold(given, fold) : pipeline.unfold(given, fold);
  if (!sameShape(result.shape, to)) return wrongShape('P4', to, result.shape);
  const element = firstNotCounted(result, firstToken(from));
  if (element === undefined) {
    giveBack(given.data, result.data);
    return undefined;
  }
  const of = isForward ? 'product' : 'grad_output';
  return {
    obligation: 'P4',
    output: coordinates(element, laid),
    expected: { kind: 'element', of, index: coordinates(element, from) },
    found: originOf(result.data[element] as number, of, from),
  };
}

/** P5: zeros get each bias once, and what it is added to stays what it is under a bias of zeros. */
export function compareBiases(
  problem: Problem,
  { samples, channels, axes }: OutputPart,
  { pipeline }: Paths,
): Difference | undefined {
  const { dtype } = bareConvolution(problem);
  const size = axes.map((axis) => (problem.transposed ? axis.inputSize : axis.outputSize));
  const L = elementCount(size);
  const laid = [samples, channels, ...size];
  const shape = problem.transposed ? laid : [samples, channels, L];
  const [product, bias] = [tokens(shape, dtype), tokens([channels], dtype)];
  const biased = pipeline.addBias(zeros(bias.dtype, shape), bias);
  const kept = pipeline.addBias(product, zeros(product.dtype, bias.shape));
  for (const result of [biased, kept]) {
    if (!sameShape(result.shape, shape)) return wrongShape('P5', shape, result.shape);
  }
  const unbiased = firstOfOther(biased, firstToken(bias.shape), channels, L);
  if (unbiased !== undefined) {
    const output = coordinates(unbiased, laid);
    return {
      obligation: 'P5',
      output,
      expected: { kind: 'element', of: 'bias', index: output.slice(1, 2) },
      found: originOf(biased.data[unbiased] as number, 'bias', bias.shape),
    };
  }
  const changed = firstNotCounted(kept, firstToken(shape));
  if (changed === undefined) return undefined;
  return {
    obligation: 'P5',
    output: coordinates(changed, laid),
    expected: { kind: 'element', of: 'product', index: coordinates(changed, shape) },
    found: originOf(kept.data[changed] as number, 'product', shape),
  };
}

/** The first element that does not count up from `first`. */
function firstNotCounted({ data }: Tensor, first: number): number | undefined {
  for (let i = 0; i < data.length; i++) if (data[i] !== first + i) return i;
  return undefined;
}

/** The first element of a plane of L whose values are not its channel's, which count up from `first` in each sample. */
function firstOfOther({ data }: Tensor, first: number, channels: number, L: number): number | undefined {
  for (let plane = 0; plane * L < data.length; plane++) {
    const due = first + (plane % channels);
    for (let i = plane * L; i < (plane + 1) * L; i++) if (data[i] !== due) return i;
  }
  return undefined;
}

function wrongShape(obligation: 'P4' | 'P5', expected: Shape, found: Shape): Difference {
  return { obligation, expected: { kind: 'shape', shape: expected }, found: { kind: 'shape', shape: found } };
}
