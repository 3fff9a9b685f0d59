/**
 * What runs in a worker thread: the same verification as in the main one, printed to where it was asked for.
 */
import type { MessagePort } from 'node:worker_threads';
import { isToolError, type ToolError } from '../core/errors.ts';
import type { Host } from './streams.ts';
import type { VerifyCommandOptions } from './verify-options.ts';

/** What a worker is started with; all of it is copied. */
export interface WorkerData {
  /** The built program. */
  readonly built: string;
  readonly layers: readonly string[];
  readonly options: VerifyCommandOptions;
  /** Of the main thread's stdout: it decides width and colour. */
  readonly terminal: { readonly isTTY: boolean | undefined; readonly columns: number | undefined };
  readonly env: Host['env'];
}

/** What a layer came to. */
export interface Outcome {
  /** All that it prints. */
  readonly text: string;
  readonly exitCode: number;
}

/** What a worker answers with: a layer's outcome, a user's mistake, a bug's stack, or why the thread cannot go on. */
export type Answer =
  | { readonly outcome: Outcome }
  | { readonly refused: Pick<ToolError, 'code' | 'message' | 'hint'> }
  | { readonly fault: string }
  | { readonly death: string };

/** Verifies the layers that `port` asks for by their index, one after the other. */
export function serve(
  port: MessagePort,
  { layers, options, terminal, env }: WorkerData,
  runVerify: (layers: readonly string[], options: VerifyCommandOptions, host: Host) => Promise<number>,
): void {
  port.on('message', async (index: number) => {
    let text = '';
    const stdout = {
      ...terminal,
      write(more: string) {
        text += more;
      },
    };
    const host: Host = { stdout, stderr: { write() {} }, env };
    let answer: Answer;
    try {
      const exitCode = await runVerify([layers[index] as string], options, host);
      answer = { outcome: { text, exitCode } };
    } catch (error) {
      answer = answerOf(error);
    }
    port.postMessage(answer);
  });
}

function answerOf(error: unknown): Answer {
  if (isToolError(error)) {
    const { code, message, hint } = error;
    return { refused: { code, message, hint } };
  }
  if (isOutOfMemory(error)) return { death: 'it ran out of memory' };
  return { fault: String((error as Error).stack ?? error) };
}

/** V8's word for a typed array that it has no memory for. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed/i.test(error.message);
}
