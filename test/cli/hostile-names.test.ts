/**
 * Files whose names would act on a terminal or a CI log: whatever is printed of them does not.
 */
import { copyFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../host.ts';
import { bash } from './process.ts';
import { useTensorFiles } from './tensor-files.ts';

const NAMES = [
  '::error::y.npy',
  'a ::error file=x::y.npy',
  '##vso[task.complete result=Succeeded]y.npy',
  "line\n::error::it's\\y.npy",
  'red\u001b[31m\u009b2J\u202ey.npy',
];

useTensorFiles();

// Names are looked at here: what a file holds is diagnosed once, whatever it is called.
vi.mock(import('../../src/diagnose/rank.ts'), async (original) => {
  const { rememberedRank } = await import('./remembered.ts');
  return rememberedRank(await original());
});

beforeAll(() => {
  for (const name of NAMES) for (const file of ['y-wrong.npy', 'x.npy']) copyFileSync(file, file[0] + name);
  for (const name of NAMES) copyFileSync('y-wrong.npy', name);
});

/** GitHub trims a line before it looks for a command; Azure finds its own anywhere in one. */
function expectHarmless(printed: string): void {
  expect(printed).not.toMatch(/^\s*::/m);
  expect(printed).not.toContain('##');
  expect(printed).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
}

describe.each(NAMES)('%j', (name) => {
  const expected = ['verify', '--weight=w.npy', `--expected=${name}`];

  test.each([[], ['--verbose'], ['--quiet'], ['--json']])(
    'is printed harmlessly, asked %j',
    async (...asked) => {
      for (const columns of [40, 60, 80]) {
        for (const input of ['x.npy', `x${name}`]) {
          const surroundings = { isTTY: true, columns, env: { NO_COLOR: '1' } };
          const { stdout, stderr, exitCode } = await run(
            [...expected, `--input=${input}`, ...asked],
            surroundings,
          );
          expect([exitCode, stderr]).toEqual([1, '']);
          expectHarmless(stdout);
        }
      }
    },
  );

  test('is refused harmlessly', async () => {
    for (const asked of [[], ['--json']]) {
      const words = ['verify', '--input', `${name}.npz`, '--save', name, ...asked];
      const { stdout, stderr, exitCode } = await run(words);
      expect(exitCode).toBe(2);
      expectHarmless(stdout + stderr);
    }
  });

  test('of a raw dump, and of an incoming gradient, is refused harmlessly', async () => {
    writeFileSync(`${name}.bin`, 'three');
    const token = 'mb1ic2ih4oc3kh3';
    const lines = [
      ['verify', token, '--input', `${name}.bin`],
      ['verify', '--input', `${name}.bin`],
      ['verify', token, '--grad-output', name],
      ['verify', token, '--direction=grad-input', '--input', `${name}.bin`],
      ['verify', token, '--layout=nhwc', '--expected', `${name}.bin`],
      ['verify', token, '--batch=2', '--layout=nhwc', '--input', `x${name}`],
    ];
    for (const words of lines) {
      for (const asked of [[], ['--json']]) {
        const { stdout, stderr, exitCode } = await run([...words, ...asked]);
        expect([exitCode, /^error: /.test(stderr)]).toEqual([2, true]);
        expectHarmless(stdout + stderr);
      }
    }
  });

  test('is the same file again in the repro, and in the document', async () => {
    const { stdout } = await run([...expected, '--input=x.npy', '--json']);
    const document = JSON.parse(stdout);
    expect(document.data.expected).toBe(name);
    const { stdout: words } = await bash(
      `convproof() { printf '%s\\0' "$@"; }; ${document.repro.command}`,
      '.',
    );
    const read = words.split('\0');
    expect(read[read.indexOf('--expected') + 1]).toBe(name);
  });
});
