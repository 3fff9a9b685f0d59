import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Elements } from '../../src/core/tensor.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';
import { compareSums, sumsMagnitude } from '../../src/verify/wiring-sums.ts';

const problem = describeProblem('g2mb2ic4ih3oc4kh2'); // M = 2, K = 8, L = 4
const WHOLE = { samples: 2, M: 2, K: 8, L: 4 };

function pathsWith(gemm: Pipeline['gemm']): Paths {
  return { ...PATHS, pipeline: { ...PATHS.pipeline, gemm } };
}

/** The GEMM, with these errors added to elements of its product. */
function erring(errors: Readonly<Record<number, number>>, seen: Elements[] = []): Paths {
  return pathsWith((...given) => {
    const product = PATHS.pipeline.gemm(...given);
    seen.push(product.data.slice());
    for (const [element, error] of Object.entries(errors)) {
      product.data[Number(element)] = (product.data[Number(element)] as number) + error;
    }
    return product;
  });
}

describe('a wrong sum is shown', () => {
  it.each([
    [0, [0, 0], 0],
    [11, [0, 2], 3],
    [30, [1, 3], 2],
  ])('at element %i: by what is due there and what is found', (element, output, window) => {
    const seen: Elements[] = [];
    const due = () => seen[0]?.[element] as number;
    const difference = compareSums(problem, WHOLE, 1, erring({ [element]: 1 }, seen));
    expect(difference).toEqual({
      obligation: 'P3',
      output,
      column: [window, 0],
      expected: { kind: 'value', value: due() },
      found: { kind: 'value', value: due() + 1 },
    });
  });

  it('though errors cancel along the row', () => {
    for (let seed = 0; seed < 20; seed++) {
      const difference = compareSums(problem, WHOLE, seed, erring({ 4: 1, 5: -1 }));
      expect(difference?.output, `seed ${seed}`).toEqual([0, 1]);
    }
  });
});

it('right sums pass, of more terms than are added up between two residues', () => {
  for (const [token, K, L] of [
    ['mb1ic4096ih1oc2kh1', 4096, 1],
    ['mb1ic300ih2oc2kh1', 300, 4],
  ] as const) {
    expect(compareSums(describeProblem(token), { samples: 1, M: 2, K, L }, 5, PATHS)).toBeUndefined();
  }
});

describe('the integers', () => {
  /** Those of the weight, and those of the columns. */
  function drawn(of: Problem, seed: number): Elements[] {
    const seen: Elements[] = [];
    const paths = pathsWith((weight, columns, dims) => {
      seen.push(weight.data, columns.data);
      return PATHS.pipeline.gemm(weight, columns, dims);
    });
    const { K } = planDecomposition(of).gemm;
    expect(compareSums(of, { samples: 1, M: 1, K, L: 1 }, seed, paths)).toBeUndefined();
    return seen;
  }

  it('are −A … −1, 1 … A, every one about as often', () => {
    const K = 2 ** 20;
    const A = sumsMagnitude(K);
    expect(A).toBe(2 ** 16);
    for (const data of drawn(describeProblem(`mb1ic${K}ih1oc1kh1`), 3)) {
      // 2^20 of 2^17 values: 8 of each on average, and of 0 none.
      const counts = new Map<number, number>();
      for (const value of data) counts.set(value, (counts.get(value) ?? 0) + 1);
      const values = [...counts.keys()];
      expect(counts.has(0)).toBe(false);
      expect(values.every((value) => Number.isInteger(value) && Math.abs(value) <= A)).toBe(true);
      expect(values.length).toBeGreaterThan(0.99 * 2 * A);
    }
  });

  it('are others of another seed', () => {
    const small = describeProblem('mb1ic8ih1oc1kh1');
    expect(drawn(small, 3)).toEqual(drawn(small, 3));
    expect(drawn(small, 3)).not.toEqual(drawn(small, 4));
  });
});
