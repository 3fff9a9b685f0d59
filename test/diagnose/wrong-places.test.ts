/**
 * Where an output is wrong, on the edges between one sentence and another.
 */
import { describe, expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { caseOf } from '../../src/diagnose/case.ts';
import { whereWrong } from '../../src/diagnose/where-wrong.ts';
import { inject } from './injection.ts';

type Place = readonly [n: number, co: number, oh: number, ow: number];

/** Sentences of an output that `damage` changes; undefined leaves an element right. */
function sentences(
  token: string,
  damage: (at: Place, value: number, i: number) => number | undefined,
  fill: 'integer' | 'normal' = 'integer',
): readonly string[] {
  const problem = describeProblem(token);
  const operands = fillOperands(problem, fill, 1);
  const actual = inject(problem, operands, []) as Tensor;
  const [, C, H, W] = actual.shape as [number, number, number, number];
  actual.data.forEach((value, i) => {
    const at = [Math.floor(i / W / H / C), Math.floor(i / W / H) % C, Math.floor(i / W) % H, i % W] as const;
    actual.data[i] = damage(at, value, i) ?? value;
  });
  return whereWrong(caseOf(problem, operands, actual))?.sentences ?? [];
}

const different = (value: number, i: number) => value + 1 + (i % 7) * (i % 5);

describe('channels', () => {
  const of = (token: string, hit: readonly number[]) =>
    sentences(token, ([, co], value, i) => (hit.includes(co) ? different(value, i) : undefined)).filter(
      (sentence) => !sentence.includes('wrong'),
    );
  const twelve = 'mb2ic1ih4iw5oc12kh1kw1';

  test.each([
    [[9, 10, 11], 'only the last 3 of 12 output channels'],
    [[4, 5, 6, 7, 8, 9, 10, 11], 'only the last 8 of 12 output channels'],
    [[8, 9, 10, 11], 'only the last 4 of 12 output channels: those beyond the last multiple of 8'],
    [[0, 1, 5], 'only 3 of 12 output channels'],
    [[2, 7], 'only 2 of 12 output channels'],
    [[0, 2, 5], 'only 3 of 12 output channels'],
    [[1, 5, 9], 'only every 4th of 12 output channels, from 1 on'],
    [[11], 'only output channel 11 of 12, the last'],
  ])('%j: %s', (hit, sentence) => {
    expect(of(twelve, hit)).toEqual([sentence]);
  });

  test('are those of groups where there are groups of several', () => {
    expect(of('g3mb1ic3ih4oc6kh1', [0, 5])).toEqual(['only 2 of 6 output channels', 'only groups 0, 2 of 3']);
    expect(of('g3mb1ic3ih4oc6kh1', [3])).toEqual(['only output channel 3 of 6', 'only group 1 of 3']);
    expect(of('g3mb1ic3ih4oc6kh1', [0, 2, 5])).toEqual(['only 3 of 6 output channels']);
    expect(of('g6mb1ic6ih4oc6kh1', [3])).toEqual(['only output channel 3 of 6']);
    expect(of('mb1ic6ih4oc6kh1', [3])).toEqual(['only output channel 3 of 6']);
  });
});

describe('a border', () => {
  const within = (depth: number, token: string) =>
    sentences(token, ([, , oh, ow], value, i) => {
      const [H, W] = [7, 8];
      return Math.min(oh, ow, H - 1 - oh, W - 1 - ow) < depth ? different(value, i) : undefined;
    }).filter((sentence) => sentence.includes('border'));

  test('is one pixel wide, or two, and not where the middle is wrong', () => {
    const token = 'mb1ic1ih7iw8oc1kh1kw1';
    expect(within(1, token)).toEqual(['only within 1 pixel of the border; the middle is right']);
    expect(within(2, token)).toEqual(['only within 2 pixels of the border; the middle is right']);
    expect(within(4, token)).toEqual([]);
  });

  test('is none of an output that has no middle', () => {
    const some = sentences('mb2ic1ih2iw2oc1kh1kw1', ([n], value, i) =>
      n === 0 ? different(value, i) : undefined,
    );
    expect(some.filter((sentence) => sentence.includes('border'))).toEqual([]);
  });
});

describe('values', () => {
  const token = 'mb1ic3ih4iw5oc2kh1kw1'; // 40 elements
  const valuesOf = (...given: Parameters<typeof sentences>) =>
    sentences(...given).filter((sentence) => /wrong element|bias/.test(sentence));

  test('are one number', () => {
    expect(valuesOf(token, (_, __, i) => (i === 7 ? 0.5 : undefined))).toEqual(['the wrong element is 0.5']);
    expect(valuesOf(token, (_, __, i) => (i < 9 ? -0 : undefined))).toEqual(['every wrong element is 0']);
    expect(valuesOf(token, (_, __, i) => (i < 9 ? Number.NaN : undefined))).toEqual([
      'every wrong element is NaN',
    ]);
  });

  test('are what is due times a number, of three elements or more', () => {
    const doubled = (count: number) => valuesOf(token, (_, value, i) => (i < count ? 2 * value : undefined));
    expect([doubled(2), doubled(3), doubled(40)]).toEqual([
      [],
      ['every wrong element is 2 times what is due'],
      ['every wrong element is 2 times what is due'],
    ]);
  });

  test('are so of floats within their rounding, and the largest decides the number', () => {
    const times = valuesOf(
      token,
      (_, value, i) => Math.fround(value * 1.5 * (1 + (i % 3) * 2 ** -23)),
      'normal',
    );
    expect(times).toEqual(['every wrong element is 1.5 times what is due']);
    expect(valuesOf(token, (_, value, i) => value * (1.5 + (i % 3) * 0.01), 'normal')).toEqual([]);
  });

  test('are off by a constant within each channel, which a bias is', () => {
    const sentence = 'within each channel, all are off by one constant: look at the bias';
    expect(valuesOf(token, ([, co], value) => value + 3 + 4 * co)).toEqual([sentence]);
    expect(valuesOf(token, ([, co], value) => value + 3 + 4 * co, 'normal')).toEqual([sentence]);
    expect(valuesOf(token, ([, co, oh], value) => value + 3 + 4 * co + oh)).toEqual([]);
    expect(valuesOf(token, ([, co], value, i) => value + 3 + co + (i === 39 ? 0.5 : 0), 'normal')).toEqual(
      [],
    );
  });

  test('of one element a channel show no constant', () => {
    const one = 'mb1ic2ih1iw1oc3kh1kw1';
    expect(valuesOf(one, ([, co], value) => value + 3 + 4 * co)).toEqual([]);
    expect(valuesOf('mb2ic2ih1iw1oc3kh1kw1', ([, co], value) => value + 3 + 4 * co)).toHaveLength(1);
  });
});
