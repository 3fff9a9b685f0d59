/**
 * A worker thread, as it is seen from where it was started.
 */
import { Worker } from 'node:worker_threads';
import { ToolError } from '../core/errors.ts';
import type { Answer, Outcome, WorkerData } from './worker.ts';

/** One at a time. */
export interface Thread {
  /** Verifies a layer. Rejects with an error called ThreadDeath where the thread has ended instead. */
  run(index: number): Promise<Outcome>;
  stop(): Promise<unknown>;
}

/** What the thread runs. */
const ENTRY = `
const { parentPort, workerData } = require('node:worker_threads');
require(workerData.built).work(parentPort, workerData);
`;

/** Starts one. */
export function startThread(data: WorkerData): Thread {
  const worker = new Worker(ENTRY, { eval: true, workerData: data });
  let settle: ((answer: Answer) => void) | undefined;
  let death: Answer | undefined;
  const die = (reason: string) => {
    death ??= { death: reason };
    settle?.(death);
  };
  worker.on('message', (answer: Answer) => settle?.(answer));
  worker.on('error', (error: NodeJS.ErrnoException) =>
    die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : error.message),
  );
  worker.on('exit', (code) => die(`it ended with code ${code}`));
  return {
    async run(index) {
      const answer = await new Promise<Answer>((resolve) => {
        settle = resolve;
        if (death) resolve(death);
        else worker.postMessage(index);
      });
      if ('outcome' in answer) return answer.outcome;
      if ('refused' in answer) {
        const { code, message, hint } = answer.refused;
        throw new ToolError(code, message, hint);
      }
      if ('death' in answer) throw Object.assign(new Error(answer.death), { name: 'ThreadDeath' });
      throw new Error(answer.fault);
    },
    stop: () => worker.terminate(),
  };
}
