/**
 * What other tools' rules say, as JSON: the part of a verification's document that `--as-judged-by` adds.
 */
import type { RuleId } from '../verify/other-rules.ts';
import type { Integer, JsonNumber } from './document-parts.ts';

/** What another tool's rule says of an output. */
export interface RuleDocument {
  readonly rule: RuleId;
  readonly name: string;
  /** The rule in words: y is the output, r the direct convolution rounded to the dtype. */
  readonly criterion: string;
  /** Where the rule is written. */
  readonly source: string;
  readonly verdict: 'pass' | 'fail' | 'not-applicable';
  /** Why it does not apply. */
  readonly reason?: string;
  /** What the rule measures; of rules per element, the worst error in units of what is allowed there. */
  readonly figure?: JsonNumber;
  /** What the figure is held to. */
  readonly limit?: number;
  /** Of rules per element. */
  readonly failing_elements?: Integer;
  /** Whether it would refuse the right output with one tap lost. */
  readonly sees_lost_tap?: boolean;
  /** Whether it would refuse the right output with one pixel at 0. */
  readonly sees_lost_pixel?: boolean;
}

/** One tap of median magnitude in one element of median magnitude, zeros left out. */
export interface LossDocument {
  readonly index: readonly Integer[];
  /** The element's right value. */
  readonly value: JsonNumber;
  /** The tap's w·x. */
  readonly tap: JsonNumber;
  /** How far rounding may take the element. */
  readonly bound: JsonNumber;
}
