import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import type { Dtype } from '../../src/core/tensor.ts';
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts';
import { asBfloat16Bits, type StoredTensor, toDtype } from '../../src/io/stored-tensor.ts';
import { thrownBy } from '../core/thrown.ts';
import { tensors } from './random-tensors.ts';

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

  test.each<[Dtype, number, string]>([
    ['float16', 0.1, 'the nearest float16 is 0.0999755859375'],
    ['float16', 2049, 'the nearest float16 is 2048'],
    ['float16', 65_520, 'the nearest float16 is Infinity'],
    ['float16', 2 ** -26, 'the nearest float16 is 0'],
    ['bfloat16', 257, 'the nearest bfloat16 is 256'],
    ['bfloat16', 1.01, 'the nearest bfloat16 is 1.0078125'],
    ['int8', 128, 'int8 holds integers from -128 to 127'],
    ['int8', 0.5, 'int8 holds integers from -128 to 127'],
    ['int8', Number.NaN, 'int8 holds integers from -128 to 127'],
    ['uint8', -1, 'uint8 holds integers from 0 to 255'],
    ['uint8', 256, 'uint8 holds integers from 0 to 255'],
    ['int32', 2 ** 31, 'int32 holds integers from -2147483648 to 2147483647'],
    ['int32', Number.POSITIVE_INFINITY, 'int32 holds integers from'],
  ])('%s: %d is refused', (dtype, value, rule) => {
    const stored: StoredTensor = { ...DOUBLES, values: Float64Array.of(1, 2, value, 0.3) };
    const error = thrownBy(() => toDtype(stored, dtype, 'x.npy'));
    expect(error.message).toContain(`x.npy holds ${value} at index (1, 0), in float64, but ${rule}`);
    expect(error.message).toMatch(/, and files are converted only where no value changes$/);
    expect(error.hint).toMatch(/compute in|--dtype/);
  });

  test('any value of a narrow dtype goes through a wider one and back', () => {
    const narrow = tensors(['float16', 'bfloat16', 'int8', 'uint8']);
    fc.assert(
      fc.property(narrow, fc.constantFrom('float32', 'float64'), (tensor, wide) => {
        const wider = encodeNpy({ ...tensor, dtype: wide });
        expect(toDtype(decodeNpy(wider, 'x'), tensor.dtype, 'x')).toEqual(tensor);
      }),
    );
  });

  test('integers have no negative zero', () => {
    const stored: StoredTensor = { ...DOUBLES, values: Float64Array.of(-0, 1, 2, 3) };
    expect(toDtype(stored, 'int8', 'x').data[0]).toBe(0);
  });

  test('a uint16 that is no bfloat16 may be the bits of one, which the hint says', () => {
    const stored: StoredTensor = { storedDtype: 'uint16', shape: [1], values: Float64Array.of(0x3f81) };
    expect(thrownBy(() => toDtype(stored, 'bfloat16', 'x')).hint).toContain('--dtype bfloat16');
  });
});

test('16-bit integers are read as bits of bfloat16, signed or not', () => {
  const values = Float64Array.of(0x3fc0, 0xc000 - 2 ** 16, 0xc000);
  const bits = asBfloat16Bits({ storedDtype: 'int16', shape: [3], values });
  expect(bits).toEqual({ storedDtype: 'bfloat16', shape: [3], values: Float32Array.of(1.5, -2, -2) });
});
