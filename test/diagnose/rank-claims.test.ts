/**
 * What a search claims, on lines of numbers where every hypothesis can be read off; rank.test.ts has the catalogue.
 */
import { describe, expect, test } from 'vitest';
import { type Case, caseOf } from '../../src/diagnose/case.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { NONE } from '../../src/diagnose/none.ts';
import { type Match, rank, visibleVariants } from '../../src/diagnose/rank.ts';
import { lineOf, lineOperands, madeUp, reading, tensorOf } from './hand-made.ts';

/** The case of a line of `values` that became `given`. */
function lineCase(values: readonly number[], given: readonly number[], over: Partial<Case> = {}): Case {
  const problem = lineOf(values.length);
  return { ...caseOf(problem, lineOperands(values), tensorOf([1, 1, given.length], given)), ...over };
}

/** 1000, 1001, …: each match of one of them is some eleven bits of evidence. */
const counted = (length: number) => Array.from({ length }, (_, i) => 1000 + i);
const names = (matches: readonly Match[]) =>
  matches.map(({ hypothesis }) => hypothesis.mistakes.map(({ id }) => id).join('+'));
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

  test('infinities are a bit each: ten are just enough for one hypothesis', () => {
    const line = (n: number) => [
      ...Array.from({ length: n }, () => 3),
      ...new Array<number>(n).fill(Infinity),
    ];
    const infinite = (n: number) => new Array<number>(2 * n).fill(Infinity);
    const mistake = (n: number) => madeUp('infinite', [reading((i) => (i < n ? i + n : i))]);
    const ranked = (n: number, ...more: Mistake[]) => {
      const { exact, weak } = rank(lineCase(line(n), infinite(n)), [mistake(n), ...more]);
      return [names(exact), names(weak)];
    };
    expect(ranked(10)).toEqual([['infinite'], []]);
    expect(ranked(9)).toEqual([[], ['infinite']]);
    expect(ranked(10, madeUp('none', [reading(() => 0)]))).toEqual([[], ['infinite', 'infinite+none']]);
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

describe('pairs', () => {
  const turned = madeUp('turned', [reading((i) => (i + 1) % LENGTH)]);
  const made = (...maps: ((i: number) => number)[]) =>
    values.map((_, i) => values[maps.reduceRight((from, map) => map(from), i)] as number);
  const turn = (i: number) => (i + 1) % LENGTH;
  const swap = (i: number) => i ^ 1;
  const elsewhere = madeUp('elsewhere', [reading(swap)], 'fold');
  const chaos = values.map((_, i) => 20_000 + i * i);

  test('of one family are tried first, in both orders where they meet, and nothing after them', () => {
    const { exact, tried } = rank(lineCase(values, made(turn, reversed)), [turned, elsewhere, backwards]);
    expect(names(exact)).toEqual(['turned+backwards']);
    const other = rank(lineCase(values, made(reversed, turn)), [turned, elsewhere, backwards]);
    expect(names(other.exact)).toEqual(['backwards+turned']);
    expect([tried, other.tried]).toEqual([3 + 2, 3 + 2]);
  });

  test('of two families are tried last', () => {
    const { exact, tried } = rank(lineCase(values, made(swap, turn)), [turned, elsewhere, backwards]);
    expect(names(exact)).toContain('elsewhere+turned');
    expect(tried).toBe(3 + 2 + 4);
  });

  test('are each so many hypotheses more: what fits may be weak', () => {
    const small = [3, 0, 1, 2];
    const pair = [madeUp('turn', [reading((i) => (i + 1) % 4)]), madeUp('swap', [reading(swap)])];
    const output = small.map((_, i) => small[((i ^ 1) + 1) % 4] as number);
    const { exact, weak, tried } = rank(lineCase(small, output), pair);
    expect([exact, names(weak), tried]).toEqual([[], ['turn+swap'], 4]);
  });

  test('are of six variants within a family, and of two beyond', () => {
    const many = madeUp(
      'many',
      [1, 2, 3, 4, 5, 6, 7].map((by) => reading((i) => (i + by) % LENGTH)),
    );
    const tries = (second: Mistake) => rank(lineCase(values, chaos), [many, second]).tried;
    expect(tries(backwards)).toBe(8 + 6 * 2);
    expect(tries(elsewhere)).toBe(8 + 2 * 2);
  });

  test('are of what shows alone', () => {
    const still = madeUp('still', [reading((i) => i)]);
    const both = madeUp('both', [reading((i) => i), reading(turn)]);
    expect(rank(lineCase(values, chaos), [still, backwards]).tried).toBe(2);
    expect(rank(lineCase(values, chaos), [both, backwards]).tried).toBe(3 + 2);
    const candidates = visibleVariants(lineOf(LENGTH), [still, backwards, both]);
    expect(candidates.map(({ mistake, variants }) => [mistake.id, variants])).toEqual([
      ['backwards', backwards.variants],
      ['both', both.variants.slice(1)],
    ]);
  });
});

test('what cannot be made is not tried', () => {
  const elsewhere: Mistake = { ...backwards, applies: () => false };
  expect(told(rank(lineCase(values, given), [elsewhere]))).toEqual([[], [], [], 0]);
});
