/**
 * What holds for every text that is printed: its width, its colours, its characters.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { plain, run, type Surroundings, shellWords } from '../host.ts';
import { COMMANDS, partsOf } from './commands.ts';
import { anyProblemWords, problemWords } from './random-problems.ts';
import { useTensorFiles } from './tensor-files.ts';

useTensorFiles();

// Only texts are looked at here: what takes a while runs once, however often it is printed.
vi.mock(import('../../src/diagnose/selftest.ts'), async (original) => {
  const { rememberedSelftest } = await import('./remembered.ts');
  return rememberedSelftest(await original());
});

vi.mock(import('../../src/verify/wiring.ts'), async (original) => {
  const { rememberedProofs } = await import('./remembered.ts');
  return rememberedProofs(await original());
});

vi.mock(import('../../src/diagnose/rank.ts'), async (original) => {
  const { rememberedRank } = await import('./remembered.ts');
  return rememberedRank(await original());
});

vi.mock(import('../../src/diagnose/companions.ts'), async (original) => {
  const { rememberedCompanions } = await import('./remembered.ts');
  return rememberedCompanions(await original());
});

/** What is to be copied is never broken: commands, problems, addresses, digests, file names, and the Python of --verbose. */
const COPIED =
  /^(again|explain|verify|module|whole|check) |^ {2}https:|^ {2}(fails|passes|PASS) |^ *convproof |^ {2}\d+ {2}(g\d+)?mb\d|^ {2}\w+ +sha256 |^ {2}\w+,? = |^ {4}(r =|return) |-long-file-name-/;

function widestLine(text: string): number {
  const lines = plain(text)
    .split('\n')
    .filter((line) => !COPIED.test(line));
  return Math.max(...lines.map((line) => [...line].length));
}

/** Modules are programs, and a JSON document is one line. */
const TEXTS = Object.entries(COMMANDS)
  .map(([name, command]) => ({ name, words: shellWords(partsOf(command)[0]) }))
  .filter(({ words }) => !words.includes('--json') && !words.includes('--emit'));

describe.each([60, 80, 100])('in a terminal of %i columns', (columns) => {
  const terminal = { isTTY: true, columns, env: { NO_COLOR: '1' } };
  // commander breaks no description that has less than 40 columns left beside its option.
  const texts = TEXTS.filter(({ name }) => columns >= 80 || !/help|nothing/.test(name));

  test.each(texts)('no line of $name is wider', async ({ words }) => {
    const { stdout } = await run(words, terminal);
    expect(widestLine(stdout)).toBeLessThanOrEqual(columns);
  });

  test('no line about a random problem is wider', async () => {
    await fc.assert(
      fc.asyncProperty(problemWords(), fc.constantFrom('verify', 'explain'), async (words, command) => {
        const { stdout, exitCode } = await run([command, ...words], terminal);
        expect([0, 3]).toContain(exitCode);
        expect(widestLine(stdout)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 100, seed: columns },
    );
  });

  test('no line about a random problem of another direction, dimension or dtype is wider', async () => {
    await fc.assert(
      fc.asyncProperty(anyProblemWords(), fc.constantFrom('verify', 'explain'), async (words, command) => {
        const how = ['--verbose'];
        const { stdout, exitCode } = await run([command, ...words, ...how], terminal);
        expect([0, 3]).toContain(exitCode);
        expect(widestLine(stdout)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 100, seed: columns },
    );
  });
});

test.each(TEXTS)('the text of $name is the same through a pipe as in 80 columns', async ({ words }) => {
  const piped = await run(without('--color', words));
  expect(piped).toEqual(
    await run(without('--color', words), { isTTY: true, columns: 80, env: { NO_COLOR: '1' } }),
  );
});

test.each(TEXTS)(
  '$name has colours only where they are asked for, and they change no character',
  async ({ words }) => {
    const uncolored = await run(without('--color', words));
    expect(uncolored.stdout + uncolored.stderr).not.toContain('\u001b');
    for (const asked of [['--color', 'always'], []]) {
      const surroundings: Surroundings = asked.length > 0 ? {} : { env: { FORCE_COLOR: '1' } };
      if (asked.length > 0 && !words.includes('verify') && !words.includes('explain')) continue;
      const colored = await run([...without('--color', words), ...asked], surroundings);
      expect(plain(colored.stdout)).toBe(uncolored.stdout);
    }
  },
);

test.each(TEXTS)('$name is plain ASCII where the locale is C', async ({ words }) => {
  const { stdout, stderr } = await run(words, { env: { LC_ALL: 'C', NO_COLOR: '1' } });
  expect(plain(stdout + stderr)).toMatch(/^[\n -~]*$/);
});

function without(flag: string, words: readonly string[]): string[] {
  const at = words.indexOf(flag);
  return at < 0 ? [...words] : words.filter((_, i) => i !== at && i !== at + 1);
}
