/**
 * What a report calls the thing that is computed, and the path that it is computed by, in each direction.
 */
import type { Problem } from '../core/problem.ts';

/** How to speak of a problem. */
export interface DirectionWords {
  /** What must come out: `the convolution`. */
  readonly target: string;
  /** The suspect: `unfold → GEMM → fold`. */
  readonly decomposition: string;
  /** The same in a title: `unfold, GEMM, fold`. */
  readonly stages: string;
  /** The truth: `the direct convolution`. */
  readonly direct: string;
  /** What an output from elsewhere should be: `this convolution's output`. */
  readonly output: string;
}

const STAGES = { decomposition: 'unfold → GEMM → fold', stages: 'unfold, GEMM, fold' } as const;

/** The words for `problem`. */
export function directionWords({
  direction,
  transposed,
}: Pick<Problem, 'direction' | 'transposed'>): DirectionWords {
  if (transposed) return { ...STAGES, ...namesOf('transposed convolution') };
  switch (direction) {
    case 'forward':
      return { ...STAGES, ...namesOf('convolution') };
    case 'grad-input':
      return { ...STAGES, ...gradientOf('input') };
    case 'grad-weight':
      // The weight is one window, so nothing is left to lay out.
      return { decomposition: 'unfold → GEMM', stages: 'unfold and GEMM', ...gradientOf('weight') };
  }
}

function namesOf(layer: string) {
  return { target: `the ${layer}`, direct: `the direct ${layer}`, output: `this ${layer}'s output` };
}

function gradientOf(operand: string) {
  const target = `the gradient with respect to the ${operand}`;
  return { target, direct: 'the direct gradient', output: target };
}
