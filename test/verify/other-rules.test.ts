/**
 * Other tools' rules, each against numbers worked out by hand from its source.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MIOPEN_TOLERANCE,
  OTHER_RULES,
  type Outputs,
  RULE_IDS,
  type RuleId,
} from '../../src/verify/other-rules.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

function outputs(y: readonly number[], r: readonly number[], beside: Partial<Outputs> = {}): Outputs {
  return {
    dtype: 'float32',
    actual: Float64Array.from(y),
    expected: Float64Array.from(r),
    K: 9,
    largestInput: 1,
    largestWeight: 1,
    isExact: false,
    ...beside,
  };
}

function judge(rule: RuleId, y: readonly number[], r: readonly number[], beside: Partial<Outputs> = {}) {
  return OTHER_RULES[rule].judge(outputs(y, r, beside));
}

/** Of one element right at 100: the error that still passes, and one that does not. */
describe('the limit of', () => {
  test.each<[RuleId, Partial<Outputs>, number, number, number]>([
    // 1e-8 + 1e-5·100
    ['allclose', {}, 100, 1.00001e-3, 1.0001e-3],
    ['allclose', {}, 0, 1e-8, 1.01e-8],
    // 1e-5 + 1.3e-6·100
    ['assert_close', {}, 100, 1.3999e-4, 1.4001e-4],
    // 1e-7 + 1e-7·100
    ['assert_close', { dtype: 'float64' }, 100, 1.0099e-5, 1.0101e-5],
    // 1e-7 + 1e-3·100
    ['onnx', {}, 100, 0.1, 0.1001],
    // 4·9·2^-23·2·0.5 = 4.2915e-6
    ['xnnpack', { largestInput: 2, largestWeight: 0.5 }, 100, 4.29e-6, 4.3e-6],
    // 0.05·(100 + 110.52) = 10.526 and 0.05·(100 + 110.53) = 10.5265
    ['cutlass', {}, 100, 10.52, 10.53],
    // below the floor of 1/256: 0.05/256 = 1.953e-4
    ['cutlass', {}, 100, 1.95e-4, 1.96e-4],
    // against 0 too, where nothing is relative
    ['cutlass', {}, 0, 1.95e-4, 1.96e-4],
    ['benchdnn', {}, 100, 0, 1e-13],
    ['benchdnn', {}, 0, 2 ** -24, 2 ** -23],
    // one element: |e|/(100 + e) ≤ 1.5e-6
    ['miopen', {}, 100, 1.5e-4, 1.51e-4],
  ])('%s, %j, at %d lies between %d and %d', (rule, beside, right, passing, failing) => {
    expect(judge(rule, [right + passing], [right], beside).verdict).toBe('pass');
    expect(judge(rule, [right + failing], [right], beside).verdict).toBe('fail');
  });
});

test('cutlass_profiler refuses a difference of 0.003 between outputs near 100, and takes one of 0.5', () => {
  expect(judge('cutlass', [100.003], [100]).verdict).toBe('fail');
  expect(judge('cutlass', [100.5], [100]).verdict).toBe('pass');
});

test('a rule per element counts the elements outside and has the worst error in units of its limit', () => {
  const ruling = judge('onnx', [1, 2.004, 3.03], [1, 2, 3]);
  expect(ruling).toMatchObject({ verdict: 'fail', limit: 1, failing: 2 });
  // 0.03 / (1e-7 + 3e-3)
  expect(ruling.figure).toBeCloseTo(9.99967, 4);
});

