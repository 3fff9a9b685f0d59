/**
 * The only module that touches the file system: whole files in, whole files out.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import { quote } from './quote.ts';

const READ_CHUNK = 2 ** 20;

/** The bytes of `path`, or of standard input for `-`; refuses more than `limit` before it reads them. */
export function readBytes(path: string, name: string, limit: number): Uint8Array {
  let descriptor = 0;
  try {
    if (path !== '-') descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a FIFO must not block
    const status = fstatSync(descriptor);
    if (path !== '-' && !status.isFile()) {
      throw new ToolError(
        'bad-file',
        `${name} is ${status.isDirectory() ? 'a directory' : 'not a regular file'}, but a file is read whole`,
      );
    }
    if (status.isFile()) {
      requireWithin(status.size, limit, name);
      return readFileSync(descriptor);
    }
    return readStream(descriptor, name, limit);
  } catch (error) {
    throw asToolError(error, name, 'read');
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

function readStream(descriptor: number, name: string, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(READ_CHUNK);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    requireWithin(total, limit, name);
    chunks.push(chunk.subarray(0, count));
  }
}

function requireWithin(bytes: number, limit: number, name: string): void {
  if (bytes <= limit) return;
  throw new ToolError(
    'too-large',
    `${name} has ${bytes} bytes or more, but ${Math.floor(limit)} bytes are allowed`,
    'raise --max-memory',
  );
}

/**
 * Writes all of `files` (name → bytes) into `directory`, which is created if only it is missing, and removes
 * what else of the names `owned` an earlier call has left there. Each file is written beside its place and
 * renamed, once all are written: a failure or a signal before that leaves the old ones whole.
 */
export async function writeFiles(
  directory: string,
  files: ReadonlyMap<string, Uint8Array | string>,
  owned: readonly string[],
): Promise<void> {
  const label = `--save ${quote(directory)}`;
  const unfinished = [...files.keys()].map((name) => join(directory, `.${name}.${process.pid}.tmp`));
  // What cannot be removed was never written; the first failure is the one to report.
  const clean = () => Promise.allSettled(unfinished.map((path) => rm(path, { force: true })));
  const interrupt = (signal: NodeJS.Signals) => {
    for (const listened of SIGNALS) process.off(listened, interrupt);
    clean().finally(() => process.kill(process.pid, signal));
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    await ensureDirectory(directory);
    for (const name of new Set([...files.keys(), ...owned])) await requireReplaceable(join(directory, name));
    for (const [i, bytes] of [...files.values()].entries())
      await writeDurably(unfinished[i] as string, bytes);
    for (const [i, name] of [...files.keys()].entries())
      await rename(unfinished[i] as string, join(directory, name));
    for (const name of owned) if (!files.has(name)) await rm(join(directory, name), { force: true });
  } catch (error) {
    await clean();
    throw asToolError(error, label, 'written');
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

async function ensureDirectory(directory: string): Promise<void> {
  const status = await stat(directory).catch(() => undefined);
  if (status === undefined) await mkdir(directory);
  else if (!status.isDirectory()) {
    throw new ToolError('bad-file', `--save ${quote(directory)} is a file, but it must be a directory`);
  }
}

/** Known before anything is written, so that no rename or removal can fail half-way for it. */
async function requireReplaceable(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined || status.isFile()) return;
  throw new ToolError('bad-file', `--save would replace ${quote(path)}, but that is not a file`);
}

async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB, the most that is read at once',
};

function asToolError(error: unknown, name: string, verb: 'read' | 'written'): Error {
  if (error instanceof ToolError || !(error instanceof Error)) return error as Error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  return new ToolError('bad-file', `${name} cannot be ${verb}: ${CAUSES[code] ?? code}`);
}
