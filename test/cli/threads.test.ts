import { describe, expect, it } from 'vitest';
import { closeQueue, inOrder, type Job, queueOf, takeJob, threadCount } from '../../src/cli/threads.ts';

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

const sized = (...works: number[]): Job[] => works.map((work) => ({ work, memory: 0 }));

describe('the queue', () => {
  it('gives out the largest first, among equals the first, each once, then none', () => {
    const queue = queueOf(sized(1, 3, 2, 3));
    expect(Array.from({ length: 6 }, () => takeJob(queue))).toEqual([1, 3, 2, 0, undefined, undefined]);
  });

  it('is the same to a thread that it was copied to', () => {
    const queue = queueOf(sized(4, 3, 2));
    const copy = structuredClone(queue);
    expect([takeJob(queue), takeJob(copy), takeJob(queue), takeJob(copy)]).toEqual([0, 1, 2, undefined]);
  });

  it('that is closed gives out nothing more', () => {
    const queue = queueOf(sized(4, 3, 2));
    takeJob(queue);
    closeQueue(structuredClone(queue));
    expect(takeJob(queue)).toBeUndefined();
    expect(takeJob(queue)).toBeUndefined();
  });
});

it('outcomes are told of in the order of the layers, each as soon as those before it are there', () => {
  const told: [number, string][] = [];
  const hear = inOrder((job, { text }) => told.push([job, text]));
  const end = (job: number) => hear(job, { text: `layer ${job}`, exitCode: 0 });
  end(2);
  expect(told).toEqual([]);
  end(0);
  expect(told).toEqual([[0, 'layer 0']]);
  end(1);
  expect(told).toEqual([
    [0, 'layer 0'],
    [1, 'layer 1'],
    [2, 'layer 2'],
  ]);
});
