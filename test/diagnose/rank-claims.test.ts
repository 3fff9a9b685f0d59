/**
 * What a search claims, on lines of numbers where every hypothesis can be read off; rank.test.ts has the catalogue.
 */
import { describe, expect, test } from 'vitest';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { rank } from '../../src/diagnose/rank.ts';
import { counted, lineCase, madeUp, names, reading, tensorOf } from './hand-made.ts';

const told = ({ exact, partial, weak, tried }: ReturnType<typeof rank>) => [
  names(exact),
  names(partial),
  names(weak),
  tried,
];

const LENGTH = 32;
const values = counted(LENGTH);
const reversed = (from: number) => LENGTH - 1 - from;
const backwards = madeUp('backwards', [reading(reversed)]);
/** The first `n` elements are read backwards. */
const partly = (n: number) => madeUp(`first ${n}`, [reading((i) => (i < n ? reversed(i) : i))]);
const given = values.map((_, i) => values[reversed(i)] as number);
const damaged = (...at: number[]) => given.map((value, i) => (at.includes(i) ? 5000 + i * i : value));

describe('a mistake that gives every element', () => {
  test('is exact, and neither what explains a part nor pairs are looked for', () => {
    const ranking = rank(lineCase(values, given), [partly(20), backwards]);
    expect(told(ranking)).toEqual([['backwards'], [], [], 2]);
    expect(ranking.exact[0]).toMatchObject({ reproduces: 1, explains: 1, elements: LENGTH });
  });

  test('is exact in each of its ways, in the order of the catalogue', () => {
    const second = madeUp('second', [reading((i) => i ^ 1), reading(reversed)]);
    expect(told(rank(lineCase(values, given), [second, backwards]))).toEqual([
      ['second', 'backwards'],
      [],
      [],
      3,
    ]);
  });

  test('must give those that are not in the sample as well', () => {
    const long = counted(100);
    const back = (i: number) => 99 - i;
    const output = long.map((_, i) => long[back(i)] as number);
    // Of a hundred wrong elements the sample has 32, every third or so: 0, 3, 6, but not 1.
    const other = output.map((value, i) => (i === 1 ? 1 : value));
    const mistake = madeUp('back', [reading(back)]);
    expect(names(rank(lineCase(long, output), [mistake]).exact)).toEqual(['back']);
    const { exact, partial } = rank(lineCase(long, other), [mistake]);
    expect([names(exact), names(partial)]).toEqual([[], ['back']]);
  });

  test('must give those that are right as well', () => {
    const half = given.map((value, i) => (i < 8 ? value : (values[i] as number)));
    expect(told(rank(lineCase(values, half), [backwards, partly(8)]))).toEqual([['first 8'], [], [], 2]);
  });

  test('must give the shape', () => {
    const subject = { actual: tensorOf([1, 2, 16], given), hasRightShape: false } as const;
    const reshaped = madeUp('reshaped', [
      {
        ...reading(reversed),
        shape: () => [1, 2, 1, 1, 16],
        output: () => (_n, co, _oh, ow) => co * 16 + ow,
      },
    ]);
    const ranking = rank(lineCase(values, given, subject), [backwards, partly(20)]);
    expect([ranking.exact, ranking.partial]).toEqual([[], []]);
    expect(names(rank(lineCase(values, given, subject), [backwards, reshaped]).exact)).toEqual(['reshaped']);
    // A part of another shape explains nothing.
    const part = { ...subject, actual: tensorOf([1, 2, 16], damaged(3)) };
    expect(rank(lineCase(values, given, part), [reshaped])).toMatchObject({ exact: [], partial: [] });
  });
});

