/**
 * For which problems a mistake exists, which of its ways there are, and of what kind such problems are.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { applicable, canBeMade, changeAt, directionsOf, variantsAt } from '../../src/diagnose/applies.ts';
import { kindOf } from '../../src/diagnose/kind.ts';
import type { Mistake, Scope, Variant } from '../../src/diagnose/mistake.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { mistakeBy } from './mistakes.ts';
import { tiny } from './tiny.ts';

const KERNEL: Change = { weight: (weight) => weight };
const BIAS: Change = { biasTimes: 2 };
const ROUNDED: Change = { arithmetic: {} };

const sizes = (params: ConvParams = {}) => sizesOf(tiny(params));
const GRAD_INPUT = sizes({ direction: 'grad-input' });
const GRAD_WEIGHT = sizes({ direction: 'grad-weight' });
const BYTES = sizes({ dtype: 'uint8' });
const exists = (change: Change, scope: Scope, at = sizes()) =>
  variantsAt(mistakeBy(change, { scope }), at).length > 0;

describe('a mistake exists', () => {
  test('in all directions, unless it is of what is written', () => {
    expect(directionsOf(mistakeBy(KERNEL))).toEqual(['forward', 'grad-input', 'grad-weight']);
    expect(directionsOf(mistakeBy(BIAS))).toEqual(['forward', 'grad-input']);
    expect(directionsOf(mistakeBy({ ...KERNEL, ...BIAS }))).toEqual(['forward', 'grad-input']);
    expect(directionsOf(mistakeBy({}))).toEqual(['forward', 'grad-input', 'grad-weight']);
  });

  test('in the directions that it says', () => {
    const scope = { directions: ['grad-weight'] } as const;
    expect(directionsOf(mistakeBy(BIAS, { scope }))).toEqual(['grad-weight']);
    expect(exists(KERNEL, scope)).toBe(false);
    expect(exists(KERNEL, scope, GRAD_WEIGHT)).toBe(true);
  });

  test('with as many axes as it says, one if nothing', () => {
    expect(exists(KERNEL, { leastAxes: 2 })).toBe(false);
    expect(exists(KERNEL, { leastAxes: 2 }, sizes({ inputSize: [1, 1] }))).toBe(true);
    expect(exists(KERNEL, { leastAxes: 2 }, sizes({ inputSize: [1, 1, 1] }))).toBe(true);
    expect(exists(KERNEL, {})).toBe(true);
    expect(directionsOf(mistakeBy(KERNEL, { scope: { leastAxes: 2 } }))).toHaveLength(3);
  });

  test('in the padding modes that it says', () => {
    const reflected = sizes({ paddingMode: 'reflect' });
    expect(exists(KERNEL, { modes: ['reflect', 'circular'] })).toBe(false);
    expect(exists(KERNEL, { modes: ['reflect', 'circular'] }, reflected)).toBe(true);
    expect(exists(KERNEL, {}, reflected)).toBe(true);
    expect(directionsOf(mistakeBy(KERNEL, { scope: { modes: ['circular'] } }))).toHaveLength(3);
  });

  test('for the dtypes that it says, and for no integers where it is of arithmetic', () => {
    expect(exists(KERNEL, { dtypes: ['uint8'] })).toBe(false);
    expect(exists(KERNEL, { dtypes: ['uint8'] }, BYTES)).toBe(true);
    expect(exists(KERNEL, {}, BYTES)).toBe(true);
    expect(exists(ROUNDED, {})).toBe(true);
    expect(exists(ROUNDED, {}, BYTES)).toBe(false);
    expect(exists(ROUNDED, { dtypes: ['uint8'] }, BYTES)).toBe(true);
    expect(directionsOf(mistakeBy(ROUNDED, { scope: { dtypes: ['int8'] } }))).toHaveLength(3);
  });
});

describe('the ways to make a mistake', () => {
  const ways: [Variant, ...Variant[]] = [
    { change: KERNEL, directions: ['grad-weight'] },
    { change: BIAS },
    { change: ROUNDED, note: 'rounded' },
  ];
  const several: Mistake = { ...mistakeBy({}), variants: ways };

  test('are those of the direction, by the way or by the mistake', () => {
    expect(variantsAt(several, sizes())).toEqual([ways[1], ways[2]]);
    expect(variantsAt(several, GRAD_WEIGHT)).toEqual([ways[0], ways[2]]);
    expect(variantsAt({ ...several, scope: { directions: ['forward'] } }, GRAD_WEIGHT)).toEqual([ways[0]]);
    expect(variantsAt(several, BYTES)).toEqual([ways[1]]);
  });

  test('begin with the one that it is named by there', () => {
    expect(changeAt(several, sizes())).toBe(BIAS);
    expect(changeAt(several, GRAD_WEIGHT)).toBe(KERNEL);
    expect(changeAt({ ...several, scope: { leastAxes: 2 } }, sizes())).toBeUndefined();
  });
});

describe('a mistake can be made', () => {
  test('where it exists', () => {
    expect(canBeMade(mistakeBy(KERNEL), sizes())).toBe(true);
    expect(canBeMade(mistakeBy(KERNEL, { scope: { leastAxes: 2 } }), sizes())).toBe(false);
  });

  test('about groups where there are some, and about a bias where there is one', () => {
    const groups = mistakeBy(KERNEL, { family: 'groups' });
    expect(canBeMade(groups, sizes())).toBe(false);
    expect(canBeMade(groups, sizes({ groups: 2, inChannels: 2, outChannels: 2 }))).toBe(true);
    expect(canBeMade(groups, sizes({ bias: true }))).toBe(false);
    const bias = mistakeBy(KERNEL, { family: 'bias' });
    expect(canBeMade(bias, sizes())).toBe(false);
    expect(canBeMade(bias, sizes({ bias: true }))).toBe(true);
    expect(canBeMade(bias, sizes({ groups: 2, inChannels: 2, outChannels: 2 }))).toBe(false);
  });

  test('where it says so itself', () => {
    const long = mistakeBy(KERNEL, { applies: ({ IW }) => IW > 3 });
    expect(canBeMade(long, sizes({ inputSize: [3] }))).toBe(false);
    expect(canBeMade(long, sizes({ inputSize: [4] }))).toBe(true);
    const [one, two] = [mistakeBy(KERNEL), mistakeBy(BIAS)];
    expect(applicable([one, long, two], sizes())).toEqual([one, two]);
  });
});

describe('the kind of problem that has a mistake', () => {
  const COMMON = { direction: 'forward', paddingMode: 'zeros', dtype: 'float32', inputZeroPoint: 0 };

  test('is the common one where the mistake exists there', () => {
    expect(kindOf(mistakeBy(KERNEL))).toEqual(COMMON);
    expect(kindOf(mistakeBy(KERNEL, { scope: {} }))).toEqual(COMMON);
  });

  test('has the first of the directions, modes and dtypes that it says', () => {
    const scope: Scope = { directions: ['grad-weight', 'grad-input'], modes: ['circular', 'zeros'] };
    // The first in the order of directions.
    expect(kindOf(mistakeBy(KERNEL, { scope }))).toEqual({
      ...COMMON,
      direction: 'grad-input',
      paddingMode: 'circular',
    });
    expect(kindOf(mistakeBy(KERNEL, { scope: { dtypes: ['float16', 'float32'] } }))).toEqual({
      ...COMMON,
      dtype: 'float16',
    });
    expect(kindOf(mistakeBy(KERNEL, { scope: { directions: [] } }))).toEqual(COMMON);
  });

  test('has a zero point where quantised padding is wrong', () => {
    const filled: Change = { paddingValue: () => 0 };
    expect(kindOf(mistakeBy(filled, { scope: { dtypes: ['uint8'] } }))).toEqual({
      ...COMMON,
      dtype: 'uint8',
      inputZeroPoint: 3,
    });
    expect(kindOf(mistakeBy(KERNEL, { scope: { dtypes: ['uint8'] } })).inputZeroPoint).toBe(0);
    expect(kindOf(mistakeBy(filled)).inputZeroPoint).toBe(0);
  });
});

test('what is written of an input gradient is an output', () => {
  expect(variantsAt(mistakeBy(BIAS), GRAD_INPUT)).toHaveLength(1);
  expect(variantsAt(mistakeBy(BIAS), GRAD_WEIGHT)).toHaveLength(0);
});
