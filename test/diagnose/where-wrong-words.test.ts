/**
 * What is said of where and what is wrong, on outputs written down: what is due and what was given.
 */
import { describe, expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { HALF_FORMATS, roundTo } from '../../src/core/formats.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resultShape } from '../../src/core/problem.ts';
import { type Case, caseOf } from '../../src/diagnose/case.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { whereWrong } from '../../src/diagnose/where-wrong.ts';
import { lineOf, lineOperands, tensorOf } from './hand-made.ts';

/** Ones where 0 was due, of many sizes, so that nothing is said of values, at these places of a result. */
function told(token: string, isHit: (place: readonly number[]) => boolean, params: ConvParams = {}) {
  const problem = describeProblem(token, params);
  const shape = resultShape(problem);
  const operands = fillOperands(problem, 'ones', 0);
  const zeroed = Object.fromEntries(
    Object.entries(operands).map(([name, tensor]) => [
      name,
      tensor && { ...tensor, data: tensor.data.map(() => 0) },
    ]),
  );
  const count = shape.reduce((product, size) => product * size, 1);
  const data = Array.from({ length: count }, (_, element) => {
    let rest = element;
    const place = [...shape].reverse().map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    });
    return isHit(place.reverse()) ? 1 + element * element : 0;
  });
  return whereWrong(caseOf(problem, zeroed, tensorOf(shape, data)));
}

/** What is said of where channels are wrong. */
const places = (token: string, ...hit: number[]) =>
  told(token, ([, co]) => hit.includes(co as number))?.sentences;

/** The same of two samples of many channels of one element. */
const ofChannels = (size: number, ...hit: number[]) => places(`mb2ic1iw1oc${size}kw1`, ...hit);

describe('of an axis', () => {
  test.each([
    ['the last of them', 12, [11], 'only output channel 11 of 12, the last'],
    ['one', 12, [4], 'only output channel 4 of 12'],
    ['two apart', 12, [0, 3], 'only 2 of 12 output channels'],
    ['three apart', 12, [1, 4, 7], 'only every third of 12 output channels, from 1 on'],
    ['every fourth', 12, [0, 4, 8], 'only every 4th of 12 output channels, from 0 on'],
    ['three without a rule', 12, [0, 1, 3], 'only 3 of 12 output channels'],
    ['and others', 12, [0, 2, 5, 6], 'only 4 of 12 output channels'],
    ['the first', 12, [0, 1], 'only the first 2 of 12 output channels'],
    ['in between', 12, [3, 4], 'only output channels 3 to 4 of 12'],
  ] as const)('%s', (_, size, hit, sentence) => {
    expect(ofChannels(size, ...hit)).toEqual([sentence]);
  });

  test('a tail is told by its block, where it is one', () => {
    const multiple = (block: number) => `: those beyond the last multiple of ${block}`;
    expect(ofChannels(11, 8, 9, 10)).toEqual([`only the last 3 of 11 output channels${multiple(8)}`]);
    expect(ofChannels(15, 12, 13, 14)).toEqual([`only the last 3 of 15 output channels${multiple(4)}`]);
    expect(ofChannels(12, 4, 5, 6, 7, 8, 9, 10, 11)).toEqual(['only the last 8 of 12 output channels']);
    expect(ofChannels(7, 5, 6)).toEqual(['only the last 2 of 7 output channels']);
  });

  test('planes, rows and columns, and the share of each pixel', () => {
    const token = 'mb2ic1id3ih2iw4oc2kd1kh1kw1';
    const plane = told(token, ([, , od]) => od === 1);
    expect(plane?.sentences).toEqual(['only plane 1 of 3']);
    expect(plane?.map.flat().every((share) => Math.abs(share - 1 / 3) < 1e-12)).toBe(true);
    expect(told(token, ([, , , oh]) => oh === 1)?.sentences).toEqual(['only row 1 of 2, the last']);
    const column = told(token, ([, , , , ow]) => ow === 2);
    expect(column?.sentences).toEqual(['only column 2 of 4']);
    expect(column?.map.map((row) => row.map((share) => Math.round(share * 1e9) / 1e9))).toEqual([
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ]);
    expect(told(token, ([n]) => n === 0)?.sentences).toEqual(['only sample 0 of 2']);
  });

  test('and of gradients what their axes are', () => {
    const token = 'mb1ic2iw4oc3kw2';
    const first = ([a]: readonly number[]) => a === 0;
    const second = ([, b]: readonly number[]) => b === 0;
    const weight = { direction: 'grad-weight' } as const;
    expect(told(token, first, weight)?.sentences).toEqual(['only output channel 0 of 3']);
    expect(told(token, second, weight)?.sentences).toEqual(['only input channel of a group 0 of 2']);
    expect(told('mb1ic3iw4oc3kw2', ([, b]) => b !== 2, weight)?.sentences).toEqual([
      'only the first 2 of 3 input channels of a group',
    ]);
    expect(told(token, second, { direction: 'grad-input' })?.sentences).toEqual([
      'only input channel 0 of 2',
    ]);
    expect(told(token, second, { transposed: true })?.sentences).toEqual(['only output channel 0 of 3']);
  });
});

