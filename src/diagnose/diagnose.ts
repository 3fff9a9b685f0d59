/**
 * Which known mistake made an output.
 */
import type { Operands } from '../core/operands.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { type Shape, sameShape } from '../core/shape.ts';
import type { Tensor } from '../core/tensor.ts';
import { applicable, canBeMade, variantsAt } from './applies.ts';
import { rightWiring } from './build-wiring.ts';
import { type Case, caseOf, isRight } from './case.ts';
import { type Hypothesis, type Match, waysOf, waysOfPair } from './hypothesis.ts';
import type { Family, Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes/index.ts';
import { otherParameters } from './other-parameters.ts';
import { rank, visibleVariants } from './rank.ts';
import { sizesOf } from './sizes.ts';
import { differ, tellApart } from './tell-apart.ts';
import { type WhereWrong, whereWrong } from './where-wrong.ts';

/** One mistake, or several together, that fit. */
export interface Finding {
  readonly mistakes: readonly Mistake[];
  /** How they were made, where that can differ. */
  readonly notes: readonly string[];
  /** `values`: it gives these numbers. `shape`: it gives this shape, and nothing is said of numbers. */
  readonly by: 'values' | 'shape';
  /** Share of the compared elements that it reproduces; absent where only the shape is known. */
  readonly reproduces?: number;
  /** Elements compared: all of them, or of a large output every n-th. */
  readonly compared?: number;
  /** Share of the elements that are wrong, or would be, on which both agree: what findings are ranked by. */
  readonly explains?: number;
  /** Share of the wrong elements that it explains, and of the right ones that it would make wrong. */
  readonly explainsWrong?: number;
  readonly spoilsRight?: number;
  /** True where the same mistakes, made in the same way, would change the output of another problem. */
  readonly showsAt: (problem: Problem) => boolean;
}

/** What is known of an output. */
export interface Diagnosis {
  readonly problem: Problem;
  /** `right`: there is nothing to explain. `named`: a mistake reproduces all of it. */
  readonly status: 'right' | 'named' | 'partly' | 'unknown';
  /** What fits: all of it, or in part. Several that reproduce all of it cannot be told apart here. */
  readonly findings: readonly Finding[];
  /** Mistakes that would fit, but on so few elements that chance would do. */
  readonly weak: readonly Finding[];
  /** Where findings cannot be told apart here: finds a problem on which they can. */
  readonly tellApart: () => Problem | undefined;
  readonly where: WhereWrong | undefined;
  /** The output's shape where that is not what it is to be, and whether its values are right all the same, in their order. */
  readonly wrongShape?: { readonly shape: Shape; readonly valuesAreRight: boolean };
  /** Where no mistake reproduces it: the problem with other parameters whose output it is. */
  readonly fitsProblem?: Problem;
  /** Elements outside their bound, and all. */
  readonly wrong: number;
  readonly elements: number;
  /** Hypotheses that were tried. */
  readonly tried: number;
  /** What is known instead of an output. */
  readonly symptom?: Symptom;
}

/** Explains `actual`, the output that some implementation gave for `operands`. */
export function diagnose(
  problem: Problem,
  operands: Operands,
  actual: Tensor,
  catalogue: readonly Mistake[] = MISTAKES,
): Diagnosis {
  const subject = caseOf(problem, operands, actual);
  const elements = actual.data.length;
  const known = { problem, wrong: subject.wrong.length, elements };
  if (subject.wrong.length === 0) {
    return {
      ...known,
      status: 'right',
      findings: [],
      weak: [],
      tellApart: nothing,
      where: undefined,
      tried: 0,
    };
  }
  const { exact, partial, weak, tried } = rank(subject, catalogue);
  const named = distinct(exact);
  const wrongShape = subject.hasRightShape
    ? undefined
    : { shape: actual.shape, valuesAreRight: valuesAreRight(subject) };
  const fitsProblem = named.length > 0 ? undefined : otherParameters(subject);
  const byShape = () =>
    wrongShape === undefined || wrongShape.valuesAreRight || fitsProblem !== undefined
      ? []
      : shapeFindings(problem, { shape: actual.shape }, catalogue);
  const findings =
    named.length > 0 ? named.map(findingOf) : [...distinct(partial).map(findingOf), ...byShape()];
  return {
    ...known,
    status: named.length > 0 ? 'named' : findings.length > 0 ? 'partly' : 'unknown',
    findings,
    weak: distinct(weak).map(findingOf),
    tellApart: () =>
      named.length > 1
        ? tellApart(
            problem,
            named.map(({ hypothesis }) => hypothesis),
          )
        : undefined,
    where: named.length > 0 ? undefined : whereWrong(subject),
    ...(wrongShape && { wrongShape }),
    ...(fitsProblem && { fitsProblem }),
    tried,
  };
}

const nothing = () => undefined;

/** All that are due, one after the other: flattened, or with an axis more or less. */
function valuesAreRight(subject: Case): boolean {
  const { data } = subject.actual;
  if (data.length !== subject.direct.output.length) return false;
  return data.every((value, element) => isRight(subject, element, value));
}

/** What is known of an output that never came: its shape, or the number of columns that fold was given. */
export type Symptom = { readonly shape: Shape } | { readonly L: number };

/** Names the mistakes that give that shape, or that many columns, in place of the right ones. */
export function diagnoseSymptom(
  problem: Problem,
  symptom: Symptom,
  catalogue: readonly Mistake[] = MISTAKES,
): Diagnosis {
  const sizes = sizesOf(problem);
  const isRight = 'shape' in symptom ? sameShape(symptom.shape, resultShape(problem)) : symptom.L === sizes.L;
  const findings = isRight ? [] : shapeFindings(problem, symptom, catalogue);
  return {
    problem,
    status: isRight ? 'right' : findings.length > 0 ? 'partly' : 'unknown',
    findings,
    weak: [],
    tellApart: nothing,
    where: undefined,
    wrong: 0,
    elements: 0,
    tried: catalogue.filter((mistake) => variantsAt(mistake, sizes).length > 0).length,
    symptom,
  };
}

/** Families whose mistakes change what unfold is called with, and so its number of columns. */
const OF_UNFOLD: readonly Family[] = ['unfold', 'padding', 'stride', 'dilation'];

/** Single mistakes with that effect; pairs where none has, or where too many columns may have two reasons. */
function shapeFindings(
  problem: Problem,
  symptom: Symptom,
  catalogue: readonly Mistake[],
): readonly Finding[] {
  const sizes = sizesOf(problem);
  const isOfColumns = 'L' in symptom;
  const mistakes = applicable(catalogue, sizes).filter(
    ({ family }) => !isOfColumns || OF_UNFOLD.includes(family),
  );
  const fits = ({ wiring }: Hypothesis) =>
    isOfColumns ? wiring.L === symptom.L : sameShape(wiring.shape, symptom.shape);
  const singles = mistakes.flatMap((mistake) => waysOf(mistake, sizes)).filter(fits);
  const needsPairs = isOfColumns || singles.length === 0;
  const pairs = needsPairs ? visiblePairs(mistakes, problem, isOfColumns).filter(fits) : [];
  const matches = (found: readonly Hypothesis[]) =>
    distinct(found.map((hypothesis) => ({ hypothesis, explains: 0 })));
  return [...matches(singles), ...matches(pairs)].map(({ hypothesis }) => ({
    mistakes: hypothesis.mistakes,
    notes: hypothesis.notes,
    by: 'shape',
    showsAt: (other) => shows(hypothesis, other),
  }));
}

/** Pairs of mistakes that both change something here, of one family or also of several. */
function visiblePairs(mistakes: readonly Mistake[], problem: Problem, acrossFamilies: boolean): Hypothesis[] {
  const sizes = sizesOf(problem);
  const candidates = visibleVariants(problem, mistakes);
  return candidates.flatMap((a, i) =>
    candidates
      .slice(i + 1)
      .flatMap((b) =>
        acrossFamilies || a.mistake.family === b.mistake.family ? waysOfPair(a, b, sizes, 1) : [],
      ),
  );
}

/** One match for each set of mistakes: the way that the catalogue names first; likelier ways come first. */
function distinct<M extends Pick<Match, 'hypothesis' | 'explains'>>(matches: readonly M[]): M[] {
  const ranked = [...matches].sort(
    (a, b) => b.explains - a.explains || a.hypothesis.order - b.hypothesis.order,
  );
  const seen = new Set<string>();
  return ranked.filter(({ hypothesis }) => {
    const key = hypothesis.mistakes
      .map(({ id }) => id)
      .sort()
      .join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function findingOf({ hypothesis, elements, ...shares }: Match): Finding {
  return {
    mistakes: hypothesis.mistakes,
    notes: hypothesis.notes,
    by: 'values',
    ...shares,
    compared: elements,
    showsAt: (problem) => shows(hypothesis, problem),
  };
}

/** Of mistakes that cannot be made at `problem`, nothing shows there; a call that raises does show. */
function shows(hypothesis: Hypothesis, problem: Problem): boolean {
  const sizes = sizesOf(problem);
  if (!hypothesis.mistakes.every((mistake) => canBeMade(mistake, sizes))) return false;
  return differ(rightWiring(problem), hypothesis.at(sizes));
}
