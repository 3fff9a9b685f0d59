/**
 * How much of a GEMM is run on unit columns, and what is told of one that is wrong.
 */
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { proveWiring } from '../../src/verify/wiring.ts';
import { unitColumns } from '../../src/verify/wiring-gemm.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';

const real = PATHS.pipeline;
const problem = describeProblem('g2mb1ic4ih3oc4kh2', { bias: true });

function counterexampleOf(stages: Partial<Pipeline>, direct: Paths['direct'] = PATHS.direct) {
  return proveWiring(problem, { paths: { pipeline: { ...real, ...stages }, direct } }).counterexample;
}

describe('unit columns', () => {
  const dense = describeProblem('mb1ic3ih9oc4kh3'); // 27 rows, M = 4
  const run = (taps: number, products: number, partialProducts: number) =>
    unitColumns(dense, { taps, products, partialProducts });

  it('are all where the GEMM of them is affordable: M·27² products', () => {
    expect(run(1e6, 4 * 27 ** 2, 0)).toEqual({ columns: 27, of: 27, channels: 4 });
    expect(run(1e6, 4 * 27 ** 2 - 1, 0)).toEqual({ columns: 1, of: 27, channels: 4 });
  });

  it('are otherwise as many as the products of a part allow', () => {
    expect(run(1e6, 27 ** 2, 3 * 4 * 27)).toEqual({ columns: 3, of: 27, channels: 4 });
  });

  it('are of as many output channels as their weights may be tokens', () => {
    expect(run(2 * 27, 1e6, 0)).toEqual({ columns: 27, of: 27, channels: 2 });
    expect(run(1, 1e6, 0)).toEqual({ columns: 27, of: 27, channels: 1 });
    const budget = { taps: 1e6, mapTaps: 2 * 27, products: 1e6, partialProducts: 0 };
    expect(unitColumns(dense, budget)).toEqual({ columns: 27, of: 27, channels: 2 });
  });
});

/** The GEMM with the weights of one element, by offset, replaced by those of another. */
function gemmReading(at: number, from: number): Pipeline['gemm'] {
  return (weight, columns, dims) => {
    const data = weight.data.slice();
    data[at] = weight.data[from] as number;
    return real.gemm({ ...weight, data }, columns, dims);
  };
}

describe('a wrong GEMM is shown', () => {
  it('by the weight that is due and the one that was read, of the second group too', () => {
    // Output channel 3 is the second of group 1; K = 8. Its element 5 is (1, 0, 1), its element 6 (1, 1, 0).
    expect(counterexampleOf({ gemm: gemmReading(3 * 8 + 5, 3 * 8 + 6) })).toMatchObject({
      obligation: 'P2',
      output: [0, 3],
      expected: { kind: 'element', of: 'weight', index: [3, 1, 0, 1] },
      found: { kind: 'element', of: 'weight', index: [3, 1, 1, 0] },
    });
  });

  it('by nothing being due, where it sums rows of another group', () => {
    const dense: Pipeline['gemm'] = (weight, columns, dims) => {
      const product = real.gemm(weight, columns, dims);
      const { L, K } = dims;
      // The first channel of all also adds its first weight times the first row of group 1.
      for (let l = 0; l < L; l++) {
        product.data[l] =
          (product.data[l] as number) + (weight.data[0] as number) * (columns.data[K * L + l] as number);
      }
      return product;
    };
    expect(counterexampleOf({ gemm: dense })).toMatchObject({
      obligation: 'P3',
      output: [0, 0],
      expected: { kind: 'nothing' },
      found: { kind: 'element', of: 'weight', index: [0, 0, 0, 0] },
    });
  });
});

/** A direct path that errs in output channel 1 of all four, where more than one a group is listed. */
function directErring(
  err: (terms: { x: Float64Array; w: Float64Array; n: number }) => object,
): Paths['direct'] {
  return (given, operands) => {
    const listed = PATHS.direct(given, operands);
    if (given.outChannels === given.groups || given.bias) return listed;
    return {
      ...listed,
      termsOf(element) {
        const terms = listed.termsOf(element);
        return element === 1 ? { ...terms, ...err(terms) } : terms;
      },
    };
  };
}

