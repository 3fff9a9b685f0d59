/**
 * Operands and truths, by WebAssembly where the engine has it and the work pays for it, and by core otherwise.
 */
import { type DirectResult, directConvolution } from '../core/direct.ts';
import { type Fill, fillOperands } from '../core/fill.ts';
import { type Operands, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import { inArena, MOST_WORKSPACE, sharedArena } from './arena.ts';
import { arenaFor } from './decompose.ts';
import { directBytes, fastDirect } from './direct.ts';
import { contactBytes, paysByContacts } from './gradient-sums.ts';
import { fastRandomTensors, isDrawn } from './random-tensors.ts';

/**
 * Values below which core draws them. Core's code is not compiled yet in a new process: whole runs are 12 ms shorter by the
 * kernel at 2 thousand values and 20 ms at 15 thousand, but 4 ms longer at 400. (Node 20, two AMD EPYC cores.)
 */
const LEAST_DRAWN = 2 ** 10;

/** core's fillOperands. */
export function generate(
  problem: Problem,
  fill: Fill,
  seed: number,
  loaded: Partial<Operands> = {},
): Operands {
  const plainly = () => fillOperands(problem, fill, seed, loaded);
  if (!isDrawn(fill, problem.dtype)) return plainly();
  const drawn = operandShapes(problem).filter(([name]) => loaded[name] === undefined);
  const count = drawn.reduce((sum, [, shape]) => sum + elementCount(shape), 0);
  if (count < LEAST_DRAWN) return plainly();
  return inArena(
    sharedArena(),
    (arena) => {
      const random = () => fastRandomTensors(fill, seed, arena);
      return fillOperands(problem, fill, seed, loaded, random);
    },
    plainly,
  );
}

/** core's directConvolution. */
export function directly(problem: Problem, operands: Operands, onProgress?: OnProgress): DirectResult {
  const plainly = () => directConvolution(problem, operands, onProgress);
  if (!isFast(problem)) return plainly();
  return inArena(
    sharedArena(),
    (arena) => fastDirect(arena, problem, operands, onProgress) ?? plainly(),
    plainly,
  );
}

/** True where kernels run both paths of `problem`, on data that is finite. */
export function isFast(problem: Problem): boolean {
  const pays = problem.direction === 'forward' || paysByContacts(problem);
  return pays && directBytes(problem) <= MOST_WORKSPACE && arenaFor(problem) !== undefined;
}

/** Bytes of the kernels' memory that `directly` uses; 0 where core runs. */
export function directMemory(problem: Problem): number {
  return isFast(problem) ? directBytes(problem) : 0;
}

/** Bytes of what it lists beside that, of a gradient. */
export function directLists(problem: Problem): number {
  return isFast(problem) && problem.direction !== 'forward' ? contactBytes(problem) : 0;
}
