/**
 * Which hypotheses reproduce an output: all of it first, then most of what is wrong with it.
 */
import type { Problem } from '../core/problem.ts';
import { elementCount, sameShape } from '../core/shape.ts';
import { applicable, variantsAt } from './applies.ts';
import { agrees, type Case, spread } from './case.ts';
import { evaluator, type Shared, sharedBy } from './evaluate.ts';
import { evidenceNeeded, evidenceOf } from './evidence.ts';
import { areEntriesListed } from './gather.ts';
import { type Candidate, type Hypothesis, waysOf, waysOfPair } from './hypothesis.ts';
import type { Mistake } from './mistake.ts';
import { referenceOf } from './reference.ts';
import { compareWiring } from './same-wiring.ts';
import type { Wiring } from './wiring.ts';

/** A hypothesis and how well it fits. */
export interface Match {
  readonly hypothesis: Hypothesis;
  /** Share of the output's elements that it gives within their bound. */
  readonly reproduces: number;
  /** Share of the elements that are wrong, or would be under the hypothesis, on which both agree. */
  readonly explains: number;
  /** Elements compared: all, unless there are too many. */
  readonly elements: number;
}

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

/** Elements of each kind that a hypothesis is tried on first. */
const SAMPLE = 32;
/** Taps that a thorough comparison visits at most: about a second. */
const MOST_TAPS = 2 ** 24;
/** Column entries that grad-input's hypotheses list, or pixels by which they do if those are more: some ten seconds. */
const MOST_LISTED = 2 ** 26;
/** A partial match must explain this share of what is wrong: the greater part. */
const LEAST_EXPLAINED = 0.5;
/** Partial matches that are looked at thoroughly. */
const MOST_PARTIAL = 5;
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

/** The elements that a hypothesis is tried on: wrong ones, then right ones. */
interface Trial {
  readonly wrong: readonly number[];
  readonly right: readonly number[];
  readonly shared: Shared;
  /** Column entries that may still be listed. */
  readonly budget: { left: number };
}

/** True where a hypothesis costs more than what it is looked at for: grad-input finds its terms from the other end. */
function isLong({ sizes }: Case): boolean {
  return sizes.direction === 'grad-input';
}

/** False where there is no room for listing the column entries of another hypothesis. */
function afford(subject: Case, { budget }: Trial, wiring: Wiring): boolean {
  if (!isLong(subject) || areEntriesListed(wiring)) return true;
  const { N, G, K, L } = subject.sizes;
  budget.left -= Math.max(N * G * K * L, elementCount(wiring.shape));
  return budget.left >= 0;
}

function trialOf({ actual, wrong, sizes, operands }: Case): Trial {
  const isWrong = new Set(wrong);
  const right: number[] = [];
  const count = elementCount(actual.shape);
  for (let element = 0; element < count; element++) if (!isWrong.has(element)) right.push(element);
  return {
    wrong: spread(wrong, SAMPLE),
    right: spread(right, SAMPLE),
    shared: sharedBy(sizes, operands),
    budget: { left: MOST_LISTED },
  };
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
  for (const element of trial.wrong) {
    const { bound, magnitude } = evaluate(element);
    const own = hasRightShape ? direct.magnitudeAt(element) : 0;
    const given = Math.abs(actual.data[element] as number);
    evidence += evidenceOf(bound, Math.max(magnitude, own, given), isInteger);
  }
  return {
    match: { hypothesis, reproduces: 1, explains: 1, elements },
    isWeak: evidence < evidenceNeeded(tried),
  };
}

/** Single mistakes that explain the greater part of what is wrong. */
function partialMatches(subject: Case, trial: Trial, singles: readonly Hypothesis[]): Match[] {
  const { actual, operands, problem } = subject;
  if (!subject.hasRightShape) return [];
  const promising = singles
    .filter(({ wiring }) => sameShape(wiring.shape, actual.shape) && afford(subject, trial, wiring))
    .map((hypothesis) => {
      const evaluate = evaluator(hypothesis.wiring, operands, problem.dtype);
      const hits = trial.wrong.filter((element) => {
        const { value, bound } = evaluate(element);
        return agrees(actual.data[element] as number, value, bound);
      }).length;
      return { hypothesis, hits };
    })
    .filter(({ hits }) => hits >= LEAST_EXPLAINED * trial.wrong.length)
    .sort((a, b) => b.hits - a.hits)
    .slice(0, MOST_PARTIAL * 4);
  return promising
    .map(({ hypothesis }) => measure(subject, hypothesis, singles.length))
    .filter((match) => match !== undefined)
    .sort((a, b) => b.explains - a.explains)
    .slice(0, MOST_PARTIAL);
}

/** Share of what is wrong, or would be, on which output and hypothesis agree; undefined where that is too little. */
function measure(subject: Case, hypothesis: Hypothesis, tried: number): Match | undefined {
  const { actual, operands, problem, direct, wrong, isInteger, sizes } = subject;
  const evaluate = evaluator(hypothesis.wiring, operands, problem.dtype);
  const isWrong = new Set(wrong);
  const count = elementCount(actual.shape);
  const step = Math.ceil((count * sizes.K) / MOST_TAPS);
  let [elements, reproduced, agreed, concerned, evidence] = [0, 0, 0, 0, 0];
  for (let element = 0; element < count; element += step) {
    const { value, bound, magnitude } = evaluate(element);
    const given = actual.data[element] as number;
    const fits = agrees(given, value, bound);
    elements++;
    if (fits) reproduced++;
    if (!isWrong.has(element) && fits) continue;
    concerned++;
    if (!fits || !isWrong.has(element)) continue;
    agreed++;
    const size = Math.max(magnitude, direct.magnitudeAt(element), Math.abs(given));
    evidence += evidenceOf(bound, size, isInteger);
  }
  if (agreed < LEAST_EXPLAINED * concerned || evidence < evidenceNeeded(tried)) return undefined;
  return { hypothesis, reproduces: reproduced / elements, explains: agreed / concerned, elements };
}