describe("MIOpenDriver's RMS", () => {
  test('is √Σ(y−r)² over √N times the largest magnitude of either', () => {
    // √(3² + 4²) / (√2 · 8): the largest is y's −8
    expect(judge('miopen', [-8, 1], [-5, 5]).figure).toBeCloseTo(5 / (Math.SQRT2 * 8), 14);
    expect(judge('miopen', [0, 0], [0, 0])).toMatchObject({ verdict: 'pass', figure: 0 });
  });

  test('grows by at most 2/√N where one element is wrong, whatever it holds', () => {
    const values = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 }),
        (right, at, wrong) => {
          const y = right.map((value, i) => (i === at % right.length ? wrong : value));
          const { figure } = judge('miopen', y, right);
          expect(figure).toBeLessThanOrEqual((2 / Math.sqrt(right.length)) * (1 + 1e-12));
        },
      ),
    );
  });

  test('reaches 2/√N where an element has the largest magnitude and the wrong sign', () => {
    const right = [5, 1, 1, 1, 1, 1, 1, 1, 1];
    expect(judge('miopen', [-5, ...right.slice(1)], right).figure).toBeCloseTo(2 / 3, 14);
    // so none can fail from N = 4/limit² on: 930 elements at bfloat16's limit
    expect(Math.ceil(4 / (8 * 8.2e-3) ** 2)).toBe(930);
    expect(2 / Math.sqrt(4 / MIOPEN_TOLERANCE ** 2)).toBeCloseTo(MIOPEN_TOLERANCE, 20);
  });
});

describe('the correlation', () => {
  test("is Pearson's", () => {
    // deviations (−1, 0, 1) and (−1, −1, 2): 3 / √(2·6)
    expect(judge('pcc', [1, 2, 3], [1, 1, 4]).figure).toBeCloseTo(3 / Math.sqrt(12), 14);
  });

  test('sees neither scale nor offset', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (right, scale, offset) => {
          const y = right.map((value) => scale * value + offset);
          fc.pre(y.some((value) => value !== 0));
          expect(judge('pcc', y, right).verdict).toBe('pass');
        },
      ),
    );
  });

  test.each([
    ['one side is constant', [1, 1, 1], [1, 2, 3], 'pass'],
    ['there is one element', [5], [6], 'pass'],
    ['one side is all 0', [0, 0], [1, 2], 'fail'],
    ['both are all NaN', [nan, nan], [nan, nan], 'pass'],
    ['one is all NaN', [nan, nan], [1, 2], 'fail'],
    ['NaN stands where a 0 is right', [1, nan, 3], [1, 0, 3], 'pass'],
    ['NaN stands where a large value is right', [1, nan, 3], [1, 9, 3], 'fail'],
  ] as const)('where %s, %j against %j: %s', (_, y, r, verdict) => {
    expect(judge('pcc', y, r).verdict).toBe(verdict);
  });
});

describe('what is not finite', () => {
  /** By rule: NaN against NaN, Inf against Inf, Inf against a number, NaN against a number, Inf against −Inf. */
  const CASES: Readonly<Record<RuleId, readonly boolean[]>> = {
    allclose: [false, true, false, false, false],
    assert_close: [false, true, false, false, false],
    miopen: [false, false, false, false, false],
    cutlass: [false, true, false, false, false],
    xnnpack: [false, true, false, false, false],
    onnx: [true, true, false, false, false],
    pcc: [true, true, false, false, true],
    benchdnn: [false, true, false, false, false],
  };

  test.each(RULE_IDS)('passes or not by %s as by its tool', (rule) => {
    const pairs = [
      [nan, nan],
      [inf, inf],
      [inf, 100],
      [nan, 100],
      [inf, -inf],
    ] as const;
    const passes = pairs.map(([y, r]) => judge(rule, [1, 2, y], [1, 2, r]).verdict === 'pass');
    expect(passes).toEqual(CASES[rule]);
  });
});

