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

/** How many threads to use: `wanted`, but no more than cores, layers, or the work pays for. */
export function threadCount(wanted: number | undefined, jobs: readonly Job[], cores: number): number {
  const most = Math.min(wanted ?? cores, cores, jobs.length);
  const work = jobs.reduce((sum, job) => sum + job.work, 0);
  return Math.max(1, Math.min(most, Math.floor(work / LEAST_WORK)));
}

/**
 * Has every job done, largest first, which leaves no large one for the end. `limit` bounds the bytes of those that run
 * at a time; one that alone exceeds it runs alone. `onOutcome` hears of each in the order of `jobs`.
 *
 * Rejects as soon as a thread fails; none is given another job then.
 */
export async function runJobs(
  jobs: readonly Job[],
  threads: readonly Thread[],
  limit: number,
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  const waiting = jobs
    .map((job, index) => ({ ...job, index }))
    .sort((a, b) => b.work - a.work || a.index - b.index);
  const outcomes: (Outcome | undefined)[] = jobs.map(() => undefined);
  const running = new Set<Promise<void>>();
  let told = 0;
  let taken = 0;

  async function run(thread: Thread, index: number): Promise<void> {
    try {
      outcomes[index] = await thread.run(index);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
    for (let next = outcomes[told]; next !== undefined; next = outcomes[told]) onOutcome(told++, next);
  }

  async function serve(thread: Thread): Promise<void> {
    while (waiting.length > 0) {
      const place = waiting.findIndex(({ memory }) => taken + memory <= limit);
      if (place < 0 && running.size > 0) {
        await Promise.race(running);
        continue;
      }
      const [job] = waiting.splice(Math.max(place, 0), 1) as [(typeof waiting)[number]];
      taken += job.memory;
      const done = run(thread, job.index);
      running.add(done);
      await done;
      running.delete(done);
      taken -= job.memory;
    }
  }

  await Promise.all(threads.map(serve));
}
