import { expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { requireMemory } from '../../src/verify/memory.ts';
import { verify } from '../../src/verify/verify.ts';

const tensor = (shape: number[], values: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

it('a number where every order of summation gives NaN fails, though other terms may overflow', () => {
  const problem = describeProblem('mb1ic4ih1oc2kh1');
  const operands = {
    input: tensor([1, 4, 1, 1], [Number.NaN, 3e38, 3e38, 1]),
    weight: tensor([2, 4, 1, 1], [1, 1, 1, 1, 2, 2, 2, 2]),
    bias: undefined,
  };
  const external = tensor([1, 2, 1, 1], [5, 5]);
  expect(verify(problem, { operands, external }).verdict).toBe('fail');
});

it('a padded plane beyond the 32-bit index map is refused, however small the input', () => {
  const problem = resolveProblem({
    inChannels: 1,
    outChannels: 1,
    inputSize: 2,
    kernelSize: 1,
    stride: 46341,
    padding: 46341,
    paddingEnd: 0,
  });
  expect(() => requireMemory(problem, Number.POSITIVE_INFINITY)).toThrow(/with its padding/);
});

it('an exact pass on sparse data of the user is as blind as they are, and strictly proves nothing', () => {
  const problem = describeProblem('mb1ic2ih4oc1kh3');
  const input = new Array<number>(32).fill(0);
  input[5] = 1;
  const operands = {
    input: tensor([1, 2, 4, 4], input),
    weight: tensor(
      [1, 2, 3, 3],
      Array.from({ length: 18 }, (_, i) => i + 1),
    ),
    bias: undefined,
  };
  const witnesses = ['exact', 'rounding'] as const;
  const { warnings } = verify(problem, { operands, witnesses });
  expect(warnings).toMatchObject([{ code: 'low-sensitivity' }]);
  expect(verify(problem, { operands, witnesses, strict: true }).verdict).toBe('inconclusive');
});

it('options that no parser has seen are refused as bad input', () => {
  const problem = describeProblem('mb1ic1ih3oc1kh2');
  expect(() => verify(problem, { witnesses: [] })).toThrow(/at least one/);
  expect(() => verify(problem, { trials: 0 })).toThrow(/at least 1/);
  expect(() => verify(problem, { fill: 'nope' as never })).toThrow(/must be one of/);
});
