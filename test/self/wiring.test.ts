/**
 * The proof of the wiring, shown to fail: each obligation by a stage, or a direct path, that is wrong.
 */
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { differenceSentence } from '../../src/report/difference-text.ts';
import { proveWiring, type WiringProof } from '../../src/verify/wiring.ts';
import type { ObligationId } from '../../src/verify/wiring-difference.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';

const problem = describeProblem('g2mb2ic4ih7iw6oc6kh3kw2sh2sw1ph1pw1dh0dw1', { bias: true });
const real = PATHS.pipeline;

function proveWith(stages: Partial<Pipeline>, proved: Problem = problem): WiringProof {
  return proveWiring(proved, { paths: { ...PATHS, pipeline: { ...real, ...stages } } });
}

function proveAgainst(direct: Paths['direct']): WiringProof {
  return proveWiring(problem, { paths: { ...PATHS, direct } });
}

/** The ids that failed, and the counterexample's sentence. */
function failures({ obligations, counterexample }: WiringProof, proved: Problem = problem) {
  expect(counterexample).toBeDefined();
  const failed = obligations.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  return { failed, sentence: counterexample && differenceSentence(proved, counterexample) };
}

/** A stage's result with one element changed. */
function withElement(
  tensor: Tensor,
  element: number,
  change: (value: number, data: Tensor['data']) => number,
) {
  const data = tensor.data.slice();
  data[element] = change(data[element] as number, tensor.data);
  return { ...tensor, data };
}

it('passes the paths that run', () => {
  const { verdict, mode, taps, obligations, counterexample } = proveWith({});
  expect([verdict, mode, taps, counterexample]).toEqual(['pass', 'full', 2 * 4 * 6 * 4 * 6, undefined]);
  expect(obligations.map(({ id, verdict }) => [id, verdict])).toEqual([
    ...['P0', 'P1', 'P2', 'P3', 'P4', 'P5'].map((id) => [id, 'pass']),
    ['P6', 'assumed'],
  ]);
});

it('P0 fails where sizes are not the windows that fit, and nothing else is run', () => {
  const [rows, columns] = problem.axes as [Problem['axes'][0], Problem['axes'][0]];
  const wrong = { ...problem, axes: [{ ...rows, outputSize: rows.outputSize + 1 }, columns] };
  const wiring = proveWiring(wrong);
  expect(wiring.taps).toBe(0);
  expect(wiring.obligations.map(({ verdict }) => verdict)).toEqual([
    'fail',
    ...Array(5).fill('inconclusive'),
    'assumed',
  ]);
  expect(failures(wiring, wrong).sentence).toBe(
    'the direct convolution counts (4, 6) windows (H_out, W_out), but the decomposition computes (5, 6)',
  );
});

