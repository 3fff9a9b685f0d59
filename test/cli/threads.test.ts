import { describe, expect, it } from 'vitest';
import type { Thread } from '../../src/cli/thread.ts';
import { type Job, runJobs, threadCount } from '../../src/cli/threads.ts';
import type { Outcome } from '../../src/cli/worker.ts';

const M = 2 ** 27;

describe('threadCount', () => {
  const jobs = (...works: number[]): Job[] => works.map((work) => ({ work, memory: 10 }));

  it.each([
    ['as many as there are cores', undefined, jobs(M, M, M, M, M), 4, 4],
    ['as many as there are layers', undefined, jobs(9 * M, 9 * M), 4, 2],
    ['one where there is too little work for two', undefined, jobs(M, M - 1), 4, 1],
    ['two from where it pays', undefined, jobs(M - 1, 1, M), 4, 2],
    ['one where there is hardly any work', undefined, jobs(1, 1), 4, 1],
    ['as many as are wanted, whether it pays or not', 3, jobs(1, 1, 1, 1), 4, 3],
    ['no more than layers, however many are wanted', 3, jobs(1, 1), 4, 2],
    ['one where one is wanted', 1, jobs(M, M, M, M), 4, 1],
    ['never more than cores', 64, jobs(M, M, M, M, M), 2, 2],
  ])('is %s', (_, wanted, given, cores, count) => {
    expect(threadCount(wanted, given, cores, 1000)).toBe(count);
  });

  it.each([
    [60, 3],
    // The two largest are 50 bytes, all three 60.
    [59, 2],
    [49, 1],
    // One thread has been allowed what it takes, or refused, before.
    [1, 1],
  ])('is what %i bytes hold the largest layers of', (limit, count) => {
    const given = [10, 30, 20].map((memory) => ({ work: M, memory }));
    expect(threadCount(undefined, given, 4, limit)).toBe(count);
    expect(threadCount(3, given, 4, limit)).toBe(count);
  });
});

/** Threads whose jobs end when the test says so. */
function heldThreads(count: number) {
  const started: {
    thread: number;
    index: number;
    end: (outcome: Outcome) => void;
    fail: (error: Error) => void;
  }[] = [];
  const threads = Array.from(
    { length: count },
    (_, thread): Thread => ({
      run: (index) =>
        new Promise((end, fail) => {
          started.push({ thread, index, end, fail });
        }),
      stop: async () => undefined,
    }),
  );
  /** Ends the job of that index, and lets whoever waits go on. */
  async function end(index: number): Promise<void> {
    started.find((job) => job.index === index)?.end({ text: `layer ${index}`, exitCode: 0 });
    await settled();
  }
  return { threads, started, end, indices: () => started.map(({ index }) => index) };
}

/** All that is resolved has been heard of. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('runJobs', () => {
  const sized = (...works: number[]): Job[] => works.map((work) => ({ work, memory: 0 }));

  it('gives out the largest first, and among equals the first', async () => {
    const { threads, indices, end } = heldThreads(1);
    const done = runJobs(sized(1, 3, 2, 3), threads, () => {});
    for (const index of [1, 3, 2, 0]) await end(index);
    await done;
    expect(indices()).toEqual([1, 3, 2, 0]);
  });

  it('keeps every thread busy while there is something to do', async () => {
    const { threads, started, end } = heldThreads(2);
    const done = runJobs(sized(4, 3, 2), threads, () => {});
    expect(started.map(({ thread, index }) => [thread, index])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    await end(1);
    expect(started.at(-1)).toMatchObject({ thread: 1, index: 2 });
    await end(0);
    await end(2);
    await done;
    expect(started).toHaveLength(3);
  });

  it('tells of the outcomes in the order of the layers, each as soon as those before it are there', async () => {
    const { threads, end } = heldThreads(3);
    const told: [number, string][] = [];
    const done = runJobs(sized(1, 1, 1), threads, (index, { text }) => {
      told.push([index, text]);
    });
    await end(2);
    expect(told).toEqual([]);
    await end(0);
    expect(told).toEqual([[0, 'layer 0']]);
    await end(1);
    await done;
    expect(told).toEqual([
      [0, 'layer 0'],
      [1, 'layer 1'],
      [2, 'layer 2'],
    ]);
  });

  it('fails with the thread that fails, and gives out nothing more', async () => {
    const { threads, started, end, indices } = heldThreads(2);
    const done = runJobs(sized(2, 1, 1), threads, () => {});
    started[0]?.fail(new Error('gone'));
    await expect(done).rejects.toThrow('gone');
    await end(1);
    expect(indices()).toEqual([0, 1]);
  });
});
