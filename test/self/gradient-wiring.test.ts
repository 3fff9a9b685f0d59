/**
 * The proof of a gradient's wiring, shown to fail: by a stage, or a direct path, that is wrong.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../src/core/decompose.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { differenceSentence } from '../../src/report/difference-text.ts';
import { proveWiring } from '../../src/verify/wiring.ts';
import type { ObligationId } from '../../src/verify/wiring-difference.ts';
import { PATHS, type Paths } from '../../src/verify/wiring-paths.ts';
import { anyProblems } from '../problems.ts';

const LAYER = 'g2mb2ic4ih7iw6oc6kh3kw2sh2sw1ph1pw1dh0dw1';
const of = (beside: ConvParams, layer = LAYER) => describeProblem(layer, beside);
const gradInput = of({ direction: 'grad-input' });
const gradWeight = of({ direction: 'grad-weight' });
const reflected = of({ direction: 'grad-input', paddingMode: 'reflect' });
const transposed = of(
  { transposed: true, bias: true, outputPadding: [1, 0] },
  'mb2ic4ih3iw4oc3kh3kw2sh2sw1ph1pw0',
);
const real = PATHS.pipeline;

describe('the proof', () => {
  it('passes every problem, every tap of each compared', () => {
    fc.assert(
      fc.property(anyProblems(), (problem) => {
        const { verdict, mode, counterexample } = proveWiring(problem);
        expect([verdict, mode, counterexample]).toEqual(['pass', 'full', undefined]);
      }),
      { numRuns: 500 },
    );
  });

  it('passes every problem in parts', () => {
    fc.assert(
      fc.property(anyProblems(), fc.integer({ min: 1, max: 300 }), (problem, most) => {
        const budget = { taps: most, products: most, partialProducts: most };
        expect(proveWiring(problem, { budget }).counterexample).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('shows A1 of either gradient, and A2 where fold is the adjoint', () => {
    const ids = (problem: Problem) => proveWiring(problem).obligations.map(({ id }) => id);
    expect(ids(gradInput)).toEqual(['P0', 'P1', 'A1', 'A2', 'P3', 'P4', 'P6']);
    expect(ids(gradWeight)).toEqual(['P0', 'P1', 'A1', 'P3', 'P4', 'P6']);
    expect(ids(transposed)).toEqual(['P0', 'P1', 'A1', 'A2', 'P3', 'P4', 'P5', 'P6']);
  });
});

/** Each with the problem, what is broken, and the obligations that it breaks. */
const BROKEN: Readonly<Record<string, [Problem, Partial<Pipeline>, ObligationId[], RegExp]>> = {
  'a fold that keeps the last window instead of summing': [
    gradInput,
    {
      fold: (columns, spec) => {
        const folded = real.fold(columns, spec);
        const counts = real.fold({ ...columns, data: columns.data.map(() => 1) }, spec);
        return {
          ...folded,
          data: folded.data.map((value, i) => ((counts.data[i] as number) > 1 ? 0 : value)),
        };
      },
    },
    ['A2'],
    /^grad_input\[.*\]: the entries of the columns that unfold reads there sum to -?\d+ on random integers, but fold gives 0$/,
  ],
  'a fold that divides by the number of windows': [
    gradInput,
    {
      fold: (columns, spec) => {
        const folded = real.fold(columns, spec);
        const counts = real.fold({ ...columns, data: columns.data.map(() => 1) }, spec);
        return {
          ...folded,
          data: folded.data.map((value, i) => value / Math.max(counts.data[i] as number, 1)),
        };
      },
    },
    ['A2'],
    /fold gives/,
  ],
  'a fold with the strides of H and W exchanged, cut to size': [
    of({ direction: 'grad-input' }, 'mb1ic1ih5iw5oc1kh2kw2sh2sw1oh2ow4'),
    {
      fold: (columns, spec) => {
        if (spec.kernelSize.every((size) => size === 1)) return real.fold(columns, spec);
        const [N, rows, L] = columns.shape as [number, number, number];
        const turned = real.fold(
          { ...columns, shape: [N, rows, L] },
          { ...spec, stride: [...spec.stride].reverse(), outputSize: [...spec.outputSize].reverse() },
        );
        return { ...turned, shape: [N, rows / 4, ...spec.outputSize] };
      },
    },
    ['A2'],
    /fold gives/,
  ],
  'an unpad that crops instead of adding back what was reflected': [
    reflected,
    { unpad: (gradient, spec, size) => real.unpad(gradient, { ...spec, mode: 'zeros' }, size) },
    ['A2'],
    /fold gives/,
  ],
  'a GEMM of the gradient that reads the weight untransposed': [
    of({ direction: 'grad-input' }, 'mb1ic4ih3oc4kh1'),
    {
      gemm: (left, right, dims) => {
        const { M, K } = dims;
        const turned = left.data.map((_, i) => left.data[(i % K) * M + Math.floor(i / K)] as number);
        return real.gemm({ ...left, data: turned }, right, dims);
      },
    },
    ['P3'],
    /^product\[.*\]: the sum is -?\d+ on random integers, but the GEMM gives -?\d+$/,
  ],
  'a GEMM of the weight gradient that takes the last sample alone': [
    gradWeight,
    {
      gemm: (left, right, dims) => {
        const last = (tensor: typeof left) => {
          const size = tensor.data.length / (tensor.shape[0] as number);
          return { ...tensor, shape: [1, ...tensor.shape.slice(1)], data: tensor.data.slice(-size) };
        };
        return real.gemm(last(left), last(right), dims);
      },
    },
    ['P3'],
    /the GEMM gives/,
  ],
  'an unfold that lays the gradient out column by column': [
    gradInput,
    {
      unfold: (input, spec) => {
        if (!spec.kernelSize.every((size) => size === 1)) return real.unfold(input, spec);
        const [N, C, H, W] = input.shape as [number, number, number, number];
        const data = input.data.map((_, i) => {
          const [plane, l] = [Math.floor(i / (H * W)), i % (H * W)];
          return input.data[plane * H * W + (l % H) * W + Math.floor(l / H)] as number;
        });
        return { ...input, shape: [N, C, H * W], data };
      },
    },
    ['P4'],
    /must be grad_output\[.*\], but unfold puts grad_output\[.*\] there$/,
  ],
  'a bias added to the channels of the input': [
    transposed,
    { addBias: (product, bias) => real.addBias(product, { ...bias, data: bias.data.slice().reverse() }) },
    ['P5'],
    /bias\[0\] must be there/,
  ],
};

