/**
 * Several layers at once: whole layers on worker threads, so that no sum is split between two and every bit is that of
 * one thread.
 */

/** What a layer came to. */
export interface Outcome {
  /** All that it prints. */
  readonly text: string;
  readonly exitCode: number;
}

/** One layer, by its place among all. */
export interface Job {
  /** Multiplications of one run of either path. */
  readonly work: number;
  /** Bytes that it may allocate. */
  readonly memory: number;
}

/**
 * Multiplications per thread from which one pays. Another is there after 0.1 s, most of it for loading the program and
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

/** Jobs that are not begun, for all threads: each takes the next one itself, as no other listens while it works. */
export interface Queue {
  readonly order: readonly number[];
  /** How many were taken; of shared memory. */
  readonly taken: Int32Array;
}

/** All jobs, largest first, which leaves no large one for the end. */
export function queueOf(jobs: readonly Job[]): Queue {
  const order = jobs
    .map(({ work }, index) => ({ work, index }))
    .sort((a, b) => b.work - a.work || a.index - b.index)
    .map(({ index }) => index);
  return { order, taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
}

/** The next job; undefined where none is left. */
export function takeJob({ order, taken }: Queue): number | undefined {
  return order[Atomics.add(taken, 0, 1)];
}

/** Leaves none. */
export function closeQueue({ order, taken }: Queue): void {
  Atomics.store(taken, 0, order.length);
}

/** Hears of outcomes in any order, and tells of them in that of the jobs, each as soon as those before it are there. */
export function inOrder(
  tell: (job: number, outcome: Outcome) => void,
): (job: number, outcome: Outcome) => void {
  const waiting = new Map<number, Outcome>();
  let told = 0;
  return (job, outcome) => {
    waiting.set(job, outcome);
    for (let next = waiting.get(told); next !== undefined; next = waiting.get(told)) tell(told++, next);
  };
}
