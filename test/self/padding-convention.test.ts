import { describe, expect, it } from 'vitest';
import { verify } from '../../src/verify/verify.ts';
import { truthFor, truthOf } from './cases.ts';

/** A 3×3 window padded by 1 whose first weight is infinite: it meets the padding at the first row and column. */
const INF = Number.POSITIVE_INFINITY;
const { problem, operands } = truthOf('mb1ic1ih5oc1kh3ph1', 'arange');
const weight = { ...operands.weight, data: operands.weight.data.map((w, i) => (i === 0 ? INF : w + 0.5)) };
const input = { ...operands.input, data: operands.input.data.map((x) => x + 1) };
const truth = truthFor(problem, { input, weight, bias: undefined });
/** Elements of the first row and the first column. */
const BORDER = [0, 1, 2, 3, 4, 5, 10, 15, 20];

/** Padding skipped instead of multiplied: finite sums on the border. */
const skipping = truth.direct.output.map((y, element) => truth.direct.skippingPadding.get(element) ?? y);

function verifyExternal(values: Float64Array) {
  const external = { dtype: 'float64', shape: truth.direct.shape, data: values } as const;
  return verify(problem, { operands: { input, weight }, witnesses: ['rounding'], external });
}

function verdicts(values: Float64Array) {
  return verifyExternal(values).checks.map(({ actual, expected, comparison }) => ({
    actual,
    expected,
    mismatches: comparison?.mismatches,
    alternativesTaken: comparison?.alternativesTaken,
  }));
}

describe('a padding zero that meets an infinite weight', () => {
  it('is multiplied, which makes NaN, and its element is known without it', () => {
    expect([...truth.direct.skippingPadding.keys()]).toEqual(BORDER);
    expect(BORDER.every((element) => Number.isNaN(truth.direct.output[element]))).toBe(true);
    expect(BORDER.every((element) => Number.isFinite(skipping[element]))).toBe(true);
    // Element 0 reads the first two rows and columns by all but the kernel's first row and column.
    expect(skipping[0]).toBe(1 * 4.5 + 2 * 5.5 + 6 * 7.5 + 7 * 8.5);
  });

  it('may be skipped by an external output, with a warning', () => {
    const { warnings } = verifyExternal(skipping);
    expect(verdicts(skipping)).toEqual([
      { actual: 'decomposed', expected: 'direct', mismatches: 0, alternativesTaken: 0 },
      { actual: 'external', expected: 'direct', mismatches: 0, alternativesTaken: BORDER.length },
      { actual: 'decomposed', expected: 'external', mismatches: 0, alternativesTaken: BORDER.length },
    ]);
    expect(warnings.map(({ code }) => code)).toContain('padding-convention');
  });

  it('may be multiplied by an external output, without that warning', () => {
    const { warnings } = verifyExternal(truth.direct.output);
    expect(verdicts(truth.direct.output).map(({ mismatches }) => mismatches)).toEqual([0, 0, 0]);
    expect(warnings.map(({ code }) => code)).not.toContain('padding-convention');
  });

  it('may not be skipped with another value: a wrong element on the border fails', () => {
    for (const wrong of [(y: number) => y + 1, (y: number) => -y, () => INF]) {
      const values = skipping.slice();
      values[0] = wrong(values[0] as number);
      expect(verifyExternal(values).verdict).toBe('fail');
      expect(verdicts(values)[1]).toMatchObject({ mismatches: 1 });
    }
  });

  it('excuses nothing off the border', () => {
    const values = skipping.slice();
    values[6] = 1;
    expect(verdicts(values)[1]).toMatchObject({ mismatches: 1 });
  });
});
