/**
 * The real program as a child process: what `npm run build` made, run as users run it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BIN = join(ROOT, 'bin/convproof.cjs');

/** Environment of the children: ours, without what would change their output. */
export const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NO_COLOR|FORCE_COLOR|LC_\w+|LANG|TERM|NODE_\w+|CI)$/.test(name),
  ),
);

/** Fails where there is nothing to run. */
export function requireBuild(): void {
  if (existsSync(join(ROOT, 'dist/convproof.cjs'))) return;
  throw new Error(
    'dist/convproof.cjs is missing: these tests run the built program, so run `npm run build` first',
  );
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** Starts `file` with `args`; standard input is empty unless given. */
export function start(
  file: string,
  args: readonly string[],
  cwd: string,
  stdin?: Uint8Array | string,
): Child {
  const child = spawn(file, args, { cwd, env: ENVIRONMENT });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on('error', () => {}); // it may end without having read all
  child.stdin.end(stdin ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...output, code, signal }));
  });
  return { pid: child.pid as number, kill: (signal) => void child.kill(signal), ended };
}

/** `convproof` with `args`, to its end. */
export function convproof(args: readonly string[], cwd: string, stdin?: Uint8Array | string): Promise<Ended> {
  return start(process.execPath, [BIN, ...args], cwd, stdin).ended;
}

/** A line for bash, in which `convproof` is the program. */
export function bash(line: string, cwd: string): Promise<Ended> {
  const program = `convproof() { "${process.execPath}" "${BIN}" "$@"; }`;
  return start('bash', ['-c', `${program}\n${line}`], cwd).ended;
}

/** A new directory that goes when the tests of this file have run. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'convproof-test-')));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
