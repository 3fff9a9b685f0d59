/**
 * Two mistakes together: which pairs are tried, in which order, and how many.
 */
import { describe, expect, test } from 'vitest';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { rank, visibleVariants } from '../../src/diagnose/rank.ts';
import { counted, lineCase, lineOf, madeUp, names, reading } from './hand-made.ts';

const LENGTH = 32;
const values = counted(LENGTH);
const reversed = (from: number) => LENGTH - 1 - from;
const backwards = madeUp('backwards', [reading(reversed)]);

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
