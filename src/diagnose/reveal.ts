/**
 * The smallest problem that reveals a mistake, with numbers on which it shows: what is due, and what the mistake gives.
 */
import { fillOperands, operandDtype } from '../core/fill.ts';
import { factorsOf, type Operands, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { randomTensors, symmetricRange } from '../core/random-tensors.ts';
import { elementCount, type Shape, sameShape } from '../core/shape.ts';
import { isQuantised, type Tensor, zeros } from '../core/tensor.ts';
import { applicable } from './applies.ts';
import { buildWiring, rightWiring } from './build-wiring.ts';
import { agrees } from './case.ts';
import { elementsOf, evaluator } from './evaluate.ts';
import { kindOf } from './kind.ts';
import type { Mistake } from './mistake.ts';
import { referenceOf } from './reference.ts';
import { compareWiring } from './same-wiring.ts';
import { smallProblems } from './small-problems.ts';
import type { Wiring } from './wiring.ts';

/** Values by row-major offset, in float64. */
export interface Values {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** Kinds of numbers, each tried where those before it show nothing. */
export type DataKind = 'integers' | 'floats' | 'nan';

/** A mistake on the smallest problem of the search that reveals it, as its first variant makes it. */
export interface Reveal {
  readonly problem: Problem;
  readonly kind: DataKind;
  readonly operands: Operands;
  readonly expected: Values;
  /** What the mistake gives; undefined where it gives nothing. */
  readonly actual: Values | undefined;
  /** Why it gives nothing. */
  readonly raises: string | undefined;
}

/** Problems that are searched, behind the first one that raises, for one that gives a wrong output instead. */
const MOST_SEARCHED = 300;

/** Undefined where no problem of the search reveals `mistake`. */
export function revealOf(mistake: Mistake): Reveal | undefined {
  const [{ change }] = mistake.variants;
  let raising: Reveal | undefined;
  let searched = 0;
  for (const problem of smallProblems(kindOf(mistake))) {
    if (raising !== undefined && ++searched > MOST_SEARCHED) break;
    const reference = referenceOf(problem);
    if (applicable([mistake], reference.sizes).length === 0) continue;
    const sameness = compareWiring(reference, change);
    if (sameness !== 'different' && sameness !== 'data') continue;
    const wiring = buildWiring(reference.sizes, [change]);
    if (wiring === undefined || wiring.raises !== undefined) {
      const [h, w] = change.axes?.(reference.sizes.right, reference.sizes) ?? reference.sizes.right;
      const none = `no window is left: H_out×W_out = ${h.windows}×${w.windows}`;
      raising ??= raisingReveal(problem, wiring?.raises ?? none);
      continue;
    }
    const isData = sameness === 'data' && !isQuantised(problem.dtype);
    const kinds: readonly DataKind[] = isData ? ['integers', 'floats', 'nan'] : ['integers'];
    for (const kind of kinds) {
      const found = showing(problem, wiring, kind);
      if (found !== undefined) return found;
    }
  }
  return raising;
}

function raisingReveal(problem: Problem, raises: string): Reveal {
  const operands = operandsFor(problem, 'integers', 0);
  const expected = valuesOf(rightWiring(problem), operands, problem);
  return { problem, kind: 'integers', operands, expected, actual: undefined, raises };
}

/** Draws of the data until one shows a difference; different polynomials agree on few integers. */
const MOST_DRAWS = 8;
/** Draws of digits; behind them quantised tensors hold all that their dtype does. */
const DIGIT_DRAWS = 4;

function showing(problem: Problem, wiring: Wiring, kind: DataKind): Reveal | undefined {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const operands = operandsFor(problem, kind, draw);
    if (showsOn(problem, wiring, operands)) {
      const expected = valuesOf(rightWiring(problem), operands, problem);
      const actual = valuesOf(wiring, operands, problem);
      return { problem, kind, operands, expected, actual, raises: undefined };
    }
  }
  return undefined;
}

/** True where the two outputs differ by more than rounding may make them. */
export function showsOn(problem: Problem, wiring: Wiring, operands: Operands): boolean {
  const right = rightWiring(problem);
  if (!sameShape(right.shape, wiring.shape)) return true;
  const due = evaluator(right, operands, problem.dtype);
  const given = evaluator(wiring, operands, problem.dtype);
  return Array.from({ length: elementsOf(right) }, (_, element) => element).some((element) => {
    const { value, bound } = due(element);
    return !agrees(given(element).value, value, bound);
  });
}

function valuesOf(wiring: Wiring, operands: Operands, { dtype }: Problem): Values {
  const evaluate = evaluator(wiring, operands, dtype);
  return {
    shape: wiring.shape,
    data: Array.from({ length: elementsOf(wiring) }, (_, element) => evaluate(element).value),
  };
}

/** Tensors of more elements are not printed, and hold ones: what counts beyond is not followed any more. */
export const MOST_COUNTED = 99;

/**
 * Tensors that people can follow. Integers count from 1 in the first draw, and are random up to ±9 later; floats are
 * what torch.manual_seed(draw) and torch.rand give; `nan` has NaN for the first pixel and 0 for every
 * weight, or the like of other factors.
 */
export function operandsFor(problem: Problem, kind: DataKind, draw: number): Operands {
  const { dtype, direction } = problem;
  if (isQuantised(dtype) && draw >= DIGIT_DRAWS) return fillOperands(problem, 'integer', draw);
  const random = randomTensors(kind === 'floats' ? 'uniform' : 'integer', draw);
  const counts = kind === 'integers' && draw === 0;
  const operands: Operands = Object.fromEntries(
    operandShapes(problem).map(([name, shape]) => {
      const own = operandDtype(problem, name);
      return [name, counts ? counting(shape, own) : random(own, shape, DIGITS)];
    }),
  );
  if (kind === 'nan') {
    const [first, second] = factorsOf({ direction }, operands);
    first.data[0] = Number.NaN;
    second.data.fill(0);
  }
  return operands;
}

/** −9 … 9 without 0: one digit each. */
const DIGITS = symmetricRange(9);

function counting(shape: Shape, dtype: Tensor['dtype']): Tensor {
  const tensor = zeros(dtype, shape);
  const count = elementCount(shape);
  for (let i = 0; i < count; i++) tensor.data[i] = count > MOST_COUNTED ? 1 : i + 1;
  return tensor;
}
