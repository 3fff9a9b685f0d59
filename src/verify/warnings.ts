/**
 * What a verification says beside its verdict.
 */
import { type Fill, isRandom } from '../core/fill.ts';
import type { Check } from './check.ts';

/** Something that a pass does not say, or a convention that an output follows. */
export interface Warning {
  readonly code: 'low-sensitivity' | 'padding-convention' | 'non-finite-data' | 'generated-operand';
  readonly message: string;
}

/** A run that would have shown fewer single dropped taps than this passes with a warning only. */
const LEAST_SENSITIVITY = 0.99;

/** An exact check that a wrong wiring passes more often than this does not make up for a blind float run. */
const CONVINCING_MISS = 1e-3;

/** A pass on given data that would have missed too much, with no convincing check of the same output beside it. */
export function isBlind(check: Check, checks: readonly Check[]): boolean {
  if (check.verdict !== 'pass' || check.trials || isConvincing(check)) return false;
  if (check.sensitivity === undefined) return false;
  return !checks.some((other) => other.actual === check.actual && isConvincing(other));
}

function isConvincing({ verdict, trials, sensitivity, wiring }: Check): boolean {
  if (verdict !== 'pass') return false;
  // Tokens and random integers showed that no tap of the decomposition is dropped, at its very shape.
  if (wiring) {
    const { mode, sums } = wiring;
    return mode === 'full' && sums.isWhole && sums.missProbability <= CONVINCING_MISS;
  }
  if (trials) return trials.missProbability <= CONVINCING_MISS;
  return sensitivity !== undefined && sensitivity.share >= LEAST_SENSITIVITY;
}

/** Where the operands of a run came from. */
export interface OperandSources {
  /** Under PyTorch's names. */
  readonly loaded: readonly string[];
  readonly generated: readonly string[];
  readonly fill: Fill;
  readonly seed: number;
}

/** The warnings that `checks` give rise to. */
export function warningsOf(checks: readonly Check[], sources: OperandSources): Warning[] {
  const warnings: Warning[] = [];
  for (const check of checks) {
    // Both witnesses may have judged the same output on the same blind data: once is enough.
    const first = checks.find((other) => other.actual === check.actual && isBlind(other, checks));
    if (check === first) {
      const { share = 0, isSample = false } = check.sensitivity ?? {};
      const dropped = isSample ? 'a sample of single dropped taps' : 'single dropped taps';
      warnings.push({
        code: 'low-sensitivity',
        message: `the ${check.actual} output passed on data that would have shown only ${Math.floor(share * 1e4) / 100} % of ${dropped}; integer tensors (--fill integer) would show all`,
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
  if (share !== undefined && share > 0 && sources.loaded.length > 0) {
    warnings.push({
      code: 'non-finite-data',
      message: `${Number((share * 100).toPrecision(2))} % of the output is NaN or infinite because the tensors are; there only the class is compared`,
    });
  }
  const { loaded, generated, fill, seed } = sources;
  // Nothing loaded is a case that was rebuilt from its fill and seed elsewhere; a mixture is more often forgotten.
  if (checks.some(({ actual }) => actual === 'external') && loaded.length > 0 && generated.length > 0) {
    const plural = generated.length > 1;
    warnings.push({
      code: 'generated-operand',
      message: `the ${generated.join(' and the ')} ${plural ? 'were' : 'was'} not loaded but generated (${isRandom(fill) ? `${fill}, seed ${seed}` : fill}), and the external output is judged as if it had been computed with ${plural ? 'them' : 'it'}; load what it was computed with: ${generated.map((name) => `--${name.replaceAll('_', '-')}`).join(', ')}`,
    });
  }
  return warnings;
}