describe('a direct path whose channels do not read alike is shown', () => {
  it('by the input that the first channel reads, where another is read', () => {
    const other = directErring(({ x }) => ({ x: x.map((value, t) => (t === 2 ? value + 1 : value)) }));
    expect(counterexampleOf({}, other)).toMatchObject({
      obligation: 'P2',
      output: [0, 1],
      expected: { kind: 'element', of: 'input', index: [0, 0, 1, 1] },
      found: { kind: 'element', of: 'input', index: [0, 0, 1, 0] },
    });
  });

  it('by the weight that is due, where another is read', () => {
    const other = directErring(({ w }) => ({ w: w.map((value, t) => (t === 2 ? value + 1 : value)) }));
    expect(counterexampleOf({}, other)).toMatchObject({
      obligation: 'P2',
      output: [0, 1],
      expected: { kind: 'element', of: 'weight', index: [1, 0, 1, 1] },
      found: { kind: 'element', of: 'weight', index: [1, 0, 1, 0] },
    });
  });

  it('by a term that it does not list, though its arrays still hold it', () => {
    expect(
      counterexampleOf(
        {},
        directErring(({ n }) => ({ n: n - 1 })),
      ),
    ).toMatchObject({
      obligation: 'P2',
      output: [0, 1],
      expected: { kind: 'nothing' },
    });
  });
});

describe('of several differences', () => {
  it('that of the earliest obligation is the counterexample, whichever was found first', () => {
    const sums: Pipeline['gemm'] = (weight, columns, dims) => {
      const product = real.gemm(weight, columns, dims);
      return { ...product, data: product.data.map((value) => 2 * value) };
    };
    const other = directErring(({ w }) => ({ w: w.map((value, t) => (t === 2 ? value + 1 : value)) }));
    expect(counterexampleOf({ gemm: sums })?.obligation).toBe('P3');
    expect(counterexampleOf({ gemm: sums }, other)?.obligation).toBe('P2');
  });
});

it('a proof in parts that passes has no counterexample', () => {
  const budget = { taps: 30, products: 30, partialProducts: 10 };
  const { verdict, mode, counterexample } = proveWiring(problem, { budget });
  expect([verdict, mode, counterexample]).toEqual(['pass', 'per-axis', undefined]);
});

describe('a result of another shape', () => {
  it('is shown by both shapes, of fold', () => {
    const fold: Pipeline['fold'] = (product, spec) => ({ ...real.fold(product, spec), shape: [1, 4, 4] });
    expect(counterexampleOf({ fold })).toMatchObject({
      obligation: 'P4',
      expected: { kind: 'shape', shape: [1, 4, 2, 2] },
      found: { kind: 'shape', shape: [1, 4, 4] },
    });
  });

  it('is shown by both shapes, of the bias', () => {
    const addBias: Pipeline['addBias'] = (product, bias) => ({
      ...real.addBias(product, bias),
      shape: [4, 4],
    });
    expect(counterexampleOf({ addBias })).toMatchObject({
      obligation: 'P5',
      expected: { kind: 'shape', shape: [1, 4, 4] },
      found: { kind: 'shape', shape: [4, 4] },
    });
  });
});

it('a bias of zeros that changes a product is shown by that product', () => {
  const addBias: Pipeline['addBias'] = (product, bias) => {
    const biased = real.addBias(product, bias);
    if (bias.data.every((value) => value === 0)) biased.data[6] = 0;
    return biased;
  };
  expect(counterexampleOf({ addBias })).toMatchObject({
    obligation: 'P5',
    output: [0, 1, 1, 0],
    expected: { kind: 'element', of: 'product', index: [0, 1, 2] },
    found: { kind: 'nothing' },
  });
});

it("a bias that is another channel's is shown by the own one", () => {
  const addBias: Pipeline['addBias'] = (product, bias) => {
    const biased = real.addBias(product, bias);
    if (product.data.every((value) => value === 0)) biased.data[13] = bias.data[1] as number;
    return biased;
  };
  expect(counterexampleOf({ addBias })).toMatchObject({
    obligation: 'P5',
    output: [0, 3, 0, 1],
    expected: { kind: 'element', of: 'bias', index: [3] },
    found: { kind: 'element', of: 'bias', index: [1] },
  });
});
