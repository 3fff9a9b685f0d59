/**
 * A worker thread, as it is seen from where it was started.
 */
import { Worker } from 'node:worker_threads';
import { ToolError } from '../core/errors.ts';
import type { Outcome } from './threads.ts';
import { type Message, OUT_OF_MEMORY, type WorkerData } from './worker.ts';

/** One that takes jobs until none is left. */
export interface Thread {
  /** Resolves when it has done all that it took. Rejects with an error called ThreadDeath where it has ended instead. */
  readonly done: Promise<void>;
  stop(): Promise<unknown>;
}

/** What the thread runs. */
const ENTRY = `
const { parentPort, workerData } = require('node:worker_threads');
require(workerData.built).work(parentPort, workerData);
`;

/** Starts one, and hears of each job that it has done. */
export function startThread(data: WorkerData, onOutcome: (job: number, outcome: Outcome) => void): Thread {
  const worker = new Worker(ENTRY, { eval: true, workerData: data });
  const done = new Promise<void>((resolve, reject) => {
    const die = (reason: string) => reject(Object.assign(new Error(reason), { name: 'ThreadDeath' }));
    worker.on('message', (message: Message) => {
      if ('outcome' in message) onOutcome(message.job, message.outcome);
      else if ('refused' in message) {
        const { code, message: text, hint } = message.refused;
        reject(new ToolError(code, text, hint));
      } else if ('death' in message) die(message.death);
      else if ('fault' in message) reject(new Error(message.fault));
      else resolve();
    });
    worker.on('error', (error: NodeJS.ErrnoException) =>
      die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? OUT_OF_MEMORY : error.message),
    );
    worker.on('exit', (code) => die(`it ended with code ${code}`));
  });
  return { done, stop: () => worker.terminate() };
}
