/**
 * Which hypotheses reproduce an output: all of it first, then most of what is wrong with it.
 */
import type { Problem } from '../core/problem.ts';
import { elementCount, sameShape } from '../core/shape.ts';
import { applicable, variantsAt } from './applies.ts';
import { agrees, type Case, isRight } from './case.ts';
import { evaluator } from './evaluate.ts';
import { evidenceNeeded, evidenceOf } from './evidence.ts';
import { type Candidate, type Hypothesis, type Match, waysOf, waysOfPair } from './hypothesis.ts';
import type { Mistake } from './mistake.ts';
import { LEAST_EXPLAINED, partialMatches } from './partial.ts';
import { referenceOf } from './reference.ts';
import { compareWiring } from './same-wiring.ts';
import { afford, isLong, MOST_TAPS, type Trial, trialOf } from './trial.ts';

/** The outcome of a search. */
export interface Ranking {
  /** Hypotheses that reproduce every element. */
  readonly exact: readonly Match[];
  /** Where none does: single mistakes that explain at least half of what is wrong. */
  readonly partial: readonly Match[];
  /** Hypotheses that fit, but on so little that chance would do. */
  readonly weak: readonly Match[];
  readonly tried: number;
}

/** Variants of each mistake of a pair: all that most have within a family, the likeliest beyond. */
const PAIR_VARIANTS = { family: 6, beyond: 2 } as const;

/** Tries single mistakes, then pairs of one family, then other pairs, until something fits. */
export function rank(subject: Case, catalogue: readonly Mistake[]): Ranking {
  const mistakes = applicable(catalogue, subject.sizes);
  const trial = trialOf(subject);
  // The likeliest ways first, should there not be room for all.
  const singles = mistakes
    .flatMap((mistake) => waysOf(mistake, subject.sizes))
    .sort((a, b) => (isLong(subject) ? a.order - b.order : 0));
  let tried = singles.length;
  const weak: Match[] = [];
  const settle = (hypotheses: Iterable<Hypothesis>): Match[] => {
    const found = [...hypotheses].flatMap((hypothesis) => thorough(subject, trial, hypothesis, tried) ?? []);
    weak.push(...found.filter(({ isWeak }) => isWeak).map(({ match }) => match));
    return found.filter(({ isWeak }) => !isWeak).map(({ match }) => match);
  };
  let exact = settle(singles.filter((hypothesis) => fitsSample(subject, trial, hypothesis)));
  const partial = exact.length > 0 ? [] : partialMatches(subject, trial, singles);
  const candidates = exact.length > 0 ? [] : visibleVariants(subject.problem, mistakes);
  for (const within of [true, false]) {
    if (exact.length > 0) break;
    const fitting: Hypothesis[] = [];
    for (const pair of pairsOf(subject, candidates, within)) {
      tried++;
      if (fitsSample(subject, trial, pair)) fitting.push(pair);
    }
    exact = settle(fitting);
  }
  return { exact, partial, weak, tried };
}

function* pairsOf({ sizes }: Case, candidates: readonly Candidate[], within: boolean): Generator<Hypothesis> {
  const most = within ? PAIR_VARIANTS.family : PAIR_VARIANTS.beyond;
  for (const [i, a] of candidates.entries()) {
    for (const b of candidates.slice(i + 1)) {
      if ((a.mistake.family === b.mistake.family) === within) yield* waysOfPair(a, b, sizes, most);
    }
  }
}

/** The variants that change something here; what changes nothing alone adds nothing to another. */
export function visibleVariants(problem: Problem, mistakes: readonly Mistake[]): Candidate[] {
  const reference = referenceOf(problem);
  return mistakes.flatMap((mistake) => {
    const variants = variantsAt(mistake, reference.sizes).filter(
      ({ change }) => compareWiring(reference, change) !== 'same',
    );
    return variants.length > 0 ? [{ mistake, variants }] : [];
  });
}

/** True where the hypothesis gives every element of the trial; ends at the first that it does not. */
function fitsSample(subject: Case, trial: Trial, { wiring }: Hypothesis): boolean {
  const { actual, operands, problem } = subject;
  const { wrong, right, shared } = trial;
  if (!sameShape(wiring.shape, actual.shape) || !afford(subject, trial, wiring)) return false;
  const evaluate = evaluator(wiring, operands, problem.dtype, shared);
  const fits = (element: number) => {
    const { value, bound } = evaluate(element);
    return agrees(actual.data[element] as number, value, bound);
  };
  return wrong.every(fits) && right.every(fits);
}

/** Compares every element; undefined where one differs. */
function thorough(
  subject: Case,
  trial: Trial,
  hypothesis: Hypothesis,
  tried: number,
): { match: Match; isWeak: boolean } | undefined {
  const { actual, operands, problem, direct, hasRightShape, isInteger, sizes } = subject;
  const evaluate = evaluator(hypothesis.wiring, operands, problem.dtype, trial.shared);
  const count = elementCount(actual.shape);
  const step = Math.ceil((count * sizes.K) / MOST_TAPS);
  let elements = 0;
  for (let element = 0; element < count; element += step) {
    const { value, bound } = evaluate(element);
    if (!agrees(actual.data[element] as number, value, bound)) return undefined;
    elements++;
  }
  let evidence = 0;
  let explained = 0;
  for (const element of trial.wrong) {
    const { value, bound, magnitude } = evaluate(element);
    if (!hasRightShape || !isRight(subject, element, value)) explained++;
    const own = hasRightShape ? direct.magnitudeAt(element) : 0;
    const given = Math.abs(actual.data[element] as number);
    evidence += evidenceOf(bound, Math.max(magnitude, own, given), isInteger);
  }
  // What gives the right values is not why others, next to them, are wrong.
  if (explained < LEAST_EXPLAINED * trial.wrong.length) return undefined;
  return {
    match: { hypothesis, reproduces: 1, explains: 1, explainsWrong: 1, spoilsRight: 0, elements },
    isWeak: evidence < evidenceNeeded(tried),
  };
}
