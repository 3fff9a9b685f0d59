/**
 * The verifier put to the test: every known mistake is made on every problem of the covering set and must be caught,
 * and correct outputs, in every order of summation, must not be.
 */
import { inputShape, type Problem } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import type { Verdict } from '../verify/verdict.ts';
import { variantsAt } from './applies.ts';
import { type CorrectSide, judgeCorrectOutputs } from './correct-side.ts';
import { coveringSet } from './covering.ts';
import { type Bench, benchOf, CATCHERS, type Catcher, inject } from './inject.ts';
import type { Family, Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes/index.ts';
import { sizesOf } from './sizes.ts';
import { SUMMATION_ORDERS, type SummationOrder } from './summation-orders.ts';

/** What to test; every field has a default. */
export interface SelftestOptions {
  /** Every variant of every mistake on every problem, and more correct outputs. Default false: until it is caught. */
  readonly full?: boolean | undefined;
  /** As torch.manual_seed takes it. Default 0. */
  readonly seed?: number | undefined;
  readonly mistakes?: readonly Mistake[];
  readonly problems?: readonly Problem[];
  readonly orders?: readonly SummationOrder[];
  /** Correct elements that are judged at least. Default by `full`. */
  readonly correctElements?: number;
  /** Is told how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** What caught a mistake on one problem. */
export interface ProblemKills {
  readonly problem: Problem;
  /** `shape`: it raised, or no output had the right shape. */
  readonly by: 'shape' | 'values';
  readonly killedBy: readonly Catcher[];
}

/** What caught a mistake. */
export interface MistakeKills {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  /** By values where any problem leaves an output of the right shape; by its shape otherwise. */
  readonly killedBy: readonly Catcher[];
  /** Only the problems on which it was made and is a mistake. */
  readonly byProblem: readonly ProblemKills[];
  /** Wrong outputs that were judged. */
  readonly outputs: number;
  /** True where some wrong output passes both witnesses that judge outputs, or none was ever wrong. */
  readonly survived: boolean;
}

/** The outcome: `pass` where no mistake survives and no correct output is rejected. */
export interface Selftest {
  readonly verdict: Exclude<Verdict, 'inconclusive'>;
  readonly full: boolean;
  readonly seed: number;
  readonly problems: readonly Problem[];
  readonly mistakes: readonly MistakeKills[];
  readonly correct: CorrectSide;
}

/**
 * Correct elements that are judged at least. The whole run: 10^6, so that a false alarm more frequent than 3 in a
 * million shows with 95 % (the rule of three); the reduced one takes a second.
 */
const CORRECT_ELEMENTS = { reduced: 20_000, full: 1_000_000 } as const;
/** Share of the run that mistakes take; measured. */
const MISTAKES_SHARE = 0.5;

/** Runs the selftest. */
export function selftest(options: SelftestOptions = {}): Selftest {
  const { full = false, seed = 0, mistakes = MISTAKES, problems = coveringSet(), onProgress } = options;
  const injected = injectAll(mistakes, problems, full, seed, (share) => onProgress?.(MISTAKES_SHARE * share));
  const correct = judgeCorrectOutputs({
    orders: options.orders ?? SUMMATION_ORDERS,
    leastElements: options.correctElements ?? CORRECT_ELEMENTS[full ? 'full' : 'reduced'],
    seed,
    onProgress: (share) => onProgress?.(MISTAKES_SHARE + (1 - MISTAKES_SHARE) * share),
  });
  const passed = injected.every(({ survived }) => !survived) && correct.falseAlarms.length === 0;
  const used = new Set(injected.flatMap(({ byProblem }) => byProblem.map(({ problem }) => problem)));
  return {
    verdict: passed ? 'pass' : 'fail',
    full,
    seed,
    problems: problems.filter((problem) => used.has(problem)),
    mistakes: injected,
    correct,
  };
}

function injectAll(
  mistakes: readonly Mistake[],
  problems: readonly Problem[],
  full: boolean,
  seed: number,
  onProgress: (share: number) => void,
): MistakeKills[] {
  const kills = mistakes.map(({ id, family, title }): MistakeKills => {
    return { id, family, title, killedBy: [], byProblem: [], outputs: 0, survived: true };
  });
  for (const [p, problem] of problems.entries()) {
    const sizes = sizesOf(problem);
    let bench: Bench | undefined;
    for (const [m, mistake] of mistakes.entries()) {
      const before = kills[m] as MistakeKills;
      onProgress((p + m / mistakes.length) / problems.length);
      if (!full && isSettled(before, problem)) continue;
      if (variantsAt(mistake, sizes).length === 0) continue;
      bench ??= benchOf(problem, seed);
      const injection = inject(mistake, bench, full ? 'all' : 'first');
      if (injection.kind === 'harmless') continue;
      const isShape = injection.kind === 'shape';
      const killed: ProblemKills = {
        problem,
        by: injection.kind,
        killedBy: isShape ? CATCHERS : injection.caughtBy,
      };
      kills[m] = summary({ ...before, outputs: before.outputs + (isShape ? 0 : injection.outputs) }, [
        ...before.byProblem,
        killed,
      ]);
    }
  }
  return kills;
}

/** Elements of an input that takes seconds: those that show only what a size beyond 16 bits does. */
const LARGE_INPUT = 2 ** 12;

/**
 * It was caught by its values: once is enough for a reduced run, in each direction, dimension, mode and dtype; on a large
 * problem once is enough in any of them.
 */
function isSettled({ byProblem, survived }: MistakeKills, problem: Problem): boolean {
  const kind = kindWords(problem);
  const isLarge = elementCount(inputShape(problem)) >= LARGE_INPUT;
  return (
    !survived &&
    byProblem.some((kills) => kills.by === 'values' && (isLarge || kindWords(kills.problem) === kind))
  );
}

function kindWords({ direction, transposed, axes, paddingMode, dtype }: Problem): string {
  return [direction, transposed, axes.length, paddingMode, dtype].join(' ');
}

function summary(mistake: MistakeKills, byProblem: readonly ProblemKills[]): MistakeKills {
  const byValues = byProblem.filter(({ by }) => by === 'values');
  const deciding = byValues.length > 0 ? byValues : byProblem;
  const killedBy = CATCHERS.filter((catcher) => deciding.some((kills) => kills.killedBy.includes(catcher)));
  const survived = deciding.some((kills) => !kills.killedBy.some((catcher) => catcher !== 'wiring'));
  return { ...mistake, byProblem, killedBy, survived };
}
