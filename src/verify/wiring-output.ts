/**
 * P4 and P5: that fold puts each product where the direct path has that window's output, once, and that each output
 * gets its own channel's bias, once. Real stages on tokens.
 */
import { planDecomposition } from '../core/plan.ts';
import { biasShape, outputShape, type Problem } from '../core/problem.ts';
import { coordinates, type Shape, sameShape } from '../core/shape.ts';
import { type Tensor, zeros } from '../core/tensor.ts';
import type { Difference } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import type { OutputPart } from './wiring-slices.ts';
import { originOf } from './wiring-taps.ts';
import { firstToken, tokens } from './wiring-tokens.ts';

/** The problem whose output is the part. */
function cut(problem: Problem, { samples, channels, axes }: OutputPart): Problem {
  return { ...problem, batch: samples, outChannels: channels, groups: 1, axes };
}

/** P4: output element i, counted as the direct path counts them, is product element i. */
export function comparePlaces(
  problem: Problem,
  part: OutputPart,
  { pipeline }: Paths,
): Difference | undefined {
  const cutProblem = cut(problem, part);
  const { fold, gemm } = planDecomposition(cutProblem);
  const shape = outputShape(cutProblem);
  const product = tokens([part.samples, part.channels, gemm.L], problem.dtype);
  const output = pipeline.fold(product, fold);
  if (!sameShape(output.shape, shape)) return wrongShape('P4', shape, output.shape);
  const element = firstUnlike(output, (i) => firstToken(product.shape) + i);
  if (element === undefined) return undefined;
  return {
    obligation: 'P4',
    output: coordinates(element, shape),
    expected: { kind: 'element', of: 'product', index: coordinates(element, product.shape) },
    found: originOf(output.data[element] as number, 'product', product.shape),
  };
}

/** P5: zeros get each bias once, and products under a bias of zeros stay what they are. */
export function compareBiases(
  problem: Problem,
  part: OutputPart,
  { pipeline }: Paths,
): Difference | undefined {
  const cutProblem = cut(problem, part);
  const { gemm } = planDecomposition(cutProblem);
  const shape = [part.samples, part.channels, gemm.L];
  const biases = biasShape(cutProblem);
  const windows = part.axes.map((axis) => axis.outputSize);
  const at = (element: number) => {
    const [n, co, l] = coordinates(element, shape) as [number, number, number];
    return [n, co, ...coordinates(l, windows)];
  };
  const [product, bias] = [tokens(shape, problem.dtype), tokens(biases, problem.dtype)];
  const biased = pipeline.addBias(zeros(bias.dtype, shape), bias);
  const kept = pipeline.addBias(product, zeros(product.dtype, biases));
  for (const result of [biased, kept]) {
    if (!sameShape(result.shape, shape)) return wrongShape('P5', shape, result.shape);
  }
  const channel = (i: number) => Math.floor(i / gemm.L) % part.channels;
  const unbiased = firstUnlike(biased, (i) => firstToken(biases) + channel(i));
  if (unbiased !== undefined) {
    return {
      obligation: 'P5',
      output: at(unbiased),
      expected: { kind: 'element', of: 'bias', index: [channel(unbiased)] },
      found: originOf(biased.data[unbiased] as number, 'bias', biases),
    };
  }
  const changed = firstUnlike(kept, (i) => firstToken(shape) + i);
  if (changed === undefined) return undefined;
  return {
    obligation: 'P5',
    output: at(changed),
    expected: { kind: 'element', of: 'product', index: coordinates(changed, shape) },
    found: originOf(kept.data[changed] as number, 'product', shape),
  };
}

function firstUnlike({ data }: Tensor, expected: (element: number) => number): number | undefined {
  for (let i = 0; i < data.length; i++) if (data[i] !== expected(i)) return i;
  return undefined;
}

function wrongShape(obligation: 'P4' | 'P5', expected: Shape, found: Shape): Difference {
  return { obligation, expected: { kind: 'shape', shape: expected }, found: { kind: 'shape', shape: found } };
}
