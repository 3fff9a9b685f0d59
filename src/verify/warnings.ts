/**
 * What a verification says beside its verdict.
 */
import type { Check } from './check.ts';

/** Something that a pass does not say, or a convention that an output follows. */
export interface Warning {
  readonly code: 'low-sensitivity' | 'padding-convention' | 'non-finite-data';
  readonly message: string;
}

/** A float run that would have shown fewer single dropped taps than this passes with a warning only. */
const LEAST_SENSITIVITY = 0.99;

/** A float pass alone, with no exact check of the same output beside it, that would have missed too much. */
export function isBlind(check: Check, checks: readonly Check[]): boolean {
  if (check.verdict !== 'pass' || check.witness !== 'rounding') return false;
  if (check.sensitivity === undefined || check.sensitivity.share >= LEAST_SENSITIVITY) return false;
  return !checks.some(
    (other) => other.witness === 'exact' && other.actual === check.actual && other.verdict === 'pass',
  );
}

/** The warnings that `checks` give rise to. */
export function warningsOf(checks: readonly Check[], hasLoaded: boolean): Warning[] {
  const warnings: Warning[] = [];
  for (const check of checks) {
    if (isBlind(check, checks)) {
      const share = Math.floor((check.sensitivity?.share ?? 0) * 1e4) / 100;
      warnings.push({
        code: 'low-sensitivity',
        message: `the ${check.actual} output passed by a float run that would have shown only ${share} % of single dropped taps; integer tensors (--fill integer) would show all`,
      });
    }
    const taken = check.actual === 'external' ? (check.comparison?.alternativesTaken ?? 0) : 0;
    if (taken > 0) {
      warnings.push({
        code: 'padding-convention',
        message: `${taken} elements are finite only if padding zeros are skipped where a weight is infinite; PyTorch multiplies them (0·Inf = NaN), and either is accepted`,
      });
    }
  }
  const share = checks.find((check) => check.actual === 'decomposed' && check.witness === 'rounding')
    ?.comparison?.nonFiniteShare;
  if (share !== undefined && share > 0 && hasLoaded) {
    warnings.push({
      code: 'non-finite-data',
      message: `${Number((share * 100).toPrecision(2))} % of the output is NaN or infinite because the tensors are; there only the class is compared`,
    });
  }
  return warnings;
}
