/**
 * Where an output is wrong, in words.
 */
import { describe, expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { caseOf } from '../../src/diagnose/case.ts';
import { whereWrong } from '../../src/diagnose/where-wrong.ts';
import { inject } from './injection.ts';

const TOKEN = 'g2mb2ic4ih7iw8oc12kh3kw2';
const [N, C_out, OH, OW] = [2, 12, 5, 7];

/** The right output with the elements that `isHit` picks made wrong by `damage`. */
function wrongWhere(
  isHit: (n: number, co: number, oh: number, ow: number) => boolean,
  damage: (value: number, i: number) => number = (value, i) => value + 1 + (i % 7),
) {
  const problem = describeProblem(TOKEN);
  const operands = fillOperands(problem, 'integer', 1);
  const actual = inject(problem, operands, []) as Tensor;
  expect(actual.shape).toEqual([N, C_out, OH, OW]);
  for (let i = 0; i < actual.data.length; i++) {
    const [ow, oh] = [i % OW, Math.floor(i / OW) % OH];
    const [co, n] = [Math.floor(i / OW / OH) % C_out, Math.floor(i / OW / OH / C_out)];
    if (isHit(n, co, oh, ow)) actual.data[i] = damage(actual.data[i] as number, i);
  }
  return whereWrong(caseOf(problem, operands, actual));
}

describe('the places are told', () => {
  test.each([
    ['one sample', (n: number) => n === 1, 'only sample 1 of 2, the last'],
    ['one channel', (_n: number, co: number) => co === 3, 'only output channel 3 of 12'],
    ['the channels of a group', (_n: number, co: number) => co >= 6, 'only group 1 of 2'],
    [
      'the last channels',
      (_n: number, co: number) => co >= 8,
      'only the last 4 of 12 output channels: those beyond the last multiple of 8',
    ],
    ['the first channels', (_n: number, co: number) => co < 3, 'only the first 3 of 12 output channels'],
    [
      'channels in the middle',
      (_n: number, co: number) => co > 2 && co < 5,
      'only output channels 3 to 4 of 12',
    ],
    [
      'every third channel',
      (_n: number, co: number) => co % 3 === 1,
      'only every third of 12 output channels, from 1 on',
    ],
    [
      'every second column',
      (_n: number, _c: number, _h: number, ow: number) => ow % 2 === 0,
      'only every second of 7 columns, from 0 on',
    ],
    ['the last row', (_n: number, _c: number, oh: number) => oh === 4, 'only row 4 of 5, the last'],
    [
      'the last columns',
      (_n: number, _c: number, _h: number, ow: number) => ow >= 4,
      'only the last 3 of 7 columns: those beyond the last multiple of 4',
    ],
    [
      'the border',
      (_n: number, _c: number, oh: number, ow: number) => oh === 0 || oh === 4 || ow === 0 || ow === 6,
      'only within 1 pixel of the border; the middle is right',
    ],
  ] as const)('%s', (_, isHit, sentence) => {
    expect(wrongWhere(isHit)?.sentences).toContain(sentence);
  });

  test('wrong everywhere says nothing of places', () => {
    expect(wrongWhere(() => true)?.sentences).toEqual([]);
  });
});

describe('the values are told', () => {
  const everywhere = () => true;

  test.each([
    ['zeros', () => 0, 'every wrong element is 0'],
    ['NaN', () => Number.NaN, 'every wrong element is NaN'],
    ['twice as large', (value: number) => 2 * value, 'every wrong element is 2 times what is due'],
  ] as const)('%s', (_, damage, sentence) => {
    expect(wrongWhere(everywhere, damage)?.sentences).toContain(sentence);
  });

  test('a constant in each channel', () => {
    const shifted = wrongWhere(everywhere, (value, i) => value + 10 + (Math.floor(i / OW / OH) % C_out));
    expect(shifted?.sentences).toEqual([
      'within each channel, all are off by one constant: look at the bias',
    ]);
  });

  test('one element', () => {
    const one = wrongWhere(
      (n, co, oh, ow) => n + co + oh + ow === 0,
      () => 12345,
    );
    expect(one).toMatchObject({ wrong: 1, elements: N * C_out * OH * OW });
    // Nothing of rows and borders: where it is says all that.
    expect(one?.sentences).toEqual([
      expect.stringMatching(/^only element \[0, 0, 0, 0\], which is 12345 where -?[\d.]+ is due$/),
    ]);
  });
});

test('the map holds the share of samples and channels that are wrong', () => {
  const { map } = wrongWhere((n, _co, oh, ow) => (oh === 0 && ow === 0) || (n === 0 && oh === 1)) ?? {
    map: [],
  };
  expect(map[0]?.[0]).toBeCloseTo(1);
  expect(map[1]?.[3]).toBeCloseTo(0.5);
  expect(map[2]?.[2]).toBe(0);
});

test('a right output is wrong nowhere', () => {
  expect(wrongWhere(() => false)).toBeUndefined();
});
