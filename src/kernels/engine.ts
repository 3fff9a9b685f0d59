/**
 * Which code computes a problem: WebAssembly where the engine has it and the work pays for it, core's functions otherwise.
 */
import { decompose } from '../core/decompose.ts';
import { type DirectResult, directConvolution } from '../core/direct.ts';
import { type Fill, fillOperands, termCount } from '../core/fill.ts';
import type { Operands } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { type Arena, createArena } from './arena.ts';
import { fastDecompose } from './decompose.ts';
import { fastDirect, isDirectlySummed } from './direct.ts';
import { chooseKernel, type GemmKernel } from './gemm.ts';
import { fastRandomTensors, isDrawn } from './random-tensors.ts';

/** What computed the decomposition: the plain loops, or WebAssembly with or without fused multiplications and additions. */
export type Kernel = 'reference' | GemmKernel;

/** The parts of a run. */
export interface Engine {
  /** Whose speed to expect. */
  readonly kind: 'reference' | 'kernels';
  fill(problem: Problem, fill: Fill, seed: number, loaded?: Partial<Operands>): Operands;
  decompose(problem: Problem, operands: Operands, onProgress?: OnProgress): Decomposed;
  direct(problem: Problem, operands: Operands, onProgress?: OnProgress): DirectResult;
}

/** A decomposition's result, and what computed it. */
export interface Decomposed {
  readonly output: Tensor;
  readonly kernel: Kernel;
}

/** Multiplications below which core is done before WebAssembly has been compiled. */
const LEAST_WORK = 2 ** 18;

/** core's functions alone. */
const REFERENCE: Engine = {
  kind: 'reference',
  fill: fillOperands,
  decompose: (problem, operands, onProgress) => ({
    output: decompose(problem, operands, onProgress).output,
    kernel: 'reference',
  }),
  direct: directConvolution,
};

/** One memory for all problems of the process: what it has touched for one it need not touch anew for the next. */
let shared: Arena | undefined;

/** The engine for `problem`. `deterministic`: the same bits on every machine, so that nothing is fused. */
export function engineFor(problem: Problem, deterministic = false): Engine {
  if (elementCount(resultShape(problem)) * termCount(problem) < LEAST_WORK) return REFERENCE;
  const kernel = chooseKernel(deterministic);
  shared ??= kernel && createArena();
  const arena = shared;
  if (kernel === undefined || arena === undefined) return REFERENCE;
  return {
    kind: 'kernels',
    fill: (of, fill, seed, loaded) =>
      within(
        arena,
        () => {
          const random = isDrawn(fill, of.dtype) ? () => fastRandomTensors(fill, seed, arena) : undefined;
          return fillOperands(of, fill, seed, loaded, random);
        },
        () => fillOperands(of, fill, seed, loaded),
      ),
    decompose: (of, operands, onProgress) =>
      within(
        arena,
        () => ({ output: fastDecompose(kernel, arena, of, operands, onProgress), kernel }),
        () => REFERENCE.decompose(of, operands, onProgress),
      ),
    direct: (of, operands, onProgress) =>
      isDirectlySummed(of, operands)
        ? within(
            arena,
            () => fastDirect(arena, of, operands, onProgress),
            () => directConvolution(of, operands, onProgress),
          )
        : directConvolution(of, operands, onProgress),
  };
}

/** What `fast` gives; what `plain` gives where the arena cannot hold it. All that was allocated is given back. */
function within<Result>(arena: Arena, fast: () => Result, plain: () => Result): Result {
  const mark = arena.mark();
  try {
    return fast();
  } catch (error) {
    if (error instanceof RangeError) return plain();
    throw error;
  } finally {
    arena.release(mark);
  }
}
