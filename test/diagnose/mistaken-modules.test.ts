/**
 * The catalogue against PyTorch: a mistake, made in one of its ways, gives what PyTorch's own module that makes it gave.
 * What is named among all of the catalogue is in test/fixtures/diagnosis.test.ts; here only the way itself is run.
 */
import { expect, test } from 'vitest';
import { sameShape } from '../../src/core/shape.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { agrees } from '../../src/diagnose/case.ts';
import { evaluator } from '../../src/diagnose/evaluate.ts';
import { canBeMade, type Hypothesis, waysOf, waysOfPair } from '../../src/diagnose/hypothesis.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { type Sizes, sizesOf } from '../../src/diagnose/wiring.ts';
import { type MistakenModule, operandsOf, problemOf, readVectors, tensorOf } from '../vectors.ts';

const modules = readVectors<MistakenModule>('mistaken-modules').filter(
  ({ actual, mistakes }) =>
    actual !== undefined && mistakes.length > 0 && mistakes.every((id) => mistakeOf(id) !== undefined),
);

/** Variants of each of two: their product is tried. */
const MOST = 6;

function waysOfAll(mistakes: readonly Mistake[], sizes: Sizes): Hypothesis[] {
  const [a, b] = mistakes.map((mistake) => ({ mistake, variants: mistake.variants }));
  if (a === undefined) return [];
  return b === undefined ? waysOf(a.mistake, sizes) : waysOfPair(a, b, sizes, MOST);
}

test('most modules are of mistakes that the catalogue holds', () => {
  expect(modules.length).toBeGreaterThanOrEqual(180);
});

test.each(modules)('$id: $comment', (module) => {
  const problem = problemOf(module);
  const operands = operandsOf(module);
  const actual: Tensor = tensorOf(module.actual as NonNullable<typeof module.actual>, 'float64');
  // Ids that give the same numbers by computation stand in flags.
  const alone = module.flags.flatMap((id) => mistakeOf(id) ?? []).map((mistake) => [mistake]);
  const wanted =
    module.mistakes.length === 1 ? alone : [module.mistakes.flatMap((id) => mistakeOf(id) ?? [])];
  const sizes = sizesOf(problem);
  const gives = ({ wiring }: Hypothesis): boolean => {
    if (!sameShape(wiring.shape, actual.shape)) return false;
    const evaluate = evaluator(wiring, operands, problem.dtype);
    return actual.data.every((value, element) => {
      const own = evaluate(element);
      return agrees(value, own.value, own.bound);
    });
  };
  const possible = wanted.filter((mistakes) => mistakes.every((mistake) => canBeMade(mistake, sizes)));
  expect(possible.some((mistakes) => waysOfAll(mistakes, sizes).some(gives))).toBe(true);
});
