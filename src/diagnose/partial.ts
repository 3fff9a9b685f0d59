/**
 * Mistakes that explain the greater part of what is wrong, where none explains all of it.
 */
import { elementCount, sameShape } from '../core/shape.ts';
import { agrees, type Case, isRight } from './case.ts';
import { evaluator } from './evaluate.ts';
import { evidenceNeeded, evidenceOf } from './evidence.ts';
import type { Hypothesis, Match } from './hypothesis.ts';
import { afford, MOST_TAPS, type Trial } from './trial.ts';

/** A partial match must explain this share of what is wrong: the greater part. */
export const LEAST_EXPLAINED = 0.5;
/** Partial matches that are looked at thoroughly. */
const MOST_PARTIAL = 5;

/** Single mistakes that explain the greater part of what is wrong. */
export function partialMatches(subject: Case, trial: Trial, singles: readonly Hypothesis[]): Match[] {
  const { actual, operands, problem } = subject;
  if (!subject.hasRightShape) return [];
  const promising = singles
    .filter(({ wiring }) => sameShape(wiring.shape, actual.shape) && afford(subject, trial, wiring))
    .map((hypothesis) => {
      const evaluate = evaluator(hypothesis.wiring, operands, problem.dtype);
      const hits = trial.wrong.filter((element) => {
        const { value, bound } = evaluate(element);
        return agrees(actual.data[element] as number, value, bound) && !isRight(subject, element, value);
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

/**
 * Share of what is wrong, or would be, on which output and hypothesis agree; undefined where that is too little. A wrong
 * element whose value there is right is not explained, though both be near each other.
 */
function measure(subject: Case, hypothesis: Hypothesis, tried: number): Match | undefined {
  const { actual, operands, problem, direct, wrong, isInteger, sizes } = subject;
  const evaluate = evaluator(hypothesis.wiring, operands, problem.dtype);
  const isWrong = new Set(wrong);
  const count = elementCount(actual.shape);
  const step = Math.ceil((count * sizes.K) / MOST_TAPS);
  let [elements, reproduced, agreed, spoilt, wrongs, evidence] = [0, 0, 0, 0, 0, 0];
  /** Explained ones, until there are two. */
  const values = new Set<number>();
  for (let element = 0; element < count; element += step) {
    const { value, bound, magnitude } = evaluate(element);
    const given = actual.data[element] as number;
    const fits = agrees(given, value, bound);
    elements++;
    if (fits) reproduced++;
    if (!isWrong.has(element)) {
      if (!fits) spoilt++;
      continue;
    }
    wrongs++;
    if (!fits || isRight(subject, element, value)) continue;
    agreed++;
    if (values.size < 2) values.add(given);
    const size = Math.max(magnitude, direct.magnitudeAt(element), Math.abs(given));
    evidence += evidenceOf(bound, size, isInteger);
  }
  const [concerned, rights] = [wrongs + spoilt, elements - wrongs];
  if (agreed < LEAST_EXPLAINED * concerned || evidence < evidenceNeeded(tried)) return undefined;
  // Of an output that was cut off or overwritten with one value, many a mistake gives that value, there and elsewhere.
  if (values.size === 1 && spoilt > rights / 2) return undefined;
  return {
    hypothesis,
    reproduces: reproduced / elements,
    explains: agreed / concerned,
    explainsWrong: agreed / wrongs,
    spoilsRight: spoilt / Math.max(rights, 1),
    elements,
  };
}
