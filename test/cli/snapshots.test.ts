/**
 * Every command line's output, whole. After a wanted change: npx vitest run test/cli/snapshots.test.ts -u
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { runLine, type Surroundings } from '../host.ts';
import { COMMANDS, partsOf } from './commands.ts';
import { useTensorFiles } from './tensor-files.ts';

const DIRECTORY = fileURLToPath(new URL('../snapshots/cli/', import.meta.url));

useTensorFiles();

// What takes a while runs once, however often it is printed.
vi.mock(import('../../src/diagnose/selftest.ts'), async (original) => {
  const { rememberedSelftest } = await import('./remembered.ts');
  return rememberedSelftest(await original());
});

test.each(Object.entries(COMMANDS))('%s prints what it did', async (name, command) => {
  const [line, surroundings] = partsOf(command);
  const { stdout, stderr, exitCode } = await runLine(line, surroundings);
  const transcript = `$ ${promptOf(line, surroundings)}\n${stdout}${stderr}Exit code: ${exitCode}\n`;
  await expect(visible(transcript)).toMatchFileSnapshot(`${DIRECTORY}${name}.txt`);
});

test('every snapshot is of a command that is still run', () => {
  const names = Object.keys(COMMANDS).map((name) => `${name}.txt`);
  expect(readdirSync(DIRECTORY).sort()).toEqual(names.sort());
});

function promptOf(line: string, { env = {}, isTTY, columns }: Surroundings): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  const terminal = isTTY ? `   # in a terminal of ${columns} columns` : '';
  return `${variables.join('')}convproof ${line}`.trimEnd() + terminal;
}

/** Escape characters as `␛`, so that a snapshot can be read and reviewed. */
function visible(text: string): string {
  return text.replaceAll('\u001b', '␛');
}
