/**
 * Mutants: the outputs that a known mistake makes of a problem, and which witnesses catch them.
 *
 * A mistake has one mutant for each way in which its product can end up in an output: of its own size, or cut and
 * laid out until the shape is right, which is what people do when fold raises.
 */

import { directConvolution } from '../core/direct.ts';
import { fillOperands } from '../core/fill.ts';
import { type Operands, operand } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { sameShape } from '../core/shape.ts';
import { type Tensor, zeros } from '../core/tensor.ts';
import { checkAgainstDirect, type DataWitness, type Truth } from '../verify/check.ts';
import { elementsOf, evaluator } from './evaluate.ts';
import { applicable, type Hypothesis, waysOf } from './hypothesis.ts';
import type { Mistake } from './mistake.ts';
import { type Reference, referenceOf } from './reference.ts';
import { compareWiring, type Sameness } from './same-wiring.ts';
import { tapsOf } from './taps.ts';
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

/** The bench of `problem`: integers that sum exactly; normal floats; normal floats with one NaN. */
export function benchOf(problem: Problem, seed: number): Bench {
  const reference = referenceOf(problem);
  const truth = (operandsOf: () => Operands) =>
    once((): Truth => {
      const operands = operandsOf();
      return { problem, operands, direct: directConvolution(problem, operands) };
    });
  const normal = () => fillOperands(problem, 'normal', seed);
  return {
    problem,
    reference,
    truths: {
      exact: [truth(() => fillOperands(problem, 'integer', seed))],
      rounding: [truth(normal), truth(() => withNaN(reference, normal()))],
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
  const made = variants === 'all' ? mistake : { ...mistake, variants: [mistake.variants[0]] as const };
  const ways = waysOf(made, sizes);
  const fitting = ways.filter(({ wiring }) => sameShape(wiring.shape, right.shape));
  return { fitting, otherwise: ways.length > fitting.length || ways.length === 0 ? 'shape' : 'harmless' };
}

/** Whether it is another function of the tensors than the right one, decided by its taps. */
function differenceOf({ wiring, mistakes, order }: Hypothesis, reference: Reference): Sameness {
  // The way that compareWiring looks at: of its own size, the bias in the product.
  const change = mistakes[0]?.variants[order / WAYS_OF_VARIANT]?.change;
  if (change !== undefined) return compareWiring(reference, change);
  if (wiring.arithmetic !== undefined) return 'data';
  return hasOtherTaps(wiring, reference.right) ? 'different' : 'same';
}

/** Element by element, up to the first that is another polynomial. */
function hasOtherTaps(wiring: Wiring, right: Wiring): boolean {
  const [N, C, H, W] = right.shape as [number, number, number, number];
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) {
          const [a, b] = [tapsOf(right, [n, c, h, w]), tapsOf(wiring, [n, c, h, w])];
          if (a.size !== b.size || [...a].some(([tap, times]) => b.get(tap) !== times)) return true;
        }
      }
    }
  }
  return false;
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
  const output = zeros(problem.dtype, wiring.shape);
  const count = elementsOf(wiring);
  for (let element = 0; element < count; element++) output.data[element] = evaluate(element).value;
  return output;
}

/**
 * The operands with a NaN where the first tap of all reads, and 0 as its weight: 0·NaN is NaN, unless products with
 * a zero are skipped.
 */
function withNaN({ right, sizes }: Reference, operands: Operands): Operands {
  const [input, weight] = [operand(operands, 'input'), operand(operands, 'weight')];
  for (let k = 0; k < sizes.K; k++) {
    for (let l = 0; l < sizes.L; l++) {
      const from = right.columns(0, k, l);
      if (from === NONE) continue;
      const [x, w] = [input.data.slice(), weight.data.slice()];
      x[from] = Number.NaN;
      w[k] = 0;
      return { input: { ...input, data: x }, weight: { ...weight, data: w }, bias: operands.bias };
    }
  }
  return operands;
}
