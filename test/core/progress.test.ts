import { expect, it } from 'vitest';
import { gemm } from '../../src/core/gemm.ts';
import { progressMeter } from '../../src/core/progress.ts';
import { zeros } from '../../src/core/tensor.ts';

/** Items of so many terms each, told one by one; what is heard of them. */
function heard(items: readonly number[]): number[][] {
  const reports: number[][] = [];
  const finished = progressMeter(items.length, (done, total) => reports.push([done, total]));
  for (const terms of items) finished(terms);
  return reports;
}

it('progress is told once in 2^20 terms, with the items done by then and all of them', () => {
  expect(heard([2 ** 20 - 1, 1, 2 ** 20 - 1, 2 ** 20, 1])).toEqual([
    [2, 5],
    [4, 5],
  ]);
});

it('terms told are not told again', () => {
  expect(heard([2 ** 21, 2 ** 19, 2 ** 19 - 1, 1])).toEqual([
    [1, 4],
    [4, 4],
  ]);
});

it('nobody need listen', () => {
  expect(() => progressMeter(1, undefined)(2 ** 20)).not.toThrow();
});

it('the product tells of each row of outputs, K·L terms', () => {
  const [M, K, L, groups] = [1, 2, 2 ** 19, 2];
  const reports: number[][] = [];
  const columns = zeros('float32', [2, K * groups, L]);
  const weight = zeros('float32', [M * groups, K, 1, 1]);
  gemm(
    weight,
    columns,
    { direction: 'forward', zeroPoints: { input: 0, weight: 0 }, M, K, L, groups },
    (done, total) => reports.push([done, total]),
  );
  expect(reports).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
});