describe('of groups', () => {
  test('one of them, wholly or in part', () => {
    const token = 'g2mb2ic2iw1oc6kw1';
    expect(places(token, 0, 1)).toEqual(['only the first 2 of 6 output channels', 'only group 0 of 2']);
    expect(places(token, 4)).toEqual(['only output channel 4 of 6', 'only group 1 of 2']);
    expect(places(token, 2, 3)).toEqual(['only output channels 2 to 3 of 6']);
  });

  test('several', () => {
    expect(places('g3mb2ic3iw1oc6kw1', 1, 5)).toEqual([
      'only 2 of 6 output channels',
      'only groups 0, 2 of 3',
    ]);
  });

  test('not where each is a channel, or there is but one', () => {
    expect(places('g3mb2ic3iw1oc3kw1', 1)).toEqual(['only output channel 1 of 3']);
    expect(places('mb2ic3iw1oc3kw1', 1)).toEqual(['only output channel 1 of 3']);
  });
});

describe('of the border', () => {
  const within = (size: number, depth: number) =>
    told(`mb1ic1ih${size}oc1kh1`, ([, , oh, ow]) => {
      return (
        Math.min(oh as number, ow as number, size - 1 - (oh as number), size - 1 - (ow as number)) < depth
      );
    })?.sentences;

  test('as many pixels as it is deep, while there is a middle', () => {
    expect(within(7, 1)).toEqual(['only within 1 pixel of the border; the middle is right']);
    expect(within(7, 2)).toEqual(['only within 2 pixels of the border; the middle is right']);
    expect(within(7, 3)).toEqual(['only within 3 pixels of the border; the middle is right']);
    expect(within(7, 4)).toEqual([]);
    expect(within(2, 1)).toEqual([]);
  });

  test('on each of its sides', () => {
    const corner = ([, , oh, ow]: readonly number[]) => oh === 4 && ow === 6;
    expect(told('mb2ic1ih5iw7oc1kh1kw1', corner)?.sentences).toContain(
      'only within 1 pixel of the border; the middle is right',
    );
    const inner = ([, , oh, ow]: readonly number[]) => oh === 1 && ow === 5;
    expect(told('mb2ic1ih5iw7oc1kh1kw1', inner)?.sentences).toContain(
      'only within 2 pixels of the border; the middle is right',
    );
    const middle = ([, , oh, ow]: readonly number[]) => oh === 2 && ow === 3;
    expect(told('mb2ic1ih5iw7oc1kh1kw1', middle)?.sentences.join()).not.toContain('border');
  });
});

