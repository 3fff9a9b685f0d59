/**
 * What the covering set consists of; covering.test.ts has what it shows.
 */
import { expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { DIRECTIONS, inputShape, resultShape } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { COVERING_TOKENS, coveringSet } from '../../src/diagnose/covering.ts';

test('the small ones of each direction stand first, the large ones last, each with a bias if it can', () => {
  const problems = coveringSet();
  const small = DIRECTIONS.flatMap((direction) =>
    COVERING_TOKENS.slice(0, 3).map((token) => describeProblem(token, { direction, bias: true })),
  );
  expect(small).toHaveLength(9);
  expect(problems.slice(0, 9)).toEqual(small);
  expect(problems.slice(-3).map(({ direction }) => direction)).toEqual(DIRECTIONS);
  const [forward, gradInput] = problems.slice(-3);
  expect(forward).toEqual(describeProblem(COVERING_TOKENS[3] as string, { bias: true }));
  expect(gradInput).toEqual(describeProblem(COVERING_TOKENS[3] as string, { direction: 'grad-input' }));
  for (const problem of problems.slice(-3)) {
    expect(elementCount(inputShape(problem))).toBeGreaterThan(2 ** 15);
  }
  for (const { bias, direction, transposed } of problems) {
    expect(bias).toBe(direction === 'forward' || transposed);
  }
});

test('between them stand the others, and one gradient that reads more than 2^15 elements', () => {
  const others = coveringSet().slice(9, -3);
  expect(others).toHaveLength(13);
  const many = others.at(-1);
  expect([many?.direction, elementCount(resultShape(many as NonNullable<typeof many>))]).toEqual([
    'grad-input',
    182 * 181,
  ]);
  const kinds = others.slice(0, -1).map(({ axes, transposed, direction, paddingMode, dtype }) => {
    return [axes.length, transposed ? 'transposed' : direction, paddingMode, dtype].join(' ');
  });
  expect(kinds).toEqual([
    '1 forward zeros float32',
    '3 forward zeros float32',
    '3 grad-input zeros float32',
    '1 grad-weight zeros float32',
    '2 transposed zeros float32',
    '2 grad-weight zeros float32',
    '2 forward reflect float32',
    '2 grad-input replicate float32',
    '2 grad-weight circular float32',
    '2 forward zeros uint8',
    '2 forward zeros float16',
    '2 grad-weight zeros bfloat16',
  ]);
});
