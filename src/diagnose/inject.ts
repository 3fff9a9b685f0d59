/**
 * Mutants: the outputs that a known mistake makes of a problem, and which witnesses catch them.
 *
 * A mistake has one mutant for each way in which its product can end up in an output: of its own size, or cut and
 * laid out until the shape is right, which is what people do when fold raises.
 */

import { directConvolution } from '../core/direct.ts';
import { fillOperands } from '../core/fill.ts';
import { factorNames, type OperandName, type Operands, operand } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { sameShape } from '../core/shape.ts';
import { isHalf, isQuantised, resultDtype, type Tensor, zeros } from '../core/tensor.ts';
import { checkAgainstDirect } from '../verify/check.ts';
import type { DataWitness, Truth } from '../verify/truth.ts';
import { applicable, variantsAt } from './applies.ts';
import { elementsOf, evaluator, roundingTo } from './evaluate.ts';
import type { Sameness } from './everywhere.ts';
import { gatherer } from './gather.ts';
import { type Hypothesis, waysOf } from './hypothesis.ts';
import type { Mistake } from './mistake.ts';
import { type Reference, referenceOf } from './reference.ts';
import { compareWiring } from './same-wiring.ts';
import { sameTapsAt } from './taps.ts';
import { NONE, type Wiring } from './wiring.ts';

/** What can catch a mistake: the wiring, without data; integers; floats. */
export type Catcher = 'wiring' | DataWitness;

export const CATCHERS: readonly Catcher[] = ['wiring', 'exact', 'rounding'];

/** A problem and all that mutants are judged by, made once for every mistake. */
export interface Bench {
  readonly problem: Problem;
  readonly reference: Reference;
  /** The tensors on which each witness is asked, one after the other until one shows a difference; made when asked. */
  readonly truths: Readonly<Record<DataWitness, readonly (() => Truth)[]>>;
}

/** Variants that are made: the one that the catalogue names first, or all. */
export type Variants = 'first' | 'all';

/** `Hypothesis.order` counts the ways of each variant from a multiple of this on. */
const WAYS_OF_VARIANT = 16;

/** What becomes of one mistake on one problem. */
export type Injection =
  /** It cannot be made there, or its taps are proven to be the right ones. */
  | { readonly kind: 'harmless' }
  /** It raises, or no output of it has the right shape: nobody can miss it. */
  | { readonly kind: 'shape' }
  /** Wrong outputs of the right shape. */
  | { readonly kind: 'values'; readonly outputs: number; readonly caughtBy: readonly Catcher[] };

/** The bench of `problem`: integers that sum exactly; normal floats; normal floats with one NaN; as its dtype has them. */
export function benchOf(problem: Problem, seed: number): Bench {
  const reference = referenceOf(problem);
  const truth = (operandsOf: () => Operands) =>
    once((): Truth => {
      const operands = operandsOf();
      return { problem, operands, direct: directConvolution(problem, operands) };
    });
  const { dtype } = problem;
  const normal = () => fillOperands(problem, 'normal', seed);
  return {
    problem,
    reference,
    truths: {
      // What is rounded once more is no exact sum, and integers do not round.
      exact: isHalf(dtype) ? [] : [truth(() => fillOperands(problem, 'integer', seed))],
      rounding: isQuantised(dtype) ? [] : [truth(normal), truth(() => withNaN(reference, normal()))],
    },
  };
}

/** The value of `make`, made at the first call. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Makes `mistake`, by these of its variants, in every way that gives an output of the right shape; `caughtBy` catch
 * each of them.
 */
export function inject(mistake: Mistake, bench: Bench, variants: Variants): Injection {
  const { fitting, otherwise } = waysAt(mistake, bench.reference, variants);
  const wrong = fitting.flatMap((way) => {
    const proven = differenceOf(way, bench.reference);
    return proven === 'same' ? [] : [{ way, proven }];
  });
  if (wrong.length === 0) return { kind: otherwise };
  const caughtBy = CATCHERS.filter((catcher) =>
    wrong.every(({ way, proven }) =>
      catcher === 'wiring' ? proven === 'different' : isCaught(way, bench, catcher),
    ),
  );
  return { kind: 'values', outputs: wrong.length, caughtBy };
}