describe('a part', () => {
  test('is told by its shares: of all, and of what is wrong or would be', () => {
    // Of the first 16 backwards, one is damaged and one right; so is one behind them damaged.
    const output = values.map((value, i) => (i < 16 && i !== 1 ? (given[i] as number) : value));
    output[0] = 7;
    output[31] = 8;
    const { exact, partial, weak } = rank(lineCase(values, output), [partly(16)]);
    expect([exact, names(partial), weak]).toEqual([[], ['first 16'], []]);
    // Not given: 0, 1 and 31. Wrong: 0, 2 … 15 and 31; and 1 would be.
    expect(partial[0]).toMatchObject({ reproduces: 29 / 32, explains: 14 / 17, elements: 32 });
  });

  test('is at least half of what is wrong', () => {
    expect(names(rank(lineCase(values, damaged(31)), [partly(15)]).partial)).toEqual([]);
    expect(names(rank(lineCase(values, damaged(31)), [partly(16)]).partial)).toEqual(['first 16']);
  });

  test('is at least half of what would be wrong, too', () => {
    const two = values.map((value, i) => (i < 8 ? (given[i] as number) : value));
    two[31] = 3;
    // Eight of nine wrong elements; but 24 others would be wrong.
    expect(names(rank(lineCase(values, two), [backwards]).partial)).toEqual([]);
    expect(names(rank(lineCase(values, two), [partly(8)]).partial)).toEqual(['first 8']);
  });

  test('is no chance: small numbers, that few of them prove nothing', () => {
    const small = rank(lineCase([1, 2, 3, 4], [4, 3, 2, 9]), [madeUp('back', [reading((i) => 3 - i)])]);
    expect([small.partial, small.weak]).toEqual([[], []]);
    const large = rank(lineCase([10, 20, 30, 40], [40, 30, 20, 9]), [
      madeUp('back', [reading((i) => 3 - i)]),
    ]);
    expect(names(large.partial)).toEqual(['back']);
  });

  test('takes ten bits for one hypothesis, and no more', () => {
    // One of two: of 1024 equally likely numbers.
    const found = (size: number) => {
      const over = { direct: { ...lineCase([1], [1]).direct, magnitudeAt: () => size } };
      const swapped = madeUp('swapped', [reading((i) => 1 - i)]);
      return names(rank(lineCase([2, 3], [3, 9], over), [swapped]).partial);
    };
    expect([found(511.5), found(511)]).toEqual([['swapped'], []]);
  });

  test('counts what is due as evidence, where nothing is given instead', () => {
    const nothing = madeUp('nothing', [reading(() => -1)]);
    const { partial } = rank(lineCase(values, [9, ...new Array<number>(31).fill(0)]), [nothing]);
    expect(partial[0]).toMatchObject({ explains: 31 / 32 });
  });

  test('is one of five, those that explain most first', () => {
    const parts = [16, 18, 20, 22, 24, 26, 28, 30].map(partly);
    const { partial } = rank(lineCase(values, damaged(31)), parts);
    expect(names(partial)).toEqual([30, 28, 26, 24, 22].map((n) => `first ${n}`));
    expect(partial.map(({ explains }) => explains)).toEqual([30, 28, 26, 24, 22].map((n) => n / 32));
  });

  test('is measured where it gives as much of the sample as the twenty that give most', () => {
    const long = counted(64);
    const back = (i: number) => 63 - i;
    const output = long.map((_, i) => (i === 63 ? 5 : (long[back(i)] as number)));
    // Of 64 wrong elements the sample has the even ones up to 60.
    const alike = Array.from({ length: 20 }, (_, m) =>
      madeUp(`${m}`, [reading((i) => (i < 40 ? back(i) : i))]),
    );
    const better = madeUp('better', [reading((i) => (i < 40 || i % 2 === 1 ? back(i) : i))]);
    const found = (some: readonly Mistake[]) => names(rank(lineCase(long, output), some).partial);
    expect(found([...alike.slice(1), better])).toEqual(['better', '1', '2', '3', '4']);
    expect(found([...alike, better])).toEqual(['0', '1', '2', '3', '4']);
    const best = madeUp('best', [reading((i) => (i < 50 ? back(i) : i))]);
    expect(found([...alike, best])).toEqual(['best', '0', '1', '2', '3']);
  });
});

test('what cannot be made is not tried', () => {
  const elsewhere: Mistake = { ...backwards, applies: () => false };
  expect(told(rank(lineCase(values, given), [elsewhere]))).toEqual([[], [], [], 0]);
});
