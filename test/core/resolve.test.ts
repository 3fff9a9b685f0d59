/**
 * What hyperparameters may not say together, at the edges of what they may.
 */
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { thrownBy } from './thrown.ts';

const LAYER: ConvParams = { inChannels: 1, outChannels: 1, kernelSize: 2, inputSize: 4 };
const resolved = (beside: ConvParams) => resolveProblem({ ...LAYER, ...beside });
const refusal = (beside: ConvParams) => thrownBy(() => resolved(beside));

it.each([0, -1, 4, 1.5])('a convolution has 1, 2 or 3 spatial dimensions, not %d', (spatialDims) => {
  expect(refusal({ spatialDims }).message).toBe(
    `spatial_dims is ${spatialDims}, but a convolution has 1, 2 or 3`,
  );
});

describe('zero points', () => {
  it.each<ConvParams>([{ inputZeroPoint: 3 }, { weightZeroPoint: -3 }])(
    '%j are of int8 and uint8',
    (beside) => {
      expect(refusal(beside).message).toBe(
        'a zero point is given with dtype float32, but only int8 and uint8 have one',
      );
    },
  );

  it.each([
    ['int8', -128, 127],
    ['uint8', 0, 255],
  ] as const)('are values of %s', (dtype, lowest, highest) => {
    for (const inputZeroPoint of [lowest, highest]) {
      expect(resolved({ dtype, inputZeroPoint }).zeroPoints.input).toBe(inputZeroPoint);
    }
    for (const inputZeroPoint of [lowest - 1, highest + 1, lowest + 0.5]) {
      expect(refusal({ dtype, inputZeroPoint }).message).toContain(`input_zero_point is ${inputZeroPoint}`);
    }
  });
});

describe('an output padding', () => {
  it.each([0, [0, 0]])('of %j is none', (outputPadding) => {
    expect(resolved({ outputPadding })).toEqual(resolved({}));
  });

  it.each([1, [0, 1], [1, 0]])('of %j is a transposed convolution’s', (outputPadding) => {
    expect(refusal({ outputPadding }).message).toContain('only a transposed convolution has one');
  });
});

it.each([
  ['grad-input', 'its input gradient is a Conv'],
  ['grad-weight', 'its weight gradient is that of the Conv'],
] as const)('of a transposed convolution’s %s it is said what computes it', (direction, hint) => {
  expect(refusal({ transposed: true, direction }).hint).toContain(hint);
});

it('halves are rounded last, in the shape of the result', () => {
  const { steps } = planDecomposition(resolved({ dtype: 'bfloat16' }));
  expect(steps.at(-1)).toEqual({ step: 'cast', shape: [1, 1, 3, 3], parameters: { dtype: 'bfloat16' } });
  expect(planDecomposition(resolved({})).steps.at(-1)?.step).toBe('fold');
});

it('a bias alone describes no other layer than the starting case', () => {
  const withBias = describeProblem(undefined, {}, { bias: { name: 'b.npy', shape: [64] } });
  expect(withBias).toEqual(describeProblem(undefined, { bias: true }));
});
