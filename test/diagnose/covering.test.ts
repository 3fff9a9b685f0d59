/**
 * The covering set shows every mistake and holds no problem too many; so do the figures of its README.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Direction } from '../../src/core/problem.ts';
import { formatToken } from '../../src/core/token.ts';
import { applicable, changeAt, directionsOf } from '../../src/diagnose/applies.ts';
import { COVERING_TOKENS, coveringSet } from '../../src/diagnose/covering.ts';
import { visibilityOf } from '../../src/diagnose/inject.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change } from '../../src/diagnose/wiring.ts';

const problems = coveringSet();
const references = problems.map(referenceOf);

/** By mistake, what it does on each problem. */
const visibilities = new Map(
  MISTAKES.map((mistake) => [mistake.id, references.map((reference) => visibilityOf(mistake, reference))]),
);

/** The problems of a direction on which a mistake shows: by its values, where it does anywhere. */
function shownOn(id: string, direction: Direction): number[] {
  const kinds = visibilities.get(id) ?? [];
  const own = [...kinds.keys()].filter((p) => problems[p]?.direction === direction);
  const wanted = own.some((p) => kinds[p] === 'values') ? 'values' : 'shape';
  return own.filter((p) => kinds[p] === wanted);
}

const AGAIN = 'find the set anew: npx tsx test/diagnose/find-covering.ts';

/** Mistakes of one padding mode need not show in every direction. */
const cases = MISTAKES.flatMap((mistake): (readonly [string, readonly Direction[]])[] => {
  const directions = directionsOf(mistake);
  const isOfMode = mistake.scope?.modes?.includes('zeros') === false;
  return isOfMode ? [[mistake.id, directions]] : directions.map((one) => [mistake.id, [one]]);
});

test.each(cases)('%s shows on the covering set: %j', (id, directions) => {
  expect(
    directions.flatMap((direction) => shownOn(id, direction)),
    AGAIN,
  ).not.toEqual([]);
});

test.each([
  // Its buffer is the right one: only the shape (N, C_out, W_out, H_out) is wrong.
  ['forward', ['output-view-ow-oh']],
  // Where fold takes that size, it is the right one; an empty slice has no values.
  ['grad-input', ['output-view-ow-oh', 'fold-output-size-is-conv-output', 'crop-slice-minus-zero']],
  // The weight's gradient is as large as the windows; what is too much of it is right but for that.
  ['grad-weight', ['unfold-kernel-size-scalar', 'grad-weight-extra-rows-not-cropped']],
] as const)(
  'only where no output could have the right shape does one show by its shape alone: %s',
  (direction, ids) => {
    const byShape = MISTAKES.filter(({ id }) => {
      const kinds = shownOn(id, direction).map((p) => visibilities.get(id)?.[p]);
      return kinds.length > 0 && !kinds.includes('values');
    });
    expect(byShape.map(({ id }) => id)).toEqual(ids);
  },
);

test.each(COVERING_TOKENS.map((token, p) => [token, p] as const))('%s cannot be left out', (token) => {
  const own = problems.findIndex((problem) => {
    return problem.direction === 'forward' && formatToken(problem).token === token;
  });
  const four = problems.flatMap((problem, p) =>
    problem.direction === 'forward' && COVERING_TOKENS.includes(formatToken(problem).token) ? [p] : [],
  );
  const onlyHere = MISTAKES.filter(({ id }) => {
    const shown = shownOn(id, 'forward').filter((p) => four.includes(p));
    return shown.length > 0 && shown.every((p) => p === own);
  });
  expect(
    onlyHere.map(({ id }) => id),
    AGAIN,
  ).not.toEqual([]);
});

test('every problem has a bias if it can, and its token is written as the tool writes it', () => {
  for (const problem of problems) {
    expect(problem.bias).toBe(problem.direction === 'forward' || problem.transposed);
    const { token, options } = formatToken(problem);
    expect(token).toMatch(/^(g\d+)?mb\d/);
    expect(options.every((option) => option.startsWith('--'))).toBe(true);
  }
  const forward = problems
    .filter(({ direction }) => direction === 'forward')
    .map((one) => formatToken(one).token);
  expect(forward).toEqual(expect.arrayContaining([...COVERING_TOKENS]));
});

describe('the README of src/diagnose', () => {
  const markdown = readFileSync(new URL('../../src/diagnose/README.md', import.meta.url), 'utf8');
  const rows = [...markdown.matchAll(/^\| (.*?) +\| `(.*?)` +\| (\d+) \/ (\d+) +\|$/gm)].map(
    ([, name = '', token = '', shown, total]) => ({ name, token, shown: `${shown} / ${total}` }),
  );
  const plain = sizesOf(describeProblem(COVERING_TOKENS[0] as string));
  const decidable = MISTAKES.filter((mistake) => {
    const change = changeAt(mistake, plain);
    return change !== undefined && change.arithmetic === undefined;
  });

  /** Ids of the mistakes that the wiring of some problem shows, by their shape or by their taps. */
  function seenBy(tokens: readonly string[]): Set<string> {
    const of = tokens.map((token) => referenceOf(describeProblem(token, { bias: true })));
    return new Set(
      of.flatMap((reference) =>
        applicable(decidable, reference.sizes)
          .filter((mistake) => compareWiring(reference, changeAt(mistake, plain) as Change) === 'different')
          .map(({ id }) => id),
      ),
    );
  }

  test('has a table that was read', () => {
    expect(rows.length).toBeGreaterThan(12);
    expect(rows.slice(-COVERING_TOKENS.length).map(({ token }) => token)).toEqual(COVERING_TOKENS);
  });

  test.each(rows)('says what $token shows', ({ token, shown }) => {
    expect(shown).toBe(`${seenBy([token]).size} / ${decidable.length}`);
  });

  test('says what three of them show together', () => {
    const three = ['nothing equal', 'depthwise, multiplier 2', 'pointwise, C_in = H_in = W_in'];
    const tokens = rows.filter(({ name }) => three.includes(name)).map(({ token }) => token);
    expect(tokens).toHaveLength(3);
    expect(markdown).toContain(
      `Those three problems show ${seenBy(tokens).size} of these ${decidable.length}`,
    );
    expect(seenBy(COVERING_TOKENS).size).toBe(decidable.length);
  });
});
