import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBound,
  formatElement,
  formatFigure,
  formatRatio,
  formatShare,
  formatSize,
  plural,
} from '../../src/report/numbers.ts';

test.each([
  [0, '0'],
  [12.5, '12.5'],
  [-0.0153, '-0.0153'],
  [0.74306666, '0.743'],
  [2.4e-6, '2.4e-6'],
  [999999, '1000000'],
  [1e6, '1.0e+6'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('the figure %d is %s', (value, text) => {
  expect(formatFigure(value)).toBe(text);
});

describe('an element', () => {
  test('of float32 has the digits that tell it from its neighbours', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(formatElement(value, 'float32')))).toBe(value + 0);
      }),
    );
  });

  test('of float64 too', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatElement(value, 'float64'))).toBe(value + 0);
      }),
    );
  });

  test('may be NaN or infinite', () => {
    expect(formatElement(Number.NaN, 'float32')).toBe('NaN');
    expect(formatElement(Number.NEGATIVE_INFINITY, 'float64')).toBe('-Infinity');
  });
});

test.each([
  [1, '100 %'],
  [0.99999, '99.99 %'],
  [0.5, '50 %'],
  [0.0001, '0.01 %'],
  [0.00001, 'less than 0.01 %'],
  [0, '0 %'],
])('the share %d is %s: only all is all, only nothing is nothing', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [0, '0 % of'],
  [0.15, '15 % of'],
  [0.15001, '15.1 % of'],
  [0.0000001, '0.1 % of'],
  [0.99999, '100 % of'],
  [1, '100 % of'],
  [1.5, '1.5 times'],
  [12345678, '1.2e+7 times'],
  [Number.POSITIVE_INFINITY, 'infinitely many times'],
])('the ratio %d is %s what is allowed, never less than it is', (ratio, text) => {
  expect(formatRatio(ratio)).toBe(text);
});

test('sizes and plurals', () => {
  expect(formatSize([3, 5])).toBe('3×5');
  expect([plural(0, 'element'), plural(1, 'element'), plural(2, 'element')]).toEqual([
    '0 elements',
    '1 element',
    '2 elements',
  ]);
});

test.each([
  [1.21e-9, '1.3e-9'],
  [1.2e-9, '1.2e-9'],
  [9.91e-7, '1.0e-6'],
  [9.96e-4, '1.0e-3'],
  [0.12341, '0.124'],
  [0.9999, '1'],
  [Number.MIN_VALUE, '4.9e-324'],
  [1, '1'],
])('%d is at most %s', (value, text) => {
  expect(formatBound(value)).toBe(text);
  expect(Number(text)).toBeGreaterThanOrEqual(value);
});
