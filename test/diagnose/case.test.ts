import { describe, expect, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { agrees, caseOf, spread } from '../../src/diagnose/case.ts';

const problem = describeProblem('mb1ic2ih3oc2kh2');

function rightOutput(fill: 'integer' | 'normal') {
  const operands = fillOperands(problem, fill, 1);
  return { operands, output: decompose(problem, operands).output };
}

describe('a case', () => {
  test('of integers compares exactly: a wrong element is off by as little as 1', () => {
    const { operands, output } = rightOutput('integer');
    expect(caseOf(problem, operands, output)).toMatchObject({ wrong: [], isInteger: true });
    output.data[5] = (output.data[5] as number) + 1;
    expect(caseOf(problem, operands, output)).toMatchObject({ wrong: [5], hasRightShape: true });
  });

  test('of floats lets rounding pass, and no more', () => {
    const { operands, output } = rightOutput('normal');
    const off = (share: number): Tensor => ({ ...output, data: output.data.map((y) => y * (1 + share)) });
    expect(caseOf(problem, operands, off(2 ** -24))).toMatchObject({ wrong: [], isInteger: false });
    expect(caseOf(problem, operands, off(0.01)).wrong).toHaveLength(8);
  });

  test('of another shape is wrong everywhere, whatever stands there', () => {
    const { operands, output } = rightOutput('integer');
    const flat = caseOf(problem, operands, { ...output, shape: [8] });
    expect([flat.hasRightShape, flat.wrong]).toEqual([false, [0, 1, 2, 3, 4, 5, 6, 7]]);
  });
});

test('a padding zero that meets an infinite weight may be skipped: two values are right, and no third', () => {
  const padded = describeProblem('mb1ic1iw2oc1kw3pw1');
  const operands = {
    input: { dtype: 'float32', shape: [1, 1, 2], data: Float32Array.of(1, 2) },
    weight: { dtype: 'float32', shape: [1, 1, 3], data: Float32Array.of(Infinity, 10, 1) },
  } as const;
  const wrongOf = (...given: number[]) =>
    caseOf(padded, operands, { dtype: 'float32', shape: [1, 1, 2], data: Float32Array.from(given) }).wrong;
  // 0·∞ + 10·1 + 1·2, and ∞·1 + 10·2.
  expect(wrongOf(Number.NaN, Infinity)).toEqual([]);
  expect(wrongOf(12, Infinity)).toEqual([]);
  expect(wrongOf(13, Infinity)).toEqual([0]);
  expect(wrongOf(12, 12)).toEqual([1]);
});

test('values agree within their bound, and classes only with themselves', () => {
  expect([agrees(1, 2, 1), agrees(3, 2, 1), agrees(3.5, 2, 1), agrees(0.5, 2, 1)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const classes = [1, Number.NaN, Infinity, -Infinity];
  for (const a of classes)
    for (const b of classes) expect(agrees(a, b, Infinity), `${a} ${b}`).toBe(Object.is(a, b));
});

test('a spread holds the first and the last, and all of few', () => {
  const items = [10, 11, 12, 13, 14, 15, 16, 17, 18];
  expect(spread(items, 3)).toEqual([10, 14, 18]);
  expect(spread(items, 5)).toEqual([10, 12, 14, 16, 18]);
  expect(spread(items, 9)).toEqual(items);
  expect(spread(items, 100)).toEqual(items);
  expect([spread([7], 1), spread([], 1)]).toEqual([[7], []]);
});
