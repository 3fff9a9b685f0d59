import { expect, test } from 'vitest';
import { stages } from '../../src/verify/stages.ts';

test('the two long parts of a run are told apart by their names, behind what they are part of', () => {
  const heard: unknown[] = [];
  const { onDirect, onDecomposition } = stages((...told) => heard.push(told), 'trial 1 of 2: ');
  onDirect?.(1, 3);
  onDecomposition?.(2, 4);
  stages((...told) => heard.push(told)).onDirect?.(3, 3);
  expect(heard).toEqual([
    ['trial 1 of 2: direct convolution', 1, 3],
    ['trial 1 of 2: unfold → GEMM → fold', 2, 4],
    ['direct convolution', 3, 3],
  ]);
});

test('where nobody listens, nothing is told', () => {
  expect(stages(undefined)).toEqual({ onDirect: undefined, onDecomposition: undefined });
});
