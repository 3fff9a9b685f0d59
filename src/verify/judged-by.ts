/**
 * One output by other tools' rules, and what each of them would have missed: the right output again, but with
 * one tap lost, or one pixel.
 */
import { ToolError } from '../core/errors.ts';
import { termCount } from '../core/fill.ts';
import { factorsOf } from '../core/operands.ts';
import { sameShape } from '../core/shape.ts';
import { largestMagnitude, type Tensor } from '../core/tensor.ts';
import type { Side } from './check.ts';
import {
  MIOPEN_TOLERANCE,
  OTHER_RULES,
  type OtherRule,
  type Outputs,
  RULE_IDS,
  type RuleId,
  type Ruling,
} from './other-rules.ts';
import { boundOf, type Truth } from './truth.ts';

/** What other rules say. */
export interface Judgement {
  /** Which output they were given. */
  readonly actual: Exclude<Side, 'direct'>;
  readonly rules: readonly RuleJudgement[];
  /** Absent where shapes differ, and where all is 0 or not finite, or that element is its bias alone. */
  readonly loss?: Loss;
  /** max|r|, the reference's largest magnitude. */
  readonly largest: number;
}

/** What one rule says. */
export interface RuleJudgement {
  readonly rule: RuleId;
  /** Absent where the rule does not apply. */
  readonly ruling?: Ruling;
  /** Why it does not. */
  readonly notApplicable?: string;
  /** Whether it would refuse the right output with one tap lost, and with one pixel lost. */
  readonly seesLostTap?: boolean;
  readonly seesLostPixel?: boolean;
}

/**
 * What is lost: of the elements that are not 0, the first of median magnitude; of its terms w·x that are not 0,
 * the first of median magnitude. (Of two medians the smaller.) A lost pixel is one that was never written: 0.
 */
export interface Loss {
  readonly element: number;
  /** The element's right value. */
  readonly value: number;
  /** The lost w·x. */
  readonly tap: number;
  /** How far the element may lie from its value by rounding; 0 where all sums are exact. */
  readonly bound: number;
}

/**
 * The error that MIOpenDriver's rule lets one element have where all others are right: limit·√N·max, as long as
 * that element does not become the largest.
 */
export function hiddenByMean(elements: number, largest: number): number {
  return MIOPEN_TOLERANCE * Math.sqrt(elements) * largest;
}

/** Refuses words that are no rule's. */
export function requireRules(rules: readonly RuleId[] = []): void {
  const unknown = rules.find((rule) => !Object.hasOwn(OTHER_RULES, rule));
  if (unknown === undefined) return;
  throw new ToolError(
    'bad-option',
    `asJudgedBy has '${unknown}', but it must be among ${RULE_IDS.join(', ')}`,
  );
}

/** Judges `output` by each of `rules`, in the order of the table. */
export function judgeByOtherRules(
  truth: Truth,
  output: Tensor,
  actual: Judgement['actual'],
  isExact: boolean,
  rules: readonly RuleId[],
): Judgement {
  const { problem, operands, direct } = truth;
  const [first, second] = factorsOf(problem, operands);
  const expected = problem.dtype === 'float32' ? Float32Array.from(direct.output) : direct.output;
  const outputs: Outputs = {
    dtype: problem.dtype,
    actual: output.data,
    expected,
    K: termCount(problem) - (problem.bias ? 1 : 0),
    largestInput: largestMagnitude(first.data),
    largestWeight: largestMagnitude(second.data),
    isExact,
  };
  const isComparable = sameShape(output.shape, direct.shape);
  const loss = isComparable ? typicalLoss(truth, isExact) : undefined;
  const wrong = expected.slice();
  const refuses = (judge: OtherRule['judge'], { element }: Loss, value: number): boolean => {
    wrong[element] = value;
    return judge({ ...outputs, actual: wrong }).verdict === 'fail';
  };
  return {
    actual,
    rules: RULE_IDS.filter((rule) => rules.includes(rule)).map((rule) => {
      const { judge, notFor } = OTHER_RULES[rule];
      const notApplicable = isComparable ? notFor?.(outputs) : 'the shapes differ';
      if (notApplicable !== undefined) return { rule, notApplicable };
      const sees = loss && {
        seesLostTap: refuses(judge, loss, loss.value - loss.tap),
        seesLostPixel: refuses(judge, loss, 0),
      };
      return { rule, ruling: judge(outputs), ...sees };
    }),
    ...(loss ? { loss } : {}),
    largest: largestMagnitude(expected),
  };
}

function typicalLoss(truth: Truth, isExact: boolean): Loss | undefined {
  const { problem, direct } = truth;
  const element = medianOf(direct.output);
  if (element === undefined) return undefined;
  const { x, w, n } = direct.termsOf(element);
  const products = x.subarray(0, problem.bias ? n - 1 : n).map((value, t) => value * (w[t] as number));
  const tap = medianOf(products);
  if (tap === undefined) return undefined;
  return {
    element,
    value: direct.output[element] as number,
    tap: products[tap] as number,
    bound: boundOf(truth, isExact ? 'exact' : 'rounding', { kind: 'bound' })(element),
  };
}

/** The first index of the median magnitude of the finite values that are not 0. */
function medianOf(values: Float64Array): number | undefined {
  const magnitudes = values
    .map(Math.abs)
    .filter((value) => value > 0 && Number.isFinite(value))
    .sort();
  const median = magnitudes[(magnitudes.length - 1) >> 1];
  const index = values.findIndex((value) => Math.abs(value) === median);
  return index < 0 ? undefined : index;
}
