import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { type StoredTensor, toDtype } from '../../src/io/stored-tensor.ts';

const DOUBLES: StoredTensor = {
  storedDtype: 'float64',
  shape: [2, 2],
  values: Float64Array.of(1.5, Number.NaN, Number.NEGATIVE_INFINITY, -0),
};
const SINGLES: StoredTensor = {
  storedDtype: 'float16',
  shape: [3],
  values: Float32Array.of(0.5, Number.NaN, -0),
};

describe('a stored tensor is converted only where no value changes', () => {
  test('float64 values that float32 holds become a Float32Array, NaN, infinities and -0 included', () => {
    const tensor = toDtype(DOUBLES, 'float32', 'x.npy');
    expect(tensor).toEqual({ dtype: 'float32', shape: [2, 2], data: new Float32Array(DOUBLES.values) });
    expect(tensor.data[3]).toBe(-0);
  });

  test('float16 and float32 values become a Float64Array', () => {
    const tensor = toDtype(SINGLES, 'float64', 'x.npy');
    expect(tensor).toEqual({ dtype: 'float64', shape: [3], data: Float64Array.of(0.5, Number.NaN, -0) });
  });

  test('values that are in the dtype already are not copied', () => {
    expect(toDtype(DOUBLES, 'float64', 'x.npy').data).toBe(DOUBLES.values);
    expect(toDtype(SINGLES, 'float32', 'x.npy').data).toBe(SINGLES.values);
  });

  test.each([
    [
      'a fraction that float32 rounds',
      0.1,
      '0.1 at index (1, 0), in float64, but the nearest float32 is 0.10000000149011612',
    ],
    [
      'an integer above 2^24',
      16777217,
      '16777217 at index (1, 0), in float64, but the nearest float32 is 16777216',
    ],
    [
      'a number beyond the largest float32',
      1e39,
      '1e+39 at index (1, 0), in float64, but the nearest float32 is Infinity',
    ],
    [
      'a number below the least float32',
      1e-46,
      '1e-46 at index (1, 0), in float64, but the nearest float32 is 0',
    ],
  ])('%s is refused by its index and value', (_, value, words) => {
    const stored: StoredTensor = { ...DOUBLES, values: Float64Array.of(Number.NaN, 1, value, 0.3) };
    const convert = () => toDtype(stored, 'float32', '--weight w.npy');
    expect(convert).toThrow(ToolError);
    expect(convert).toThrow(`--weight w.npy holds ${words}`);
    expect(toDtype(stored, 'float64', 'x').data).toBe(stored.values);
  });

  test('the element of a 0-d tensor has index ()', () => {
    const stored: StoredTensor = { storedDtype: 'float64', shape: [], values: Float64Array.of(0.1) };
    expect(() => toDtype(stored, 'float32', 'x.json')).toThrow('x.json holds 0.1 at index (), in float64');
  });
});
