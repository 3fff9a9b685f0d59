/**
 * The committed binaries are what the sources beside them compile to.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: a script without types
import { BINARIES, binaries } from '../../src/kernels/assembly/compile.mjs';

test('binaries.ts is what `npm run kernels` writes', async () => {
  expect(readFileSync(BINARIES, 'utf8')).toBe(await binaries());
});
