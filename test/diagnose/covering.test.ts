/**
 * The covering set shows every mistake and holds no problem too many; so do the figures of its README.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { formatToken } from '../../src/core/token.ts';
import { applicable } from '../../src/diagnose/applies.ts';
import { COVERING_TOKENS, coveringSet } from '../../src/diagnose/covering.ts';
import { visibilityOf } from '../../src/diagnose/inject.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';

const references = coveringSet().map(referenceOf);

/** By mistake, what it does on each problem. */
const visibilities = new Map(
  MISTAKES.map((mistake) => [mistake.id, references.map((reference) => visibilityOf(mistake, reference))]),
);

/** The problems on which a mistake shows: by its values, where it does anywhere. */
function shownOn(id: string): number[] {
  const kinds = visibilities.get(id) ?? [];
  const wanted = kinds.includes('values') ? 'values' : 'shape';
  return [...kinds.keys()].filter((p) => kinds[p] === wanted);
}

const AGAIN = 'find the set anew: npx tsx test/diagnose/find-covering.ts';

test.each(MISTAKES.map(({ id }) => id))('%s shows on the covering set', (id) => {
  expect(shownOn(id), AGAIN).not.toEqual([]);
});

test('only where no output could have the right shape does a mistake show by its shape alone', () => {
  const byShape = MISTAKES.filter(({ id }) => !visibilities.get(id)?.includes('values'));
  // Its buffer is the right one: only the shape (N, C_out, W_out, H_out) is wrong.
  expect(byShape.map(({ id }) => id)).toEqual(['output-view-ow-oh']);
});

test.each(COVERING_TOKENS.map((token, p) => [token, p] as const))('%s cannot be left out', (_, p) => {
  const onlyHere = MISTAKES.filter(({ id }) => shownOn(id).every((q) => q === p));
  expect(
    onlyHere.map(({ id }) => id),
    AGAIN,
  ).not.toEqual([]);
});

test('every problem has a bias, and its token is written as the tool writes it', () => {
  expect(coveringSet().every(({ bias }) => bias)).toBe(true);
  expect(coveringSet().map((problem) => formatToken(problem))).toEqual(
    COVERING_TOKENS.map((token) => ({ token, options: [] })),
  );
});

describe('the README of src/diagnose', () => {
  const markdown = readFileSync(new URL('../../src/diagnose/README.md', import.meta.url), 'utf8');
  const rows = [...markdown.matchAll(/^\| (.*?) +\| `(.*?)` +\| (\d+) \/ (\d+) +\|$/gm)].map(
    ([, name = '', token = '', shown, total]) => ({ name, token, shown: `${shown} / ${total}` }),
  );
  const decidable = MISTAKES.filter(({ variants: [{ change }] }) => change.arithmetic === undefined);

  /** Ids of the mistakes that the wiring of some problem shows, by their shape or by their taps. */
  function seenBy(tokens: readonly string[]): Set<string> {
    const of = tokens.map((token) => referenceOf(describeProblem(token, { bias: true })));
    return new Set(
      of.flatMap((reference) =>
        applicable(decidable, reference.sizes)
          .filter(({ variants: [{ change }] }) => compareWiring(reference, change) === 'different')
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
