/**
 * Which parts of a gradient's GEMM a proof runs: all of it, or one free dimension after the other as whole as is affordable.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Direction } from '../../src/core/problem.ts';
import { gemmParts } from '../../src/verify/wiring-slices.ts';

/** By groups M = 4, K = 2·3·3 = 18, L = 4·4 = 16: 3·4·18·16·2 = 6912 products, and 3·18·16 = 864 cells of the larger matrix. */
const TOKEN = 'g2mb3ic4ih6oc8kh3';

function parts(direction: Direction, products: number, partialProducts: number, token = TOKEN): number[][] {
  const problem = describeProblem(token, { direction });
  return gemmParts(problem, { taps: 0, products, partialProducts }).map(({ samples, M, K, L }) => [
    samples,
    M,
    K,
    L,
  ]);
}

describe.each(['grad-input', 'grad-weight'] as const)('the GEMM of %s', (direction) => {
  it('is run whole where its cells, which cost eight products each, are affordable', () => {
    expect(parts(direction, 864 * 8 * 2, 1600)).toEqual([[3, 4, 18, 16]]);
    expect(parts(direction, 864 * 8 * 2 - 1, 1600)).not.toContainEqual([3, 4, 18, 16]);
  });

  it('is cut where only its cells are', () => {
    // M = K = 16, L = 4: 1024 products, but 64 cells.
    const token = 'mb1ic16ih2oc16kh1';
    expect(parts(direction, 1024, 64, token)).toEqual([[1, 16, 16, 4]]);
    expect(parts(direction, 1023, 64, token)).not.toContainEqual([1, 16, 16, 4]);
  });
});

it('of grad-input all output channels are summed, K and L are whole in turn, and then the samples', () => {
  // 1600 / 4 / 2 = 200 sums, as 18 × 11, 12 × 16 and 3 samples.
  expect(parts('grad-input', 7000, 1600)).toEqual([
    [1, 4, 18, 11],
    [1, 4, 12, 16],
    [3, 4, 1, 1],
  ]);
  expect(parts('grad-input', 7000, 16)).toEqual([
    [1, 4, 2, 1],
    [1, 4, 1, 2],
    [2, 4, 1, 1],
  ]);
  expect(parts('grad-input', 100, 1600, 'g2mb1ic4ih6oc8kh3')).toEqual([
    [1, 4, 18, 11],
    [1, 4, 12, 16],
  ]);
});

it('of grad-weight all windows of all samples are summed, and M and K are whole in turn', () => {
  // 1600 / 3 / 16 / 2 = 16.7 sums, as 4 × 4 and 1 × 16.
  expect(parts('grad-weight', 7000, 1600)).toEqual([
    [3, 4, 4, 16],
    [3, 1, 16, 16],
  ]);
  expect(parts('grad-weight', 7000, 96 * 72)).toEqual([
    [3, 4, 18, 16],
    [3, 4, 18, 16],
  ]);
});
