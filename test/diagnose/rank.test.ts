/**
 * The mistake that was made is the one that is named.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { type Problem, resultShape } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { canBeMade } from '../../src/diagnose/applies.ts';
import { type Diagnosis, diagnose, type Finding } from '../../src/diagnose/diagnose.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { problems } from '../problems.ts';
import { anyProblems } from './any-problems.ts';
import { inject } from './injection.ts';

const FILLS = ['integer', 'uniform', 'normal'] as const;

/** Problems with an output large enough that a match is no chance. */
function roomyProblems(drawn = problems()): fc.Arbitrary<Problem> {
  return drawn.filter((problem) => elementCount(resultShape(problem)) >= 8);
}

function named(finding: Finding): string {
  return finding.mistakes
    .map(({ id }) => id)
    .sort()
    .join(' + ');
}

function ids(mistakes: readonly Mistake[]): string {
  return mistakes
    .map(({ id }) => id)
    .sort()
    .join(' + ');
}

/** The diagnosis of an injected output; undefined where the mistakes show nothing. */
function diagnosisOf(
  problem: Problem,
  fill: (typeof FILLS)[number],
  mistakes: readonly Mistake[],
): Diagnosis | undefined {
  const operands = fillOperands(problem, fill, 7);
  const actual = inject(problem, operands, mistakes);
  if (actual === undefined) return undefined;
  const diagnosis = diagnose(problem, operands, actual);
  return diagnosis.status === 'right' ? undefined : diagnosis;
}

const KINDS = [
  ['2-D forward convolutions', problems()],
  ['every direction, dimension and padding mode', anyProblems()],
] as const;

/** Each of these problems with every mistake: some 60 outputs a problem. `RUNS=100 npx vitest run …` draws more. */
const RUNS = Number(process.env.RUNS ?? 2);
const PATIENCE = 60_000 + RUNS * 30_000;

test.each(KINDS.flatMap(([name, drawn]) => FILLS.map((fill) => [name, fill, drawn] as const)))(
  'every mistake of the catalogue is named wherever it shows: %s, on %s data',
  (_, fill, drawn) => {
    let seen = 0;
    fc.assert(
      fc.property(roomyProblems(drawn), (problem) => {
        const sizes = sizesOf(problem);
        for (const mistake of MISTAKES.filter((candidate) => canBeMade(candidate, sizes))) {
          const diagnosis = diagnosisOf(problem, fill, [mistake]);
          if (diagnosis === undefined) continue;
          seen++;
          const fitting = [...diagnosis.findings, ...diagnosis.weak].filter(
            ({ reproduces }) => reproduces === 1,
          );
          expect(fitting.map(named), mistake.id).toContain(mistake.id);
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(seen).toBeGreaterThan(RUNS * 15);
  },
  PATIENCE,
);

test(
  'pairs of one family are named, or a single mistake that gives the same output',
  () => {
    let [seen, found] = [0, 0];
    const families = [...new Set(MISTAKES.map(({ family }) => family))];
    const pairs = families.flatMap((family) => {
      const members = MISTAKES.filter((mistake) => mistake.family === family);
      return members.flatMap((a, i) => members.slice(i + 1).map((b) => [a, b] as const));
    });
    fc.assert(
      fc.property(roomyProblems(), fc.constantFrom(...pairs), (problem, pair) => {
        const sizes = sizesOf(problem);
        fc.pre(pair.every((mistake) => canBeMade(mistake, sizes)));
        const diagnosis = diagnosisOf(problem, 'integer', pair);
        fc.pre(diagnosis !== undefined);
        seen++;
        const fitting = [...diagnosis.findings, ...diagnosis.weak].filter(
          ({ reproduces }) => reproduces === 1,
        );
        const alone = fitting.some(({ mistakes }) => mistakes.length === 1);
        if (alone || fitting.some((finding) => named(finding) === ids(pair))) found++;
      }),
      { numRuns: RUNS * 15 },
    );
    expect(seen).toBeGreaterThan(RUNS * 10);
    expect(found / seen).toBeGreaterThanOrEqual(0.9);
    console.info(`pairs named: ${found} of ${seen}`);
  },
  PATIENCE,
);

describe('an output from outside the catalogue', () => {
  const damages: Readonly<Record<string, (tensor: Tensor, pick: (size: number) => number) => void>> = {
    'one element changed': ({ data }, pick) => {
      data[pick(data.length)] = (data[pick(data.length)] as number) + 1 + pick(5);
    },
    'one element replaced': ({ data }, pick) => {
      data[pick(data.length)] = 1 + pick(1000);
    },
    'a tenth of the elements replaced': ({ data }, pick) => {
      for (let i = 0; i < data.length; i += 10) data[i] = pick(2001) - 1000;
    },
    'noise on every element': ({ data }, pick) => {
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + 1 + pick(9);
    },
    'random numbers': ({ data }, pick) => {
      for (let i = 0; i < data.length; i++) data[i] = pick(2001) - 1000;
    },
    'elements in another order': ({ data }, pick) => {
      for (let i = data.length - 1; i > 0; i--) {
        const j = pick(i + 1);
        [data[i], data[j]] = [data[j] as number, data[i] as number];
      }
    },
  };

  const cases = KINDS.flatMap(([name, drawn]) =>
    Object.keys(damages).map((kind) => [kind, name, drawn] as const),
  );

  test.each(cases)('%s: no known mistake is claimed: %s', (kind, _, drawn) => {
    fc.assert(
      fc.property(roomyProblems(drawn), fc.infiniteStream(fc.nat()), (problem, randoms) => {
        const operands = fillOperands(problem, 'integer', 3);
        const actual = inject(problem, operands, []) as Tensor;
        damages[kind]?.(actual, (size) => (randoms.next().value as number) % size);
        const diagnosis = diagnose(problem, operands, actual);
        fc.pre(diagnosis.status !== 'right');
        expect(diagnosis.findings.map(named)).toEqual([]);
        expect(diagnosis.status).toBe('unknown');
        expect(diagnosis.where?.wrong).toBe(diagnosis.wrong);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
