/**
 * Several layers at once: whole layers on worker threads, so that no sum is split between two and every bit is that of
 * one thread.
 */
import type { Thread } from './thread.ts';
import type { Outcome } from './worker.ts';

/** One layer, by its place among all. */
export interface Job {
  /** Multiplications of one run of either path. */
  readonly work: number;
  /** Bytes that it may allocate. */
  readonly memory: number;
}

/**
 * Multiplications per thread from which one pays. A worker is there after 0.1 s, most of it for loading the program and
 * compiling what has already been compiled beside it, and verifies some 5·10^8 multiplications a second: 2^27 take 0.27 s.
 */
const LEAST_WORK = 2 ** 27;

/**
 * How many threads to use: as many as are `wanted`, or else as the work pays for, but no more than cores and layers, nor
 * than `limit` holds at once. What a thread has taken for its kernels it keeps, so that in the end each may hold as much
 * as one of the largest layers.
 */
export function threadCount(
  wanted: number | undefined,
  jobs: readonly Job[],
  cores: number,
  limit: number,
): number {
  const work = jobs.reduce((sum, job) => sum + job.work, 0);
  const paid = wanted ?? Math.floor(work / LEAST_WORK);
  const largest = jobs.map(({ memory }) => memory).sort((a, b) => b - a);
  let [fitting, bytes] = [0, 0];
  for (const memory of largest) {
    bytes += memory;
    if (bytes <= limit) fitting++;
  }
  return Math.max(1, Math.min(paid, cores, jobs.length, fitting));
}

/**
 * Has every job done, largest first, which leaves no large one for the end. `onOutcome` hears of each in the order of
 * `jobs`.
 *
 * Rejects as soon as a thread fails; no other is given a job then.
 */
export async function runJobs(
  jobs: readonly Job[],
  threads: readonly Thread[],
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  const waiting = jobs
    .map((job, index) => ({ ...job, index }))
    .sort((a, b) => b.work - a.work || a.index - b.index);
  const outcomes: (Outcome | undefined)[] = jobs.map(() => undefined);
  let told = 0;

  async function serve(thread: Thread): Promise<void> {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      try {
        outcomes[job.index] = await thread.run(job.index);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
      for (let next = outcomes[told]; next !== undefined; next = outcomes[told]) onOutcome(told++, next);
    }
  }

  await Promise.all(threads.map(serve));
}