/** Each with the obligations that it breaks. */
const BROKEN: Readonly<Record<string, [Partial<Pipeline>, ObligationId[]]>> = {
  'unfold with the strides of H and W exchanged, cut to size': [
    {
      unfold: (input, spec) => {
        const { data, shape } = real.unfold(input, { ...spec, stride: [...spec.stride].reverse() });
        const [N, rows] = shape as [number, number];
        return { dtype: 'float64', shape: [N, rows, 24], data: data.slice(0, N * rows * 24) };
      },
    },
    ['P1'],
  ],
  'unfold without dilation, cut to size': [
    {
      unfold: (input, spec) => {
        const all = real.unfold(input, { ...spec, dilation: [1, 1] });
        const [N, rows] = all.shape as [number, number];
        return { ...all, shape: [N, rows, 24], data: all.data.slice(0, N * rows * 24) };
      },
    },
    ['P1'],
  ],
  'unfold of another shape': [
    { unfold: (input, spec) => real.unfold(input, { ...spec, dilation: [1, 1] }) },
    ['P1'],
  ],
  'unfold that pads with the nearest element in one entry': [
    { unfold: (input, spec) => withElement(real.unfold(input, spec), 0, () => input.data[0] as number) },
    ['P1'],
  ],
  'unfold that reads padding in the last entry': [
    {
      unfold: (input, spec) => {
        const columns = real.unfold(input, spec);
        const last = [...columns.data].map((value) => value !== 0).lastIndexOf(true);
        return withElement(columns, last, () => 0);
      },
    },
    ['P1'],
  ],
  'unfold that adds two pixels in one entry': [
    {
      unfold: (input, spec) =>
        withElement(real.unfold(input, spec), 30, (value) => value + (input.data[0] as number)),
    },
    ['P1'],
  ],
  'a GEMM that reads the weights of each channel backwards': [
    {
      gemm: (weight, columns, dims) => {
        const { K } = dims;
        const data = weight.data.map((_, i) => weight.data[i - (i % K) + (K - 1 - (i % K))] as number);
        return real.gemm({ ...weight, data }, columns, dims);
      },
    },
    ['P2', 'P3'],
  ],
  'a GEMM that exchanges two output channels': [
    {
      gemm: (weight, columns, dims) => {
        const { K } = dims;
        const data = weight.data.slice();
        data.set(weight.data.subarray(0, K), K);
        data.set(weight.data.subarray(K, 2 * K), 0);
        return real.gemm({ ...weight, data }, columns, dims);
      },
    },
    ['P2', 'P3'],
  ],
  "a GEMM that multiplies the first group's columns for every group": [
    {
      gemm: (weight, columns, dims) => {
        const { K, L, groups } = dims;
        const data = columns.data.map((_, i) => {
          const at = i % (K * groups * L);
          return columns.data[i - at + (at % (K * L))] as number;
        });
        return real.gemm(weight, { ...columns, data }, dims);
      },
    },
    ['P3'],
  ],
  'a GEMM that leaves out the last k': [
    {
      gemm: (weight, columns, dims) => {
        const data = weight.data.map((value, i) => (i % dims.K === dims.K - 1 ? 0 : value));
        return real.gemm({ ...weight, data }, columns, dims);
      },
    },
    ['P3'],
  ],
  'a GEMM that adds the first k twice': [
    {
      gemm: (weight, columns, dims) => {
        const data = weight.data.map((value, i) => (i % dims.K === 0 ? 2 * value : value));
        return real.gemm({ ...weight, data }, columns, dims);
      },
    },
    ['P3'],
  ],
  'a GEMM with one wrong element in its last sample, seen by random integers alone': [
    {
      gemm: (weight, columns, dims) => {
        const product = real.gemm(weight, columns, dims);
        const isReal = columns.shape[0] === 2;
        return isReal ? withElement(product, product.data.length - 1, (value) => value + 1) : product;
      },
    },
    ['P3'],
  ],
  'a fold that lays rows out as columns': [
    {
      fold: (columns, spec) => {
        const output = real.fold(columns, spec);
        const [h, w] = spec.outputSize as [number, number];
        const data = output.data.map((_, i) => {
          const at = i % (h * w);
          return output.data[i - at + (at % h) * w + Math.floor(at / h)] as number;
        });
        return { ...output, data };
      },
    },
    ['P4'],
  ],
  'a fold that adds a column to its neighbour': [
    {
      fold: (columns, spec) =>
        withElement(real.fold(columns, spec), 9, (value, data) => value + (data[8] as number)),
    },
    ['P4'],
  ],
  'a fold that leaves the last pixel at 0': [
    {
      fold: (columns, spec) => {
        const output = real.fold(columns, spec);
        return withElement(output, output.data.length - 1, () => 0);
      },
    },
    ['P4'],
  ],
  'a fold of another shape': [
    { fold: (columns, spec) => ({ ...real.fold(columns, spec), shape: [2, 6, 6, 4] }) },
    ['P4'],
  ],
  'a bias that is added twice': [
    { addBias: (product, bias) => real.addBias(real.addBias(product, bias), bias) },
    ['P5'],
  ],
  'a bias that is left out of one element': [
    {
      addBias: (product, bias) =>
        withElement(real.addBias(product, bias), 50, () => product.data[50] as number),
    },
    ['P5'],
  ],
  'a bias that is taken from the next channel': [
    {
      addBias: (product, bias) =>
        real.addBias(product, { ...bias, data: bias.data.map((_, i) => bias.data[(i + 1) % 6] as number) }),
    },
    ['P5'],
  ],
  'a bias addition that loses a product': [
    {
      addBias: (product, bias) =>
        real.addBias(
          withElement(product, 7, () => 0),
          bias,
        ),
    },
    ['P5'],
  ],
};

describe.each(Object.entries(BROKEN))('%s', (_, [stages, expected]) => {
  it(`fails ${expected.join(' and ')}, and no other`, () => {
    const wiring = proveWith(stages);
    expect(wiring.verdict).toBe('fail');
    expect(failures(wiring).failed).toEqual(expected);
    expect(wiring.counterexample?.obligation).toBe(expected[0]);
  });
});

it('a padding stage that pads the wrong end fails P1', () => {
  const padded = describeProblem('mb1ic1ih5oc1kh3', { padding: 0, paddingEnd: 1 });
  const wiring = proveWith(
    { pad: (input, spec) => real.pad(input, { ...spec, begin: spec.end, end: spec.begin }) },
    padded,
  );
  expect(failures(wiring, padded)).toEqual({
    failed: ['P1'],
    sentence:
      'output[0, 0, 0, 0]: tap (c=0, kh=0, kw=0) reads input[0, 0, 0, 0] in the direct convolution, but columns row 0, window 0 holds padding (h: 0·1 + 0·1 − 0 = 0; w: 0·1 + 0·1 − 0 = 0)',
  });
});