describe('of values', () => {
  /** The case of `given` where `due` is, each with S = `size`, all elements wrong. */
  function valuesOf(due: readonly number[], given: readonly number[], over: Partial<Case> = {}, size = 0) {
    const problem = lineOf(due.length);
    const subject = caseOf(problem, lineOperands(due), tensorOf([1, 1, due.length], given));
    const wrong = due.flatMap((value, i) => (value === given[i] ? [] : [i]));
    const magnitudeAt = (i: number) => Math.max(size, Math.abs(due[i] as number));
    const direct = { ...subject.direct, output: Float64Array.from(due), magnitudeAt };
    return whereWrong({ ...subject, wrong, direct, ...over })?.sentences;
  }
  const floats = { isInteger: false };

  test('one number, to nine digits, whatever the sign of its zero', () => {
    expect(valuesOf([1, 2, 3], [0, -0, 0])).toEqual(['every wrong element is 0']);
    expect(valuesOf([1, 2, 3], [9, 9, 9])).toEqual(['every wrong element is 9']);
    expect(valuesOf([1, 2], [Number.NaN, Number.NaN])).toEqual(['every wrong element is NaN']);
  });

  test('zeros in place of negative values alone are a ReLU', () => {
    const relu = 'every wrong element is 0, where negative values are due: it was taken behind a ReLU';
    expect(valuesOf([-1, -2, -3], [0, 0, 0])).toEqual([relu]);
    expect(valuesOf([-1, 2, -3], [0, 0, 0])).toEqual(['every wrong element is 0']);
    expect(valuesOf([-1, -2, -3], [1, 1, 1])).toEqual(['every wrong element is 1']);
  });

  test('values that are right, but rounded to a narrower dtype', () => {
    const due = [1.001, -2.003, 3.007, 100.3];
    const rounded = (dtype: 'bfloat16' | 'float16') => due.map((y) => roundTo(HALF_FORMATS[dtype], y));
    for (const dtype of ['bfloat16', 'float16'] as const) {
      const sentence = `every value is right, but rounded to ${dtype}`;
      expect(valuesOf(due, rounded(dtype), floats)).toEqual([sentence]);
      // Another number of the dtype, one that is none, and integers, which all dtypes hold.
      for (const other of [1.5, 1.0005]) {
        expect(valuesOf(due, [other, ...rounded(dtype).slice(1)], floats)).toEqual([]);
      }
      expect(valuesOf(due, rounded(dtype), { isInteger: true })).toEqual([]);
    }
  });

  test('a multiple, from three elements on', () => {
    expect(valuesOf([1, 2, 4], [3, 6, 12])).toEqual(['every wrong element is 3 times what is due']);
    expect(valuesOf([1, 2], [3, 6])).toEqual([]);
    expect(valuesOf([1, 2, 4], [3, 6, 13])).toEqual([]);
    expect(valuesOf([1, 2, 4], [-3, -6, -12])).toEqual(['every wrong element is -3 times what is due']);
  });

  test('a multiple of floats, within 2^10 roundings of S, measured at the largest', () => {
    // 2^-14 of S = 1000 is 0.061.
    const due = [1e-7, 1000, -900, 1e-7];
    const twice = 'every wrong element is 2 times what is due';
    expect(valuesOf(due, [0.03, 2000, -1800, -0.03], floats, 1000)).toEqual([twice]);
    expect(valuesOf(due, [0.3, 2000, -1800, -0.3], floats, 1000)).toEqual([]);
    expect(valuesOf(due, [0.03, 2000, -1800, -0.03], { isInteger: true }, 1000)).toEqual([]);
    expect(valuesOf([-1000, 1e-7, 900], [-2000, 0.03, 1800], floats, 1000)).toEqual([twice]);
    // What is due may be larger than S: 2^-14 of 2000 is 0.122.
    expect(valuesOf([1000, 900, 800], [2000, 1800.08, 1600], floats, 1)).toEqual([twice]);
  });

  test('a constant in each channel, from two elements of each on', () => {
    const bias = 'within each channel, all are off by one constant: look at the bias';
    expect(valuesOf([1, 2, 4], [6, 7, 9])).toEqual([bias]);
    expect(valuesOf([1, 2, 4], [6, 7, 8])).toEqual([]);
    const inChannels = (token: string, due: readonly number[], given: readonly number[]) => {
      const problem = describeProblem(token);
      return valuesOf(due, given, { problem, sizes: sizesOf(problem) });
    };
    expect(inChannels('mb1ic1iw2oc2kw1', [1, 2, 4, 8], [6, 7, 5, 9])).toEqual([bias]);
    expect(inChannels('mb1ic1iw2oc2kw1', [1, 2, 4, 8], [6, 7, 5, 8])).toEqual([]);
    expect(inChannels('mb1ic1iw2oc2kw1', [1, 2, 4, 8], [6, 7, 5, 10])).toEqual([]);
    // In two samples of one channel it must be the same constant.
    expect(inChannels('mb2ic1iw2oc1kw1', [1, 2, 4, 8], [6, 7, 9, 13])).toEqual([bias]);
    expect(inChannels('mb2ic1iw2oc1kw1', [1, 2, 4, 8], [6, 7, 5, 9])).toEqual([]);
  });

  test('a constant of floats, within 2^10 roundings of S', () => {
    const bias = 'within each channel, all are off by one constant: look at the bias';
    expect(valuesOf([1, 2, 4], [6, 7.03, 8.97], floats, 1000)).toEqual([bias]);
    expect(valuesOf([1, 2, 4], [6, 7.3, 8.97], floats, 1000)).toEqual([]);
  });
});

test('of another shape nothing is said', () => {
  const subject = caseOf(lineOf(2), lineOperands([1, 2]), tensorOf([2], [3, 4]));
  expect(whereWrong(subject)).toBeUndefined();
});
