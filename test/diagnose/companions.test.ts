/**
 * Few companions that show what a problem hides, and what is said of a problem's blind spots.
 */
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { blindSpots, visibilityOf } from '../../src/diagnose/blind-spots.ts';
import { companionsOf } from '../../src/diagnose/companions.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';
import { firstSimilar, specialProblems } from '../../src/diagnose/similar.ts';
import type { Sizes } from '../../src/diagnose/sizes.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { mistakeBy } from './mistakes.ts';
import { tiny, withBudget } from './tiny.ts';

/** Shows wherever it can be made: no weight is found. */
const NOTHING: Change = { weight: () => () => NONE };
/** A mistake that shows exactly where `applies` holds. */
const shownBy = (id: string, applies: (sizes: Sizes) => boolean): Mistake =>
  mistakeBy(NOTHING, { id, applies });

const PLAIN = tiny({ inputSize: [4], kernelSize: 2 });
const ids = (mistakes: readonly Mistake[]) => mistakes.map(({ id }) => id);

describe('companions', () => {
  const told = (problem: Problem, hidden: readonly Mistake[]) => {
    const { companions, stillHidden } = companionsOf(problem, hidden);
    return { shown: companions.map(({ shows }) => ids(shows)), left: ids(stillHidden), companions };
  };
  const batch = shownBy('batch', ({ N }) => N === 2);
  const channels = shownBy('channels', ({ C_in, G }) => C_in === 2 && G === 1);
  const strided = shownBy('strided', ({ right: [, w] }) => w.stride === 2);
  const never = shownBy('never', () => false);

  test('are none where nothing is hidden, or nothing shows it', () => {
    expect(companionsOf(PLAIN, [])).toEqual({ companions: [], stillHidden: [] });
    expect(companionsOf(PLAIN, [never])).toEqual({ companions: [], stillHidden: [never] });
  });

  test('are the first problem that shows most of what is left', () => {
    const { shown, left, companions } = told(PLAIN, [batch, never, channels]);
    expect([shown, left]).toEqual([[['batch', 'channels']], ['never']]);
    // Both channel counts and the samples: the first candidate that changes these three.
    expect(companions[0]?.problem).toEqual({
      ...tiny({ inputSize: [4], kernelSize: 2, inChannels: 2, outChannels: 2, batch: 2, bias: true }),
    });
  });

  test('are the first of those that show as much', () => {
    const candidates = [...firstSimilar({ ...PLAIN, bias: true }, 150), ...specialProblems(PLAIN)];
    const { companions } = told(PLAIN, [batch]);
    expect(companions).toHaveLength(1);
    expect(companions[0]?.problem).toEqual(candidates.find((candidate) => candidate.batch === 2));
  });

  test('can none of them be left out, though it was chosen first', () => {
    /** Shown with two samples at stride 1, or with one sample at `stride`. */
    const either = (id: string, stride: number) =>
      shownBy(id, ({ N, right: [, w] }) => w.stride === (N === 2 ? 1 : stride));
    const alone = (id: string, stride: number) =>
      shownBy(id, ({ N, right: [, w] }) => N === 1 && w.stride === stride);
    // Two samples show four, and then each stride is needed for one, which shows two of those four too.
    const hidden = [
      either('a', 2),
      either('b', 2),
      either('c', 3),
      either('d', 3),
      alone('e', 2),
      alone('f', 3),
    ];
    const { shown, left } = told(PLAIN, hidden);
    expect(left).toEqual([]);
    expect(shown).toEqual([
      ['a', 'b', 'e'],
      ['c', 'd', 'f'],
    ]);
  });

  test('show a mistake once, by the first that does', () => {
    const wide = shownBy('wide', ({ N, right: [, w] }) => N === 2 || w.stride === 2);
    const { shown } = told(PLAIN, [
      wide,
      shownBy('batch alone', ({ N, right: [, w] }) => N === 2 && w.stride === 1),
      shownBy('stride alone', ({ N, right: [, w] }) => N === 1 && w.stride === 2),
    ]);
    expect(shown).toEqual([['wide', 'batch alone'], ['stride alone']]);
  });

  test('have a bias where they can have one', () => {
    const bias = mistakeBy({ biasTimes: 2 }, { id: 'bias' });
    expect(told(PLAIN, [bias]).companions[0]?.problem.bias).toBe(true);
    expect(told(tiny({ inputSize: [4], transposed: true }), [bias]).companions[0]?.problem).toMatchObject({
      transposed: true,
      bias: true,
    });
    const gradient = tiny({ inputSize: [4], direction: 'grad-input' });
    expect(told(gradient, [bias]).left).toEqual(['bias']);
    expect(told(gradient, [strided]).companions[0]?.problem.bias).toBe(false);
  });

  test('are of the nearest 150 problems, or of a kind of their own', () => {
    const seen = new Set<string>();
    const spying = shownBy('spying', (sizes) => {
      seen.add(JSON.stringify(sizes));
      return false;
    });
    companionsOf(PLAIN, [spying]);
    const due = [
      ...firstSimilar({ ...PLAIN, bias: true }, 150),
      ...specialProblems({ ...PLAIN, bias: true }),
    ];
    expect(seen).toEqual(new Set(due.map((problem) => JSON.stringify(referenceOf(problem).sizes))));
  });
});

describe('blind spots', () => {
  const same = mistakeBy({ weight: (weight) => weight }, { id: 'same' });
  const different = mistakeBy(NOTHING, { id: 'different' });
  const data = mistakeBy({ arithmetic: {} }, { id: 'data' });
  const elsewhere = mistakeBy(NOTHING, { id: 'elsewhere', scope: { leastAxes: 2 } });
  const groups = mistakeBy(NOTHING, { id: 'groups', family: 'groups' });

  test('are told from what shows, what data decide and what exists elsewhere', () => {
    const catalogue = [different, same, groups, data, elsewhere];
    expect(blindSpots(PLAIN, catalogue)).toEqual({
      hidden: [same, groups],
      visible: [different],
      dependsOnData: [data],
      undecided: [],
      notApplicable: [elsewhere],
    });
  });

  test('are not decided where there are too many taps', () => {
    const both: Change = {
      plane: (plane) => (n, g, c) => plane(n, g, c),
      bias:
        (bias) =>
        (...place) =>
          bias(...place),
    };
    const reference = withBudget(tiny({ outChannels: 9000 }), 0);
    expect(visibilityOf(reference, mistakeBy(both))).toBe('undecided');
  });

  test('are of the way in which the mistake is named there', () => {
    const inWeight = mistakeBy(
      {},
      { variants: [{ change: NOTHING, directions: ['grad-weight'] }, { change: {} }] },
    );
    expect(visibilityOf(referenceOf(PLAIN), inWeight)).toBe('same');
    const gradient = tiny({ inputSize: [4], kernelSize: 2, direction: 'grad-weight' });
    expect(visibilityOf(referenceOf(gradient), inWeight)).toBe('different');
    expect(visibilityOf(referenceOf(PLAIN), elsewhere)).toBe('same');
    expect(visibilityOf(referenceOf(PLAIN), groups)).toBe('same');
  });

  test('are of the whole catalogue unless they are asked of another', () => {
    const { hidden, visible, dependsOnData, undecided, notApplicable } = blindSpots(PLAIN);
    const all = [...hidden, ...visible, ...dependsOnData, ...undecided, ...notApplicable];
    expect(ids(all).sort()).toEqual(ids(MISTAKES).sort());
    expect(
      Math.min(hidden.length, visible.length, dependsOnData.length, notApplicable.length),
    ).toBeGreaterThan(0);
  });
});
