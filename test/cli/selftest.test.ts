/**
 * `convproof selftest`: its document, its progress, and exit code 1 where the verifier is not as good as it says.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { SUMMATION_ORDERS, type SummationOrder } from '../../src/diagnose/summation-orders.ts';
import type { SelftestDocument } from '../../src/report/selftest-document.ts';
import { run } from '../host.ts';
import { expectValid } from './schema.ts';

// What a test plants beside the real ones.
const { survivors, wrongOrders, watched } = vi.hoisted(() => ({
  /** The run is told of as it goes. */
  watched: { progress: false },
  survivors: [] as Mistake[],
  wrongOrders: [] as SummationOrder[],
}));

vi.mock(import('../../src/diagnose/mistakes/index.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    get MISTAKES() {
      return [...real.MISTAKES, ...survivors];
    },
  };
});

vi.mock(import('../../src/diagnose/summation-orders.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    get SUMMATION_ORDERS() {
      return [...real.SUMMATION_ORDERS, ...wrongOrders];
    },
  };
});

// The same run is looked at as text and as a document; of another seed it is run twice, as that is what is tested.
vi.mock(import('../../src/diagnose/selftest.ts'), async (original) => {
  const { rememberedSelftest } = await import('./remembered.ts');
  const real = await original();
  const kept = rememberedSelftest(real, () => [survivors.length, wrongOrders.length]);
  return {
    ...real,
    selftest: (options = {}) =>
      watched.progress || options.seed === 3 ? real.selftest(options) : kept.selftest(options),
  };
});

afterEach(() => {
  watched.progress = false;
  survivors.length = 0;
  wrongOrders.length = 0;
});

describe('the document', () => {
  test('begins with the verdict and lists every mistake', async () => {
    const { stdout, stderr, exitCode } = await run(['selftest', '--json']);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const document: SelftestDocument = JSON.parse(stdout);
    expectValid(document);
    const { mistakes, correct, problems, ...head } = document;
    expect(head).toMatchObject({
      schema_version: 1,
      command: 'selftest',
      verdict: 'pass',
      full: false,
      seed: 0,
      repro: { command: 'convproof selftest' },
    });
    expect(mistakes.map(({ id, family }) => ({ id, family }))).toEqual(
      MISTAKES.map(({ id, family }) => ({ id, family })),
    );
    expect(mistakes.every(({ killed_by, survived }) => killed_by.length > 0 && !survived)).toBe(true);
    expect(correct).toMatchObject({ false_alarms: 0, rejected: [] });
    expect(correct.orders).toHaveLength(SUMMATION_ORDERS.length + 1);
    const used = mistakes.flatMap(({ by_problem }) => by_problem.map(({ problem }) => problem));
    expect([...new Set(used)].sort()).toEqual([...problems].sort());
  });

  test('of another seed is repeated by its own command', async () => {
    const first = await run(['selftest', '--json', '--seed=3']);
    const { repro, seed } = JSON.parse(first.stdout);
    expect([repro.command, seed]).toEqual(['convproof selftest --seed 3', 3]);
    expect(await run([...repro.command.split(' ').slice(1), '--json'])).toEqual(first);
  });
});

test('a mistake that survives ends with exit code 1 and is named', async () => {
  const [first] = MISTAKES as readonly [Mistake];
  survivors.push({ ...first, id: 'nothing-changed', title: 'planted', variants: [{ change: {} }] });
  const text = await run(['selftest']);
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toContain(`FAIL  1 of ${MISTAKES.length} known mistakes would pass unseen`);
  expect(text.stdout).toContain('  survivor nothing-changed: planted\n');
  const json = await run(['selftest', '--json']);
  const document: SelftestDocument = JSON.parse(json.stdout);
  expectValid(document);
  expect([json.exitCode, document.verdict]).toEqual([1, 'fail']);
  expect(document.mistakes.at(-1)).toMatchObject({ id: 'nothing-changed', killed_by: [], survived: true });
});

test('a correct output that is rejected ends with exit code 1 and is named', async () => {
  wrongOrders.push({ name: 'planted', dot: () => 1e9 });
  const { stdout, exitCode } = await run(['selftest', '--json']);
  const document: SelftestDocument = JSON.parse(stdout);
  expectValid(document);
  expect([exitCode, document.verdict]).toEqual([1, 'fail']);
  expect(document.correct.false_alarms).toBe(document.correct.rejected.length);
  expect(new Set(document.correct.rejected.map(({ order }) => order))).toEqual(new Set(['planted']));
});

describe('progress', () => {
  test('is on stderr, where that is a terminal, and gone at the end', async () => {
    watched.progress = true;
    const { stdout, stderr } = await run(['selftest', '-q'], {
      isTTY: true,
      columns: 80,
      env: { TERM: 'xterm' },
    });
    expect(stdout).toMatch(/^\S*PASS/);
    expect(stderr).toContain('\r\u001b[Kselftest: 1 %\r\u001b[Kselftest: 2 %');
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
  });

  test('is not in a file, nor on a terminal that cannot erase', async () => {
    expect((await run(['selftest', '-q'])).stderr).toBe('');
    expect((await run(['selftest', '-q'], { isTTY: true, env: { TERM: 'dumb' } })).stderr).toBe('');
  });
});
