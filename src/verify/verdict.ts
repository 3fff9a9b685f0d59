/**
 * The closed list of what a verification can conclude, and why.
 */

/** `fail` is a proven difference; `inconclusive` means that the data or the arithmetic cannot tell. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** Why a check did not pass. */
export type Reason =
  /** Elements differ by more than the criterion allows. */
  | 'mismatch'
  /** The two paths read different taps, or sum or place them differently. */
  | 'wiring-differs'
  /** The output has another shape than the convolution. */
  | 'shape-mismatch'
  /** No term is different from zero, so any wiring gives the same output. */
  | 'all-zero'
  /** One of the two factors holds one value only, so exchanged taps give the same output. */
  | 'constant'
  /** More than half of the output is NaN or infinite, whatever the wiring. */
  | 'mostly-nonfinite'
  /** Whether an element overflows depends on the order of its sum. */
  | 'overflow'
  /** So many terms that the dtype promises nothing: n·u ≥ 1. */
  | 'vacuous-bound'
  /** So many terms that no range beyond ±1, which proves nothing, sums exactly in the dtype. */
  | 'no-exact-range'
  /** The run would have missed too many single dropped taps, and --strict was asked for. */
  | 'low-sensitivity';

/** The worst of several: a proven difference before a doubt. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/** Each reason in a sentence that goes on from "because". */
export const REASONS: Readonly<Record<Reason, string>> = {
  mismatch: 'elements differ by more than the criterion allows',
  'wiring-differs': 'the two paths read different taps, or sum or place them differently',
  'shape-mismatch': 'the output has another shape than what is computed',
  'all-zero': 'every term is zero, so any wiring gives this output',
  constant:
    'one of the two tensors that are multiplied holds one value only, so exchanged taps cannot be seen',
  'mostly-nonfinite': 'more than half of the output is NaN or infinite, whatever the wiring',
  overflow: 'whether some elements overflow depends on the order of their sums',
  'vacuous-bound': 'with so many terms the dtype promises nothing: n·u ≥ 1',
  'no-exact-range': 'with so many terms no integers beyond ±1 sum exactly in the dtype',
  'low-sensitivity': 'this run would have missed too many single dropped taps',
};
