import { expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { ones } from '../../src/core/tensor.ts';

it('a padded input is kept only where padding is a step of its own', () => {
  const symmetric = describeProblem('mb1ic1ih2oc1kh3ph1');
  expect(decompose(symmetric, fillOperands(symmetric, 'ones', 0)).padded).toBeUndefined();
  const oneEnd = describeProblem('mb1ic1ih2oc1kh3', { paddingEnd: 1 });
  const { padded } = decompose(oneEnd, fillOperands(oneEnd, 'ones', 0));
  expect(padded?.shape).toEqual([1, 1, 3, 3]);
  expect([...(padded?.data ?? [])]).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
});

it('every window of every sample and channel gets its own channel of the bias, once', () => {
  const problem = describeProblem('mb2ic1ih2oc2kh1', { bias: true });
  const operands = fillOperands(problem, 'ones', 0, { bias: ones('float32', [2]) });
  operands.bias?.data.set([10, 20]);
  const row = (value: number): number[] => Array(4).fill(value);
  expect([...decompose(problem, operands).output.data]).toEqual([11, 21, 11, 21].flatMap(row));
});