test('rules that know no float64, no floats or no infinities say so', () => {
  const reason = (rule: RuleId, beside: Partial<Outputs>) =>
    OTHER_RULES[rule].notFor?.(outputs([1], [1], beside));
  const silent = (beside: Partial<Outputs>) => RULE_IDS.filter((rule) => reason(rule, beside) !== undefined);
  expect(silent({})).toEqual(['benchdnn']);
  expect(silent({ isExact: true })).toEqual([]);
  expect(silent({ isExact: true, dtype: 'float64' })).toEqual(['miopen', 'xnnpack', 'benchdnn']);
  expect(silent({ isExact: true, largestInput: inf })).toEqual(['xnnpack']);
  expect(silent({ isExact: true, largestWeight: nan })).toEqual(['xnnpack']);
});

test.each(RULE_IDS)('%s takes the right output, and its words name their limits', (rule) => {
  const right = [3, -2, 0, 1e-9, 7e5];
  expect(judge(rule, right, right, { isExact: true })).toMatchObject({ verdict: 'pass' });
  for (const dtype of ['float32', 'float64'] as const) {
    expect(OTHER_RULES[rule].criterion(dtype)).toMatch(/[≤≥=<]/);
  }
});

describe('at its very limit', () => {
  const floor = 1 / 256;

  test('cutlass_profiler wants less, the others no more', () => {
    expect(judge('cutlass', [0.05 * floor], [0]).verdict).toBe('fail');
    expect(judge('benchdnn', [2 ** -23], [0]).verdict).toBe('fail');
    expect(judge('miopen', [3e-6, 0, 1, 0], [0, 0, 1, 0])).toMatchObject({ verdict: 'pass', figure: 1.5e-6 });
  });

  test('cutlass_profiler takes no difference of 1/256 for a small one', () => {
    expect(judge('cutlass', [1 + floor], [1]).verdict).toBe('pass');
    expect(judge('cutlass', [1 + floor - 2 ** -40], [1]).verdict).toBe('fail');
  });

  test('benchdnn takes 1e-5 for a small value', () => {
    expect(judge('benchdnn', [1e-5 + 1e-8], [1e-5]).verdict).toBe('pass');
    expect(judge('benchdnn', [1.1e-5 + 1e-8], [1.1e-5]).verdict).toBe('fail');
  });
});

describe('the figure', () => {
  test('of cutlass_profiler is relative to the floor where either value is 0', () => {
    for (const pair of [
      [0, 1],
      [1, 0],
    ] as const) {
      expect(judge('cutlass', [pair[0]], [pair[1]]).figure).toBeCloseTo(256 / 0.05, 6);
    }
    expect(judge('cutlass', [1], [2]).figure).toBeCloseTo(1 / 0.15, 12);
  });

  test.each([
    [nan, 1],
    [1, nan],
    [inf, 1],
    [1, -inf],
  ])('of a rule per element is infinite where a value is not finite: %d for %d', (y, r) => {
    expect(judge('allclose', [y], [r])).toMatchObject({ verdict: 'fail', figure: inf, failing: 1 });
  });

  test('of a correlation of nothing but NaN is 1 where both are, and 0 where one is', () => {
    expect(judge('pcc', [nan, nan], [nan, nan])).toMatchObject({ verdict: 'pass', figure: 1 });
    expect(judge('pcc', [nan, nan], [1, 2])).toMatchObject({ verdict: 'fail', figure: 0 });
    expect(judge('pcc', [1, 2], [nan, nan])).toMatchObject({ verdict: 'fail', figure: 0 });
  });
});

test('XNNPACK needs both tensors finite', () => {
  const notFor = (largestInput: number, largestWeight: number) =>
    OTHER_RULES.xnnpack.notFor?.(outputs([1], [1], { largestInput, largestWeight }));
  expect([notFor(1, 1), notFor(inf, 1), notFor(1, inf)]).toEqual([
    undefined,
    'needs finite tensors',
    'needs finite tensors',
  ]);
});

test("assert_close's tolerances are written as they are of each dtype", () => {
  const { criterion } = OTHER_RULES.assert_close;
  expect(criterion('float32')).toContain('1e-5 + 1.3e-6·|r|');
  expect(criterion('float64')).toContain('1e-7 + 1e-7·|r|');
});