describe.each(Object.entries(BROKEN))('%s', (_, [problem, stages, expected, sentence]) => {
  it(`fails ${expected.join(' and ')}, and no other`, () => {
    const proof = proveWiring(problem, { paths: { ...PATHS, pipeline: { ...real, ...stages } } });
    const failed = proof.obligations.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
    expect(failed).toEqual(expected);
    expect(proof.counterexample && differenceSentence(problem, proof.counterexample)).toMatch(sentence);
  });
});

/** A direct path that lists something else in the gradient's own direction only. */
function listing(change: (terms: ReturnType<ReturnType<Paths['direct']>['termsOf']>) => object): Paths {
  return {
    ...PATHS,
    direct: (problem, operands) => {
      const right = PATHS.direct(problem, operands);
      if (problem.direction === 'forward') return right;
      return {
        ...right,
        termsOf: (element) => {
          const terms = right.termsOf(element);
          return { ...terms, ...change(terms) };
        },
      };
    },
  };
}

describe.each([gradInput, gradWeight, transposed, reflected])('A1 of $direction', (problem) => {
  it.each<[string, Parameters<typeof listing>[0]]>([
    ['leaves a term out', ({ n }) => ({ n: n - 1 })],
    [
      'lists a term twice',
      ({ x, w }) => {
        const [again, and] = [x.slice(), w.slice()];
        again[1] = x[0] as number;
        and[1] = w[0] as number;
        return { x: again, w: and };
      },
    ],
    [
      'exchanges two partners',
      ({ w }) => {
        const other = w.slice();
        [other[0], other[1]] = [w[1] as number, w[0] as number];
        return { w: other };
      },
    ],
  ])('fails where the direct path %s', (_, change) => {
    const proof = proveWiring(problem, { paths: listing(change) });
    expect(proof.counterexample?.obligation).toBe('A1');
    expect(proof.obligations.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual(['A1']);
    expect(proof.counterexample && differenceSentence(problem, proof.counterexample)).toMatch(
      /in the direct gradient, but columns row \d+, window \d+ holds/,
    );
  });
});
