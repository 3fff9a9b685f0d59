import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatShape } from '../../src/core/shape.ts';
import { encodeElements } from '../../src/io/element.ts';
import { decodeRaw, RAW_DTYPES } from '../../src/io/raw.ts';
import { toDtype } from '../../src/io/stored-tensor.ts';
import { thrownBy } from '../core/thrown.ts';
import { DTYPES, tensors } from './random-tensors.ts';

test('any tensor comes back as it was', () => {
  expect([...RAW_DTYPES].sort()).toEqual([...DTYPES].sort());
  fc.assert(
    fc.property(tensors(), (tensor) => {
      const { dtype, shape } = tensor;
      const read = decodeRaw(encodeElements(tensor), dtype, shape, 'x.bin');
      expect(read.storedDtype).toBe(dtype);
      expect(toDtype(read, dtype, 'x.bin')).toEqual(tensor);
    }),
  );
});

test('elements at an address that no typed array may begin at are read', () => {
  const bytes = Uint8Array.of(9, 0, 0, 0xc0, 0x3f).subarray(1);
  expect(decodeRaw(bytes, 'float32', [1], 'x').values).toEqual(Float32Array.of(1.5));
});

test('bytes that are not exactly the elements are refused with both counts', () => {
  fc.assert(
    fc.property(tensors(), fc.integer({ min: -9, max: 9 }), (tensor, more) => {
      const bytes = encodeElements(tensor);
      const length = bytes.length + more;
      fc.pre(more !== 0 && length >= 0);
      const error = thrownBy(() => decodeRaw(new Uint8Array(length), tensor.dtype, tensor.shape, 'x.bin'));
      expect([error.code, error.message]).toEqual([
        'bad-file',
        `x.bin is ${length} bytes long, but ${formatShape(tensor.shape)} in ${tensor.dtype} takes ${bytes.length}`,
      ]);
    }),
  );
});

test.each([
  [12, 'it has 2 bytes an element: add --raw-dtype float16 or bfloat16'],
  [6, 'it has 1 byte an element: add --raw-dtype int8 or uint8'],
  [48, 'it has 8 bytes an element: add --raw-dtype float64'],
  [25, 'a raw dump has no shape of its own: give the sizes that it was made with'],
])('of %i bytes it is said what would take them', (length, hint) => {
  const error = thrownBy(() => decodeRaw(new Uint8Array(length), 'float32', [2, 3], 'x'));
  expect(error.hint).toBe(hint);
});
