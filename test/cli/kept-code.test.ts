/**
 * The code that V8 made of the program, kept for later runs: what is there decides how long a run takes, and nothing else.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BIN, ENVIRONMENT, requireBuild } from './process.ts';

const LAYER = 'mb1ic2ih5oc3kh3';
let home: string;
let passed: Ran;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

function run(args: readonly string[], env: Record<string, string> = {}, bin = BIN): Ran {
  const { XDG_CACHE_HOME: _, ...rest } = ENVIRONMENT;
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { ...rest, HOME: home, LOCALAPPDATA: join(home, '.cache'), ...env },
  });
  return { stdout, stderr, status };
}

const verify = (env: Record<string, string> = {}) => run(['verify', LAYER], env);
const directory = () => join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'convproof');
/** The only file there. */
const place = () => join(directory(), readdirSync(directory())[0] as string);
const kept = () => readFileSync(place());

beforeAll(() => {
  requireBuild();
  home = mkdtempSync(join(tmpdir(), 'convproof-home-'));
  passed = verify({ NODE_DISABLE_COMPILE_CACHE: '1' });
});

beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  home = mkdtempSync(join(tmpdir(), 'convproof-home-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const hasChecksum = zlib.crc32 !== undefined;

test('without it the layer passes', () => {
  expect(passed).toMatchObject({ status: 0, stderr: '' });
});

describe.skipIf(!hasChecksum)('where Node has a checksum', () => {
  test('the first run keeps it, the next one reads it and writes nothing', () => {
    expect(verify()).toEqual(passed);
    const first = kept();
    expect(verify()).toEqual(passed);
    expect(kept().equals(first)).toBe(true);
    expect(readdirSync(directory())).toHaveLength(1);
  });

  test('another call adds its functions to those that are kept', () => {
    verify();
    const first = kept();
    run(['verify', LAYER, '--json']);
    const second = kept();
    expect(second.length).toBeGreaterThan(first.length);
    verify();
    expect(kept().equals(second)).toBe(true);
  });

  const broken: [string, (bytes: Buffer) => Buffer][] = [
    ['of another program', (bytes) => sealed(changed(bytes, 8))],
    ['of a longer program', (bytes) => sealed(changed(bytes, 12))],
    ['a bit of the code is another', (bytes) => changed(bytes, bytes.length - 1000)],
    ['the code ends in zeros', (bytes) => Buffer.concat([bytes.subarray(0, -5000), Buffer.alloc(5000)])],
    ['the checksum is another', (bytes) => changed(bytes, 0)],
    ['the length of the calls is another', (bytes) => changed(bytes, 4)],
    ['cut off', (bytes) => bytes.subarray(0, -1)],
    ['cut off in the header', (bytes) => bytes.subarray(0, 5)],
    ['empty', () => Buffer.alloc(0)],
    // The code's first word is V8's magic number, the second the hash of its version.
    ['of another V8', (bytes) => sealed(changed(bytes, codeAt(bytes) + 4))],
    ['no code', (bytes) => sealed(changed(bytes, codeAt(bytes)))],
  ];

  test.each(broken)('%s: it is not run, and replaced', (_, breakIt) => {
    verify();
    const bytes = kept();
    const other = breakIt(Buffer.from(bytes));
    writeFileSync(place(), other);
    expect(verify()).toEqual(passed);
    expect(kept().equals(other)).toBe(false);
    const mended = kept();
    expect(verify()).toEqual(passed);
    expect(kept().equals(mended)).toBe(true);
  });

  test('a run that knows less adds its call and takes no functions away', () => {
    run(['verify', LAYER]);
    const first = kept();
    run(['--version']);
    const second = kept();
    expect(second.subarray(codeAt(second)).length).toBeGreaterThanOrEqual(
      first.subarray(codeAt(first)).length,
    );
    run(['--version']);
    expect(kept().equals(second)).toBe(true);
  });

  test('of more than eight files the oldest go, also what a killed run left', () => {
    verify();
    const own = place();
    for (let age = 1; age <= 9; age++) {
      const other = join(directory(), age % 2 === 0 ? `v${age}` : `v${age}.123`);
      writeFileSync(other, 'other');
      const made = new Date(Date.now() - age * 1000);
      utimesSync(other, made, made);
    }
    verify();
    expect(readdirSync(directory())).toHaveLength(10); // nothing is written, and nothing removed
    run(['--version']);
    const left = readdirSync(directory()).map((name) => join(directory(), name));
    expect(left).toHaveLength(8);
    expect(left).toContain(own);
    expect(left).not.toContain(join(directory(), 'v8'));
    expect(left).not.toContain(join(directory(), 'v9.123'));
  });

  test('a usage error keeps nothing', () => {
    expect(run(['verify', '--seed', 'x']).status).toBe(2);
    expect(existsSync(directory())).toBe(false);
  });

  test.skipIf(process.getuid === undefined)('what others can write is not run', () => {
    verify();
    chmodSync(place(), 0o620);
    expect(verify()).toEqual(passed);
    expect(statSync(place()).mode & 0o777).toBe(0o600); // replaced
  });

  test.skipIf(process.platform === 'win32')('a pipe in its place is not waited for', () => {
    verify();
    const pipe = place();
    rmSync(pipe);
    spawnSync('mkfifo', [pipe]);
    expect(verify()).toEqual(passed);
    expect(statSync(pipe).isFile()).toBe(true);
  });

  test('a directory in its place is done without', () => {
    verify();
    const name = place();
    rmSync(name);
    mkdirSync(name);
    expect(verify()).toEqual(passed);
    expect(readdirSync(directory())).toHaveLength(1);
  });

  test('other flags of Node have a file of their own', () => {
    const flags = { NODE_OPTIONS: '--stack-trace-limit=5' };
    const files = () =>
      readdirSync(directory()).map((name) => [name, statSync(join(directory(), name)).mtimeMs]);
    verify();
    verify(flags);
    const both = files();
    expect(both).toHaveLength(2);
    verify();
    verify(flags);
    expect(files()).toEqual(both);
  });

  test('another place of the program has a file of its own', () => {
    verify();
    const other = join(home, 'other');
    for (const part of ['bin', 'dist/convproof.cjs', 'package.json']) {
      cpSync(join(BIN, '../..', part), join(other, part), { recursive: true });
    }
    expect(run(['verify', LAYER], {}, join(other, 'bin/convproof.cjs'))).toEqual(passed);
    expect(readdirSync(directory())).toHaveLength(2);
  });

  test('a program that has been changed, but not in length, is not run by the code of the one before', () => {
    const copy = join(home, 'copy');
    for (const part of ['bin', 'dist/convproof.cjs', 'package.json']) {
      cpSync(join(BIN, '../..', part), join(copy, part), { recursive: true });
    }
    const bin = join(copy, 'bin/convproof.cjs');
    expect(run(['verify', LAYER], {}, bin)).toEqual(passed);
    const program = join(copy, 'dist/convproof.cjs');
    writeFileSync(program, readFileSync(program, 'latin1').replace('"PASS"', '"EASS"'), 'latin1');
    const { stdout } = run(['verify', LAYER], {}, bin);
    expect(stdout).toBe(passed.stdout.replace('PASS', 'EASS'));
  });

  test('threads run where it is kept and where it is not', () => {
    const threads = ['verify', LAYER, 'mb1ic1ih4oc1kh2', '--threads', '2'];
    const first = run(threads);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(run(threads)).toEqual(first);
  });

  test('NODE_COMPILE_CACHE names the directory', () => {
    const named = join(home, 'named');
    expect(verify({ NODE_COMPILE_CACHE: named })).toEqual(passed);
    expect(existsSync(join(named, 'convproof'))).toBe(true);
    expect(existsSync(directory())).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')('XDG_CACHE_HOME does, if it is absolute', () => {
    verify({ XDG_CACHE_HOME: join(home, 'xdg') });
    expect(existsSync(join(home, 'xdg', 'convproof'))).toBe(true);
    verify({ XDG_CACHE_HOME: 'relative' });
    expect(existsSync('relative')).toBe(false);
    verify({ HOME: 'relative' });
    expect(existsSync('relative')).toBe(false);
    expect(existsSync(place())).toBe(true);
  });
});

test('the program is ASCII, as it is read: in regular expressions what is not is written \\u…', () => {
  const program = readFileSync(join(BIN, '../../dist/convproof.cjs'));
  expect(program.findIndex((byte) => byte > 127)).toBe(-1);
});

test('NODE_DISABLE_COMPILE_CACHE keeps nothing', () => {
  expect(verify({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(passed);
  expect(existsSync(directory())).toBe(false);
});

test.each(['/dev/null', '/proc', '/no/such/place', ''])('nothing can be written to the home %j', (HOME) => {
  expect(verify({ HOME, LOCALAPPDATA: HOME })).toEqual(passed);
});

test('a directory that may not be written to', () => {
  chmodSync(home, 0o500);
  expect(verify()).toEqual(passed);
});

function changed(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
}

/** With the checksum that its content has. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(zlib.crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Where the code begins: behind the header and the calls. */
function codeAt(bytes: Buffer): number {
  return 16 + bytes.readUInt32LE(4);
}
