/**
 * Every example of the README prints what the README says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstDifference, readExamples } from './cli/console-blocks.ts';
import { bash, ROOT, requireBuild } from './cli/process.ts';
import { run, shellWords } from './host.ts';

const README = `${ROOT}README.md`;
const markdown = existsSync(README) ? readFileSync(README, 'utf8') : '';
const hasJq = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(`${folder}/jq`));

test('there is a README, with examples to run', () => {
  expect(existsSync(README), 'README.md is missing').toBe(true);
  expect(readExamples(markdown).length, 'README.md has no ```console blocks').toBeGreaterThan(0);
});

describe.each(readExamples(markdown))('$command', ({ command, expected }) => {
  const needsJq = /\| jq\b/.test(command);

  test.skipIf(needsJq && !hasJq)(
    `prints what the README says${needsJq && !hasJq ? ' (skipped: no jq here)' : ''}`,
    async () => {
      expect(command, 'examples of other programs belong into ```sh blocks').toMatch(/^convproof /);
      const printed = await outputOf(command);
      expect(firstDifference(expected, printed.trimEnd().split('\n'))).toBeUndefined();
    },
  );
});

async function outputOf(command: string): Promise<string> {
  if (/[|<>]/.test(command)) {
    requireBuild();
    const { stdout, stderr } = await bash(command, ROOT);
    return stdout + stderr;
  }
  const { stdout, stderr } = await run(shellWords(command).slice(1));
  return stdout + stderr;
}

describe('an example', () => {
  const block = (text: string) => `Prose.\n\n\`\`\`console\n${text}\n\`\`\`\n`;

  test('is a command and the lines below it', () => {
    expect(readExamples(`${block('$ a --b\none\n\ntwo\n$ c')}${block('$ d\nthree')}`)).toEqual([
      { command: 'a --b', expected: ['one', '', 'two'] },
      { command: 'c', expected: [] },
      { command: 'd', expected: ['three'] },
    ]);
    expect(() => readExamples(block('one\n$ a'))).toThrow('begins with');
  });

  test.each([
    ['all of it', ['a', 'b', 'c'], undefined],
    ['a beginning', ['a', '…'], undefined],
    ['a middle', ['…', 'b', '…'], undefined],
    ['an end', ['…', 'c'], undefined],
    ['both ends', ['a', '…', 'c'], undefined],
    ['too little', ['a', 'b'], 'left out'],
    ['another line', ['a', 'x', 'c'], 'expected: x\nprinted:  b'],
    ['more than there is', ['a', 'b', 'c', 'd'], 'printed:  (nothing)'],
    ['another order', ['…', 'b', '…', 'a', '…'], 'not in the output'],
    ['a line of another place', ['b', '…'], 'expected: b'],
  ])('may show %s, or is told what differs', (_, expected, message) => {
    const found = firstDifference(expected, ['a', 'b', 'c']);
    if (message === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(message);
  });
});
