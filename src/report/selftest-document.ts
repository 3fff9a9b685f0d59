/**
 * A selftest as a JSON document, one of those that document.ts lists.
 */
import type { AwkwardFill } from '../diagnose/awkward-fills.ts';
import type { Catcher } from '../diagnose/inject.ts';
import type { Family } from '../diagnose/mistake.ts';
import type { Selftest } from '../diagnose/selftest.ts';
import type { Witness } from '../verify/check.ts';
import type { DocumentHead, Integer } from './document-parts.ts';
import { problemWords } from './headline.ts';
import { documentHead } from './parts-to-document.ts';

/** `convproof selftest --json`. */
export interface SelftestDocument extends DocumentHead {
  readonly command: 'selftest';
  /** `fail` where a mistake survives or a correct output is rejected. */
  readonly verdict: 'pass' | 'fail';
  /** The whole run: every variant of every mistake on every problem. */
  readonly full: boolean;
  readonly seed: Integer;
  /** The covering set, as `convproof verify` takes each. */
  readonly problems: readonly string[];
  readonly mistakes: readonly CaughtDocument[];
  readonly correct: {
    /** Orders of summation, the decomposition's own first. */
    readonly orders: readonly string[];
    /** Random problems. */
    readonly problems: Integer;
    /** Output elements judged, in all orders together. */
    readonly elements: Integer;
    /** Correct outputs that were rejected. */
    readonly false_alarms: Integer;
    readonly rejected: readonly {
      readonly problem: string;
      readonly fill: AwkwardFill;
      readonly seed: Integer;
      readonly order: string;
      readonly witness: Witness;
    }[];
  };
  readonly repro: { readonly command: string };
}

/** What caught one known mistake. */
export interface CaughtDocument {
  readonly id: string;
  readonly family: Family;
  /** By its values, where any problem leaves an output of the right shape; else by its shape. */
  readonly killed_by: readonly Catcher[];
  /** Some wrong output would have passed. */
  readonly survived: boolean;
  /** Wrong outputs of the right shape that were judged. */
  readonly outputs: Integer;
  /** The problems on which it was made and is a mistake; `shape`: it raised or had another shape. */
  readonly by_problem: readonly {
    readonly problem: string;
    readonly by: 'shape' | 'values';
    readonly killed_by: readonly Catcher[];
  }[];
}

/** One selftest; `command` runs it again. */
export function selftestDocument(
  { verdict, full, seed, problems, mistakes, correct }: Selftest,
  context: { readonly version: string; readonly command: string },
): SelftestDocument {
  return {
    ...documentHead(context.version),
    command: 'selftest',
    verdict,
    full,
    seed,
    problems: problems.map((problem) => problemWords(problem)),
    mistakes: mistakes.map(({ id, family, killedBy, survived, outputs, byProblem }) => ({
      id,
      family,
      killed_by: killedBy,
      survived,
      outputs,
      by_problem: byProblem.map(({ problem, by, killedBy: here }) => ({
        problem: problemWords(problem),
        by,
        killed_by: here,
      })),
    })),
    correct: {
      orders: correct.orders,
      problems: correct.problems,
      elements: correct.elements,
      false_alarms: correct.falseAlarms.length,
      rejected: correct.falseAlarms.map(({ problem, fill, seed: data, order, witness }) => ({
        problem: problemWords(problem),
        fill,
        seed: data,
        order,
        witness,
      })),
    },
    repro: { command: context.command },
  };
}
