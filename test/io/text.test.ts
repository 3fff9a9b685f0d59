import { constants } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeText } from '../../src/io/text.ts';
import { thrownBy } from '../core/thrown.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('UTF-8 is read as it is, with its byte order mark', () => {
  expect(decodeText(bytes('\ufeff[1] é😀'), 'x.json')).toBe('\ufeff[1] é😀');
});

test('other bytes are refused', () => {
  const error = thrownBy(() => decodeText(Uint8Array.of(0x5b, 0xe9, 0x5d), 'x.json'));
  expect([error.code, error.message]).toEqual(['bad-file', 'x.json is not UTF-8 text, but JSON must be']);
});

test('what no string can hold is refused as too large, not as damaged', () => {
  expect(decodeText(bytes('[12]'), 'x.json', 4)).toBe('[12]');
  const error = thrownBy(() => decodeText(bytes('[123]'), 'x.json', 4));
  expect([error.code, error.message]).toEqual([
    'too-large',
    'x.json is 5 bytes of JSON, but at most 4 are read as text',
  ]);
  expect(error.hint).toContain('save it as .npy');
});

test('the limit is one that every string of this Node.js keeps', () => {
  const tooMany = { length: constants.MAX_STRING_LENGTH + 1 } as Uint8Array; // none of it is read
  expect(thrownBy(() => decodeText(tooMany, 'x.json')).code).toBe('too-large');
});