/** The kind of injection that `inject` would give of the first variant, found without running it. */
export function visibilityOf(mistake: Mistake, reference: Reference): Injection['kind'] {
  const { fitting, otherwise } = waysAt(mistake, reference, 'first');
  return fitting.some((way) => differenceOf(way, reference) !== 'same') ? 'values' : otherwise;
}

/** The ways that give an output of the right shape, and what the mistake is where none of them is wrong. */
function waysAt(
  mistake: Mistake,
  { sizes, right }: Reference,
  variants: Variants,
): { readonly fitting: readonly Hypothesis[]; readonly otherwise: 'harmless' | 'shape' } {
  if (applicable([mistake], sizes).length === 0) return { fitting: [], otherwise: 'harmless' };
  const ways = waysOf(mistake, sizes, variants === 'all' ? Number.POSITIVE_INFINITY : 1);
  const fitting = ways.filter(({ wiring }) => sameShape(wiring.shape, right.shape));
  return { fitting, otherwise: ways.length > fitting.length || ways.length === 0 ? 'shape' : 'harmless' };
}

/** Whether it is another function of the tensors than the right one, decided by its taps. */
function differenceOf({ wiring, mistakes, order }: Hypothesis, reference: Reference): Sameness {
  // The way that compareWiring looks at: of its own size, the bias in the product.
  const change = variantsAt(mistakes[0] as Mistake, reference.sizes)[order / WAYS_OF_VARIANT]?.change;
  if (change !== undefined) return compareWiring(reference, change);
  if (wiring.arithmetic !== undefined) return 'data';
  return hasOtherTaps(wiring, reference.right) ? 'different' : 'same';
}

/** Element by element, up to the first that is another polynomial. */
function hasOtherTaps(wiring: Wiring, right: Wiring): boolean {
  return !sameTapsAt(
    right,
    wiring,
    Array.from({ length: elementsOf(right) }, (_, element) => element),
  );
}

/** Whether `witness` fails a wrong output, by what `verify --expected` asks. */
function isCaught(way: Hypothesis, { truths }: Bench, witness: DataWitness): boolean {
  return truths[witness].some((truthOf) => {
    const truth = truthOf();
    const output = outputOf(way, truth);
    return checkAgainstDirect(truth, output, 'external', witness, { kind: 'bound' }).verdict === 'fail';
  });
}

/** The output that `way` gives, every element of it, rounded to the dtype. */
export function outputOf({ wiring }: Hypothesis, { problem, operands }: Truth): Tensor {
  const evaluate = evaluator(wiring, operands, problem.dtype);
  const output = zeros(resultDtype(problem.dtype), wiring.shape);
  const round = roundingTo(problem.dtype);
  for (let element = 0; element < output.data.length; element++) {
    output.data[element] = round(evaluate(element).value);
  }
  return output;
}

/**
 * The operands with a NaN where the first term of all reads, and 0 as its other factor: 0·NaN is NaN, unless products
 * with a zero are skipped.
 */
function withNaN({ right, sizes: { direction } }: Reference, operands: Operands): Operands {
  const gather = gatherer(right);
  const count = elementsOf(right);
  for (let element = 0; element < count; element++) {
    const seconds = new Map<number, number[]>();
    gather(right.output(...right.placeAt(element)), (first, second) => {
      if (first !== NONE) seconds.set(first, [...(seconds.get(first) ?? []), second]);
    });
    // One that is read again, as padding may have it, meets other factors too.
    const found = [...seconds].find(([, met]) => met.length === 1);
    if (found === undefined) continue;
    const [atFirst, [atSecond = 0]] = found;
    const put = (name: OperandName, at: number, value: number) => {
      const tensor = operand(operands, name);
      const data = tensor.data.slice();
      data[at] = value;
      return { [name]: { ...tensor, data } };
    };
    const [first, second] = factorNames({ direction });
    return { ...operands, ...put(first, atFirst, Number.NaN), ...put(second, atSecond, 0) };
  }
  return operands;
}
