/**
 * What runs in a worker thread: the same verification as in the main one, printed to where it was asked for.
 */
import type { MessagePort } from 'node:worker_threads';
import { isToolError, type ToolError } from '../core/errors.ts';
import type { Host } from './streams.ts';
import { closeQueue, type Outcome, type Queue, takeJob } from './threads.ts';
import type { VerifyCommandOptions } from './verify-options.ts';

/** What a worker is started with; all of it is copied. */
export interface WorkerData {
  /** The built program. */
  readonly built: string;
  readonly layers: readonly string[];
  readonly queue: Queue;
  readonly options: VerifyCommandOptions;
  /** Of the main thread's stdout: it decides width and colour. */
  readonly terminal: { readonly isTTY: boolean | undefined; readonly columns: number | undefined };
  readonly env: Host['env'];
}

/** What a worker says: of a job its outcome; a user's mistake, a bug's stack, or why it cannot go on; that it is done. */
export type Message = { readonly job: number; readonly outcome: Outcome } | Failure | { readonly done: true };

type Failure =
  | { readonly refused: Pick<ToolError, 'code' | 'message' | 'hint'> }
  | { readonly fault: string }
  | { readonly death: string };

/** The command itself, on one thread. */
export type RunVerify = (
  layers: readonly string[],
  options: VerifyCommandOptions,
  host: Host,
) => Promise<number>;

/** Verifies layers until none is left, and says what each came to. */
export async function serve(port: MessagePort, data: WorkerData, runVerify: RunVerify): Promise<void> {
  const say = (message: Message) => port.postMessage(message);
  try {
    for (let job = takeJob(data.queue); job !== undefined; job = takeJob(data.queue)) {
      say({ job, outcome: await outcomeOf(job, data, runVerify) });
    }
    say({ done: true });
  } catch (error) {
    closeQueue(data.queue);
    say(failureOf(error));
  }
}

/** Verifies a layer by itself, with all that it prints kept for its turn. */
export async function outcomeOf(
  job: number,
  { layers, options, terminal, env }: WorkerData,
  runVerify: RunVerify,
): Promise<Outcome> {
  let text = '';
  const stdout = {
    ...terminal,
    write(more: string) {
      text += more;
    },
  };
  const exitCode = await runVerify([layers[job] as string], options, { stdout, stderr: { write() {} }, env });
  return { text, exitCode };
}

function failureOf(error: unknown): Failure {
  if (isToolError(error)) {
    const { code, message, hint } = error;
    return { refused: { code, message, hint } };
  }
  if (isOutOfMemory(error)) return { death: OUT_OF_MEMORY };
  return { fault: String((error as Error).stack ?? error) };
}

/** Why a thread has ended that had no memory left. */
export const OUT_OF_MEMORY = 'it ran out of memory';

/** V8's word for a typed array that it has no memory for. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed/i.test(error.message);
}
