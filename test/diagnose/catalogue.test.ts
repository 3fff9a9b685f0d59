/**
 * The catalogue itself: each entry whole, in one style, and shown on a problem that reveals it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken } from '../../src/core/token.ts';
import { changeAt } from '../../src/diagnose/applies.ts';
import { buildWiring } from '../../src/diagnose/build-wiring.ts';
import { findMistakes, nearestIds } from '../../src/diagnose/find-mistakes.ts';
import { FAMILIES } from '../../src/diagnose/mistakes/families.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { showsOn } from '../../src/diagnose/reveal.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { mistakeText } from '../../src/report/mistakes-text.ts';
import { CATALOGUE_PAGE, cataloguePage, tellAll } from './catalogue-page.ts';

test('ids are unique, in kebab case, and all families have members that stand together', () => {
  const ids = MISTAKES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
  const runs = MISTAKES.filter(({ family }, i) => family !== MISTAKES[i - 1]?.family).map(
    ({ family }) => family,
  );
  expect(runs.sort()).toEqual(Object.keys(FAMILIES).sort());
});

test('titles are unique and no longer than what stands beside an id', () => {
  const titles = MISTAKES.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

const told = tellAll();

describe.each(told.map((one) => ({ id: one.mistake.id, ...one })))('$id', ({ mistake, reveal, hiddenBy }) => {
  test('has a short title, and sentences for the rest', () => {
    const { title, cause, shows, fix } = mistake;
    expect(title.length).toBeLessThanOrEqual(44);
    expect(title).not.toMatch(/\.$/);
    for (const sentence of [cause, shows, fix]) {
      expect(sentence).toMatch(/[^.]\.$/);
      expect(sentence).not.toMatch(/ {2}|\b(ic|oc|ih|iw|mb)\/|i\.e\.|e\.g\./);
      expect((sentence.match(/`/g) ?? []).length % 2).toBe(0);
    }
    for (const sentence of [cause, shows]) expect(sentence).not.toContain('`');
  });

  test('names whole addresses, each once', () => {
    const addresses = [...mistake.evidence, ...(mistake.related ?? [])];
    for (const address of addresses) expect(address).toMatch(/^https:\/\/[\w.-]+\/\S+$/);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  test('is revealed by a problem, on the numbers shown with it', () => {
    if (reveal === undefined) throw new Error('no problem of the search reveals it');
    const { problem, operands, actual, expected, raises } = reveal;
    const reference = referenceOf(problem);
    const change = changeAt(mistake, reference.sizes) ?? {};
    expect(['different', 'data']).toContain(compareWiring(reference, change));
    const wiring = buildWiring(reference.sizes, [change]);
    if (actual === undefined) {
      expect(raises).toMatch(/\d/);
      expect(wiring?.raises ?? raises).toBe(raises);
    } else {
      expect(wiring !== undefined && showsOn(problem, wiring, operands)).toBe(true);
      expect(actual).not.toEqual(expected);
    }
  });

  test.each([60, 80])('is told in %i columns', (width) => {
    const text = mistakeText({ mistake, reveal, hiddenBy }, { width, palette: PLAIN, verbose: false });
    const tooLong = text.split('\n').filter((line) => line.length > width);
    expect(tooLong.filter((line) => !/^ {2}https:|^(explain|check) /.test(line))).toEqual([]);
    expect(text).not.toContain('`');
  });
});

test.each([
  ['unfold-stride-omitted', 'mb1ic1ih2oc1kh1sh2'],
  ['unfold-padding-omitted', 'mb1ic1ih1oc1kh1ph1'],
  ['kernel-flipped', 'mb1ic1ih2oc1kh2'],
  ['group-input-interleaved', 'g2mb1ic4ih1oc2kh1'],
  ['batch-first-sample-only', 'mb2ic1ih1oc1kh1'],
  ['index-int32-overflow', 'mb1ic1ih182oc1kh1sh181'],
  ['loop-bound-wraps', 'mb1ic1ih256oc1kh256'],
  ['fold-overwrites-instead-of-sum', 'mb1ic1ih3oc1kh2'],
  ['grad-weight-not-summed-over-batch', 'mb2ic1ih1oc1kh1'],
  ['grad-weight-groups-scrambled', 'g2mb1ic4ih1oc2kh1'],
])('%s is revealed by %s', (id, token) => {
  const reveal = told.find(({ mistake }) => mistake.id === id)?.reveal;
  expect(reveal && formatToken(reveal.problem).token).toBe(token);
});

describe('a change does no more than its mistake', () => {
  const change = (id: string) => {
    const mistake = mistakeOf(id);
    if (mistake === undefined) throw new Error(id);
    return mistake.variants[0].change;
  };
  const sizes = { inChannels: 1, outChannels: 1 };

  test.each(['same-ignores-dilation', 'same-dilation-not-reversed'])(
    '%s: a negative total at dilation 1 crops nothing',
    (id) => {
      const problem = resolveProblem({ ...sizes, inputSize: 2, kernelSize: 1, stride: 2 });
      expect(compareWiring(referenceOf(problem), change(id))).toBe('same');
    },
  );

  test('row-jump-uses-kernel-extent: paddings that add up to 0 are paddings', () => {
    const problem = resolveProblem({ ...sizes, inputSize: 3, kernelSize: 1, padding: 1, paddingEnd: -1 });
    expect(compareWiring(referenceOf(problem), change('row-jump-uses-kernel-extent'))).toBe('same');
  });

  test('fold-with-conv-kernel-on-output: a 1×1 kernel keeps its bias', () => {
    const problem = resolveProblem({ ...sizes, inputSize: 2, kernelSize: 1, bias: true });
    expect(compareWiring(referenceOf(problem), change('fold-with-conv-kernel-on-output'))).toBe('same');
  });
});

test('a mistake is found by its id alone, and by words of its title and cause in any case', () => {
  const ids = (...words: string[]) => findMistakes(words).map(({ id }) => id);
  expect(ids('pad-hw-swapped')).toEqual(['pad-hw-swapped']);
  expect(ids('SAME_UPPER')).toEqual(['same-upper-lower-swapped']);
  expect(ids('tf32', 'rounded')).toEqual(['tf32-inputs']);
  expect(ids().length).toBe(MISTAKES.length);
  expect(ids('walrus')).toEqual([]);
});

test('a mistyped id finds the one that was meant', () => {
  for (const { id } of MISTAKES) {
    const typed = `${id.slice(0, 3)}${id.slice(4)}`;
    expect(nearestIds(typed), typed).toContain(id);
  }
});

test('the page is what the sources give', () => {
  expect(readFileSync(CATALOGUE_PAGE, 'utf8'), 'run: npm run catalogue').toBe(cataloguePage(told));
});
