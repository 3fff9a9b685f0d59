/**
 * Exit codes, signals and pipes of the real program.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { BIN, bash, convproof, ROOT, requireBuild, start, temporaryDirectory } from './process.ts';
import { writeTensorFiles } from './tensor-files.ts';

const directory = temporaryDirectory();

beforeAll(() => {
  requireBuild();
  writeTensorFiles(directory);
});

const SMALL = 'mb1ic1ih3oc1kh2';
const WRONG = ['verify', '--input', 'x.npy', '--weight', 'w.npy', '--expected', 'y-wrong.npy'];
/** Minutes of work. */
const LONG = 'mb8ic256ih64oc256kh3ph1';

test.each([
  ['a pass', 0, ['verify', SMALL]],
  ['a proven difference', 1, WRONG],
  ['a usage error', 2, ['verify', '--strid', '2']],
  ['bad input', 2, ['verify', '--input', 'nowhere.npy']],
  ['constant data', 3, ['verify', SMALL, '--fill', 'ones']],
  [
    'the worst of several, which is a doubt',
    3,
    ['verify', SMALL, 'mb1ic1ih1oc1oh1kh1ph1', '--witness=rounding'],
  ],
  ['help', 0, ['--help']],
  ['a version', 0, ['--version']],
  ['no command at all', 2, []],
])('%s ends with exit code %i', async (_, code, args) => {
  const { stderr, ...ended } = await convproof(args, directory);
  expect({ code: ended.code, signal: ended.signal }).toEqual({ code, signal: null });
  expect(stderr === '').toBe(code !== 2);
});

test('bad input ends with 2 where the sources are run as they are, too', async () => {
  const loader = ['--import', 'tsx', '--conditions=development'];
  const child = start(process.execPath, [...loader, BIN, 'verify', 'mb1ic3ih2oc1kh3'], ROOT);
  const { code, stdout, stderr } = await child.ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: H_out = /);
});

test('a fault inside ends with 70, names itself and asks for a report', async () => {
  // Stands for any bug: the generator of every tensor throws.
  const preload = join(directory, 'fault.cjs');
  writeFileSync(preload, "Math.imul = () => { throw new Error('provoked') };\n");
  const { code, stdout, stderr } = await start(
    process.execPath,
    ['--require', preload, BIN, 'verify', SMALL],
    directory,
  ).ended;
  expect(stderr).toMatch(
    /^convproof: internal error; please report it with the command line\.\nError: provoked\n/,
  );
  expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
});

/** Enough work for two threads, in four layers of which the first is the smallest; one of them is named again. */
const LAYERS = [
  'mb1ic64ih28oc64kh3ph1',
  'mb1ic64ih56oc64kh3ph1',
  'mb1ic128ih28oc128kh3ph1',
  'mb1ic64ih56oc64kh3ph1',
  'mb1ic64ih56oc64kh3',
];

test.each([['--json'], ['--quiet'], ['--verbose']])(
  'however many threads there are, not a byte is different: %s',
  async (form) => {
    const outputs = await Promise.all(
      ['1', '2', '3'].map((threads) =>
        convproof(['verify', ...LAYERS, form, '--threads', threads], directory),
      ),
    );
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(outputs.map(({ code, stderr }) => [code, stderr])).toEqual(outputs.map(() => [0, '']));
  },
  60_000,
);

// A machine of one core starts no thread.
test.runIf(availableParallelism() > 1).each([
  [
    'has ended',
    'process.exit(9)',
    /^error: a thread that verified layers has ended: it ended with code 9\nhint: --threads 1 does without\n$/,
  ],
  [
    'runs out of memory',
    "Math.imul = () => { throw new RangeError('Array buffer allocation failed') }",
    /^error: a thread that verified layers has ended: it ran out of memory\nhint: --threads 1 does without\n$/,
  ],
  [
    'has a fault of ours inside',
    "Math.imul = () => { throw new Error('provoked') }",
    /^convproof: internal error; please report it with the command line\.\nError: Error: provoked\n/,
  ],
])('a thread that %s ends the program with 70 and says so', async (_, statement, message) => {
  const preload = join(directory, 'thread.cjs');
  writeFileSync(preload, `if (!require('node:worker_threads').isMainThread) ${statement};\n`);
  const { code, stdout, stderr } = await start(
    process.execPath,
    ['--require', preload, BIN, 'verify', ...LAYERS],
    directory,
  ).ended;
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
});

