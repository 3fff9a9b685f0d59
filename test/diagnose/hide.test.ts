/**
 * What is said to hide a mistake does hide it: on every small problem that has the setting.
 */
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { formatToken } from '../../src/core/token.ts';
import { hiddenBy, reveals } from '../../src/diagnose/hide.ts';
import { COMMON_KIND, type Kind, kindOf } from '../../src/diagnose/kind.ts';
import { MISTAKES, mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { type Reference, referenceOf } from '../../src/diagnose/reference.ts';
import { type Draft, type Pair, problemOf, SETTINGS, type Setting } from '../../src/diagnose/settings.ts';
import { smallProblems } from '../../src/diagnose/small-problems.ts';

/** All with at most one departure, and the smaller ones with two; each also with a bias and two samples. */
const MOST_PROBLEMS = 1000;

const drafts = [...take(smallProblems(), MOST_PROBLEMS)]
  .filter(({ axes }) => axes.every(({ inputSize }) => inputSize <= 5))
  .map(draftOf)
  .flatMap((draft) => [draft, { ...draft, bias: true, N: 2 }]);

const found = new Map<string, readonly { readonly problem: Problem; readonly reference: Reference }[]>();

/** Small problems of a kind that have the setting; found once. */
function having(words: string, kind: Kind) {
  const key = `${words} ${JSON.stringify(kind)}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const { edit } = SETTINGS[words] as Setting;
  const problems = drafts.flatMap(
    (draft) => problemOf({ ...draft, kind, ...edit({ ...draft, kind }) }) ?? [],
  );
  const distinct = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  const made = [...distinct.values()].map((problem) => ({ problem, reference: referenceOf(problem) }));
  found.set(key, made);
  return made;
}

test('each setting has many small problems', () => {
  for (const words of Object.keys(SETTINGS))
    expect(having(words, COMMON_KIND).length, words).toBeGreaterThan(100);
});

describe('no small problem shows a mistake under what hides it:', () => {
  test.each(MISTAKES.map((mistake) => ({ id: mistake.id, mistake })))('$id', ({ mistake }) => {
    for (const words of hiddenBy(mistake).filter((hiding) => hiding in SETTINGS)) {
      const problems = having(words, kindOf(mistake));
      expect(problems.length).toBeGreaterThan(20);
      const showing = problems.filter(({ reference }) => reveals(reference, mistake));
      expect(
        showing.map(({ problem }) => formatToken(problem).token),
        words,
      ).toEqual([]);
    }
  });
});

test.each([
  ['unfold-stride-omitted', ['stride 1']],
  ['pad-hw-swapped', ['padding 0', 'height and width alike in all']],
  ['bounds-check-h-for-w', ['a square input']],
  ['batch-mixed-by-reshape', ['N = 1', 'C_out = 1']],
  ['group-bias-local-index', ['groups = 1', 'no bias']],
  ['tail-k-dropped', ['K a multiple of 4']],
  ['tf32-inputs', ['small integers']],
  ['zero-skip-loses-nan', ['finite data']],
  ['index-int32-overflow', ['small tensors']],
  ['out-size-drops-last', []],
])('%s is hidden by %j', (id, hiding) => {
  const mistake = mistakeOf(id);
  expect(mistake && hiddenBy(mistake)).toEqual(hiding);
});

function draftOf({ batch, inChannels, outChannels, groups, bias, axes }: Problem): Draft {
  const pair = (key: 'inputSize' | 'kernelSize' | 'stride' | 'dilation' | 'paddingBegin' | 'paddingEnd') =>
    axes.map((axis) => axis[key]) as unknown as Pair;
  return {
    N: batch,
    C_in: inChannels,
    C_out: outChannels,
    G: groups,
    bias,
    size: pair('inputSize'),
    kernel: pair('kernelSize'),
    stride: pair('stride'),
    dilation: pair('dilation'),
    begin: pair('paddingBegin'),
    end: pair('paddingEnd'),
  };
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
