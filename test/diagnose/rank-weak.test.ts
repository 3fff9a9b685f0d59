/**
 * What is a match, and what chance would do: by the bits that its elements are evidence of.
 */
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/diagnose/case.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { NONE } from '../../src/diagnose/none.ts';
import { rank } from '../../src/diagnose/rank.ts';
import { lineCase, madeUp, names, reading, tensorOf } from './hand-made.ts';

describe('a match is weak where chance would do', () => {
  /** Element 0 becomes element 1: log2(2·512 + 1) bits are just more than ten, log2(2·511 + 1) just less. */
  const second = madeUp('second', [reading((i) => (i === 0 ? 1 : i))]);
  const found = (
    line: readonly number[],
    over: Partial<Case> = {},
    catalogue: readonly Mistake[] = [second],
  ) => {
    const output = [line[1] as number, ...line.slice(1)];
    const { exact, weak } = rank(lineCase(line, output, over), catalogue);
    return [names(exact), names(weak)];
  };

  test('by the size of what is given', () => {
    expect(found([5, 512, 7])).toEqual([['second'], []]);
    expect(found([5, 511, 7])).toEqual([[], ['second']]);
  });

  test('by the size of what is due, unless that is of another shape', () => {
    expect(found([512, 5, 7])).toEqual([['second'], []]);
    expect(found([511, 5, 7])).toEqual([[], ['second']]);
    const large = { direct: { ...lineCase([1], [1]).direct, magnitudeAt: () => 2 ** 20 } };
    expect(found([5, 511, 7], large)).toEqual([['second'], []]);
    expect(found([5, 511, 7], { ...large, hasRightShape: false })).toEqual([[], ['second']]);
  });

  test('by the hypotheses that were tried: two need a bit more', () => {
    const none = madeUp('none', [reading(() => 2)]);
    expect(found([5, 512, 7], {}, [second, none])).toEqual([[], ['second']]);
    expect(found([5, 1024, 7], {}, [second, none])).toEqual([['second'], []]);
  });

  test('by the wrong elements, each of which adds to it', () => {
    const shifted = madeUp('shifted', [reading((i) => Math.min(i + 1, 3))]);
    const { exact } = rank(lineCase([9, 8, 7, 6], [8, 7, 6, 6]), [shifted]);
    // Three elements of 19, 17 and 15: 12.2 bits.
    expect(names(exact)).toEqual(['shifted']);
    const small = rank(lineCase([4, 3, 2, 1], [3, 2, 1, 1]), [shifted]);
    expect([small.exact, names(small.weak)]).toEqual([[], ['shifted']]);
  });

  describe.each([Infinity, -Infinity, Number.NaN])('%d is a bit for each', (special) => {
    const line = (n: number) => [...new Array<number>(n).fill(3), ...new Array<number>(n).fill(special)];
    const mistake = (n: number) => madeUp('special', [reading((i) => (i < n ? i + n : i))]);
    /** All of them special, but for `damaged`. */
    const ranked = (n: number, more: readonly Mistake[] = [], damaged?: number) => {
      const output = Array.from({ length: 2 * n }, (_, i) => (i === damaged ? 8 : special));
      const { exact, partial, weak } = rank(lineCase(line(n), output), [mistake(n), ...more]);
      return [names(exact), names(partial), names(weak)];
    };

    test('ten are just enough for one hypothesis', () => {
      expect(ranked(10)).toEqual([['special'], [], []]);
      expect(ranked(9)).toEqual([[], [], ['special']]);
      const none = madeUp('none', [reading(() => 0)]);
      expect(ranked(10, [none])[2]).toContain('special');
    });

    test('so they are of a part', () => {
      expect(ranked(11, [], 0)).toEqual([[], ['special'], []]);
      expect(ranked(10, [], 0)).toEqual([[], [], []]);
    });
  });

  test('zeros where nothing is due are no evidence', () => {
    // Of another shape, and of nothing but what is not written.
    const shape = () => [1, 1, 1, 1, 3];
    const nothing = madeUp('nothing', [{ shape, output: () => () => NONE }]);
    const subject = lineCase([0.5, 0.25], [0, 0], {
      actual: tensorOf([1, 1, 3], [0, 0, 0]),
      hasRightShape: false,
      wrong: [0, 1, 2],
    });
    const { exact, weak } = rank(subject, [nothing]);
    expect([names(exact), names(weak)]).toEqual([[], ['nothing']]);
  });
});