test.runIf(availableParallelism() > 1)('the main thread that runs out of memory says so too', async () => {
  const preload = join(directory, 'main-thread.cjs');
  const statement = "Math.imul = () => { throw new RangeError('Array buffer allocation failed') }";
  writeFileSync(preload, `if (require('node:worker_threads').isMainThread) ${statement};\n`);
  const { code, stdout, stderr } = await start(
    process.execPath,
    ['--require', preload, BIN, 'verify', ...LAYERS],
    directory,
  ).ended;
  expect(stderr).toBe(
    'error: a thread that verified layers has ended: it ran out of memory\nhint: --threads 1 does without\n',
  );
  expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
});

test.runIf(availableParallelism() > 1)(
  'a thread that is not there before all is done is not missed',
  async () => {
    const preload = join(directory, 'late.cjs');
    const late = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20000); process.exit(9)';
    writeFileSync(preload, `if (!require('node:worker_threads').isMainThread) { ${late} };\n`);
    const small = ['mb1ic2ih5oc3kh3', 'mb1ic1ih4oc1kh2'];
    const { code, stdout, stderr } = await start(
      process.execPath,
      ['--require', preload, BIN, 'verify', ...small, '--quiet', '--threads', '2'],
      directory,
    ).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('PASS  mb1ic2ih5oc3kh3\nPASS  mb1ic1ih4oc1kh2\n');
  },
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s during a long run is %i in a shell, and prints nothing', async (signal, status) => {
  const line = `convproof verify ${LONG} & sleep 0.5; kill -${signal} %1; wait $!; echo "status $?"`;
  const { stdout } = await bash(`set -m\n${line} 2>&1`, directory);
  expect(stdout).toBe(`status ${status}\n`);
  expect(EXIT_CODES.some(([code, meaning]) => code === status || meaning.includes(String(status)))).toBe(
    true,
  );
});

test('a reader that goes away changes no verdict and is no error', async () => {
  const several = Array.from({ length: 50 }, () => SMALL).join(' ');
  const commands: readonly (readonly [string, number])[] = [
    [`convproof verify ${several} | head -1`, 0],
    [`convproof verify ${SMALL} | true`, 0],
    [`convproof ${WRONG.join(' ')} | true`, 1],
    [`convproof verify ${several} --fill ones --json | head -c 10`, 3],
    ['convproof verify --help | head -1', 0],
    ['convproof verify --strid 2 2>&1 | true', 2],
  ];
  for (const [command, status] of commands) {
    const { stdout, stderr } = await bash(`${command}; echo " status \${PIPESTATUS[0]}"`, directory);
    expect(stdout, command).toContain(` status ${status}\n`);
    expect(stderr, command).toBe('');
  }
});

test('JSON of many layers arrives whole through a slow pipe', async () => {
  const layers = Array.from({ length: 150 }, (_, i) => `mb1ic1ih${i + 3}oc1kh2sh9`).join(' ');
  const { stdout } = await bash(
    `convproof verify ${layers} --json > direct.ndjson; convproof verify ${layers} --json | (sleep 1; cat)`,
    directory,
  );
  expect(stdout.length).toBeGreaterThan(300_000); // more than a pipe holds
  expect(stdout).toBe(readFileSync(join(directory, 'direct.ndjson'), 'utf8'));
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).verdict),
  ).toEqual(Array.from({ length: 150 }, () => 'pass'));
});

test('a mistake in the last layer prints no result of the first', async () => {
  for (const layer of ['mb1ic1', 'mb1ic3ih2oc1kh3', 'mb99999ic999ih9999oc999kh3']) {
    const { code, stdout, stderr } = await convproof(['verify', SMALL, layer], directory);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
  }
});

test.each(['x.npy', 'integers.json'])('standard input may hold %s', async (name) => {
  const ask = (input: string) => ['verify', '--input', input, '--weight', 'w.npy', '--json'];
  const bytes = readFileSync(join(directory, name));
  const piped = await convproof(ask('-'), directory, bytes);
  const read = await convproof(ask(name), directory);
  expect({ code: piped.code, stderr: piped.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(piped.stdout).data).toEqual({ ...JSON.parse(read.stdout).data, input: '-' });
  const redirected = await bash(`convproof ${ask('-').join(' ')} < ${name}`, directory);
  expect(redirected.stdout).toBe(piped.stdout);
});

test('empty standard input is bad input', async () => {
  const { code, stdout, stderr } = await convproof(['verify', '--input', '-'], directory);
  expect(stderr).toMatch(/^error: --input - is empty/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