describe('a counterexample is an equation with its numbers', () => {
  it.each<[string, string]>([
    [
      'unfold without dilation, cut to size',
      'output[0, 0, 0, 0]: tap (c=0, kh=0, kw=1) stands in the padding in the direct convolution, but columns row 1, window 0 holds input[0, 0, 5, 2] (h: 0·2 + 0·1 − 1 = -1; w: 0·1 + 1·2 − 1 = 1)',
    ],
    [
      'unfold that pads with the nearest element in one entry',
      'output[0, 0, 0, 0]: tap (c=0, kh=0, kw=0) stands in the padding in the direct convolution, but columns row 0, window 0 holds input[0, 0, 0, 0] (h: 0·2 + 0·1 − 1 = -1; w: 0·1 + 0·2 − 1 = -1)',
    ],
    [
      'a GEMM that exchanges two output channels',
      'output[0, 0, …, …]: row 0 of the columns belongs with weight[0, 0, 0, 0] in the direct convolution, but the GEMM multiplies it by weight[1, 0, 0, 0]',
    ],
    [
      'a GEMM that leaves out the last k',
      'output[0, 0, …, …]: with a 1 in row 11 of the columns and 0 elsewhere the product must be weight[0, 1, 2, 1], but the GEMM gives nothing (0)',
    ],
    [
      'a fold that lays rows out as columns',
      'output[0, 0, 0, 1] must be product[0, 0, 1], but fold puts product[0, 0, 6] there',
    ],
    [
      'a bias that is taken from the next channel',
      'output[0, 0, 0, 0]: bias[0] must be there after the bias was added, but there is bias[1]',
    ],
  ])('of %s', (name, sentence) => {
    const [stages] = BROKEN[name] as [Partial<Pipeline>, ObligationId[]];
    expect(failures(proveWith(stages)).sentence).toBe(sentence);
  });
});

describe('a direct path that is wrong fails as well:', () => {
  type Terms = ReturnType<ReturnType<Paths['direct']>['termsOf']>;
  /** The direct path with the terms of its elements changed. */
  const changing =
    (change: (terms: Terms, element: number, shape: readonly number[]) => Terms): Paths['direct'] =>
    (proved, operands) => {
      const { shape, termsOf } = PATHS.direct(proved, operands);
      return { shape, termsOf: (element) => change(termsOf(element), element, shape) };
    };

  it('one that lists a tap twice', () => {
    const twice = changing((terms) => {
      terms.x[1] = terms.x[0] as number;
      terms.w[1] = terms.w[0] as number;
      return terms;
    });
    const { failed, sentence } = failures(proveAgainst(twice));
    expect(failed[0]).toBe('P1');
    expect(sentence).toContain('is read twice in the direct convolution');
  });

  it('one that leaves a tap out', () => {
    const { failed, sentence } = failures(proveAgainst(changing((terms) => ({ ...terms, n: terms.n - 1 }))));
    expect(failed[0]).toBe('P1');
    expect(sentence).toContain('is not read in the direct convolution');
  });

  it('one that leaves out the taps in the padding, which a weight that is not finite would show', () => {
    const { failed } = failures(proveAgainst(changing((terms) => ({ ...terms, padded: [] }))));
    expect(failed).toEqual(['P1']);
  });

  it("one that reads another group's weights and input channels", () => {
    const direct: Paths['direct'] = (proved, operands) => {
      const { shape, termsOf } = PATHS.direct(proved, operands);
      const [, C_out, H, W] = shape as [number, number, number, number];
      const group = (C_out / proved.groups) * H * W;
      const image = C_out * H * W;
      return {
        shape,
        termsOf: (element) => termsOf(element - (element % image) + ((element + group) % image)),
      };
    };
    expect(failures(proveAgainst(direct)).failed[0]).toBe('P1');
  });

  it("one that reads the first channel's weights for every channel of a group", () => {
    const direct: Paths['direct'] = (proved, operands) => {
      const { shape, termsOf } = PATHS.direct(proved, operands);
      const [, C_out, H, W] = shape as [number, number, number, number];
      const group = (C_out / proved.groups) * H * W;
      return {
        shape,
        termsOf: (element) => termsOf(element - (element % group) + (element % (H * W))),
      };
    };
    const { failed, sentence } = failures(proveAgainst(direct));
    expect(failed).toEqual(['P2']);
    expect(sentence).toBe(
      'output[0, 1, …, …]: the direct convolution reads weight[0, 0, 0, 0], but the decomposition pairs this channel with weight[1, 0, 0, 0]',
    );
  });
});

describe('per axis', () => {
  const budget = { taps: 200, products: 200, partialProducts: 100 };
  const tight = (stages: Partial<Pipeline>) =>
    proveWiring(problem, { budget, paths: { ...PATHS, pipeline: { ...real, ...stages } } });

  it('passes the paths that run, and says so', () => {
    const { verdict, mode, sums } = tight({});
    expect([verdict, mode, sums.isWhole]).toEqual(['pass', 'per-axis', false]);
  });

  it.each(
    Object.entries(BROKEN).filter(([name]) => /strides|without dilation|twice|backwards|rows out/.test(name)),
  )('fails %s', (_, [stages]) => {
    expect(tight(stages).verdict).toBe('fail');
  });

  it('names the part that the indices of a counterexample belong to', () => {
    const wiring = tight({ unfold: (input, spec) => withElement(real.unfold(input, spec), 3, () => 0) });
    expect(failures(wiring).sentence).toContain('[indices of a part: all rows]');
  });
});
