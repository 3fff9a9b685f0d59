/**
 * What the catalogue adds to a verification: what it could not see, which mistake made a wrong output, and problems
 * that would show more.
 */
import type { Tensor } from '../core/tensor.ts';
import { type Verdict, worstVerdict } from '../verify/verdict.ts';
import { type Verification, verify } from '../verify/verify.ts';
import { blindSpots } from './blind-spots.ts';
import { type Companion, companionsOf } from './companions.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import type { Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes/index.ts';
import { type Shrunk, shrink } from './shrink.ts';

/** What to add beyond blind spots and a diagnosis. */
export interface ExamineOptions {
  /** The output from elsewhere that was verified. */
  readonly external?: Tensor | undefined;
  /** Verify the companions too. Default false. */
  readonly companions?: boolean | undefined;
  /** Shrink the problem with the mistake that was found. Default false. */
  readonly shrink?: boolean | undefined;
}

/** A companion and how it was verified. */
export interface VerifiedCompanion extends Companion {
  readonly verdict: Verdict;
}

/** What was added. */
export interface Examination {
  /** Mistakes that would give the same output at this problem, whatever the tensors hold. */
  readonly blindTo: readonly Mistake[];
  /** How many more may be hidden: there were too many taps to decide. */
  readonly undecided: number;
  /** Mistakes of the catalogue that exist for problems like this one. */
  readonly known: number;
  /** Of an external output that failed. */
  readonly diagnosis: Diagnosis | undefined;
  readonly shrunk: Shrunk | undefined;
  readonly companions: readonly VerifiedCompanion[] | undefined;
  /** The worst of the companions' verdicts; pass where none was asked for. */
  readonly verdict: Verdict;
}

/** Examines a verification. */
export function examine(verification: Verification, options: ExamineOptions = {}): Examination {
  const { problem, data, checks } = verification;
  const { hidden, undecided, notApplicable } = blindSpots(problem);
  const { external } = options;
  const failed = checks.some((check) => check.actual === 'external' && check.verdict === 'fail');
  const diagnosis = external && failed ? diagnose(problem, data.operands, external) : undefined;
  const companions = options.companions
    ? companionsOf(problem, hidden).companions.map((companion) => ({
        ...companion,
        verdict: verify(companion.problem, { fill: data.fill, seed: data.seed }).verdict,
      }))
    : undefined;
  return {
    blindTo: hidden,
    undecided: undecided.length,
    known: MISTAKES.length - notApplicable.length,
    diagnosis,
    shrunk: options.shrink && diagnosis ? shrinkFinding(diagnosis) : undefined,
    companions,
    verdict: worstVerdict(companions?.map(({ verdict }) => verdict) ?? []),
  };
}

/** The problem shrunk with the first finding's mistakes; undefined where only values show them, or none is known. */
export function shrinkFinding({ problem, findings: [best] }: Diagnosis): Shrunk | undefined {
  return best === undefined ? undefined : shrink(problem, best.showsAt);
}
