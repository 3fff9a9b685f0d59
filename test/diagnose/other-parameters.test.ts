/**
 * An output of the same tensors at another stride, padding or dilation is told as that.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { caseOf } from '../../src/diagnose/case.ts';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { otherParameters } from '../../src/diagnose/other-parameters.ts';
import { truthOf } from '../../src/verify/truth.ts';

/** What `other` gives of `problem`'s tensors. */
function outputOf(problem: Problem, other: Problem, seed = 5) {
  const operands = fillOperands(problem, 'normal', seed);
  const { direct } = truthOf(other, operands, undefined);
  const actual: Tensor = {
    dtype: problem.dtype,
    shape: direct.shape,
    data: Float32Array.from(direct.output),
  };
  return { operands, actual };
}

function found(given: string, other: string): unknown {
  const [problem, made] = [describeProblem(given), describeProblem(other)];
  const { operands, actual } = outputOf(problem, made);
  return otherParameters(caseOf(problem, operands, actual));
}

test.each([
  ['a stride', 'mb2ic3ih9iw11oc4kh3kw3ph1pw1', 'mb2ic3ih9iw11oc4kh3kw3sh2sw2ph1pw1'],
  ['a padding', 'mb1ic3ih9oc4kh3sh2', 'mb1ic3ih9oc4kh3sh2ph1'],
  ['a dilation', 'mb1ic3ih9oc4kh3', 'mb1ic3ih9oc4kh3dh1'],
  ['all of one axis', 'mb1ic3ih12iw9oc4kh3kw3', 'mb1ic3ih12iw9oc4kh3kw3sh2sw1ph2pw0dh1dw0'],
  ['one dimension', 'mb1ic3iw30oc4kw3', 'mb1ic3iw30oc4kw3sw3pw2'],
  ['a shape that is the same', 'mb1ic3ih9oc4kh3ph1', 'mb1ic3ih9oc4kh3ph2dh1'],
])('%s', (_, given, other) => {
  expect(found(given, other)).toEqual(describeProblem(other));
});

test('whatever they are, the output is that of what is found', () => {
  const parameters = fc.record({
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 2 }),
    dilation: fc.integer({ min: 1, max: 3 }),
  });
  const sizes = {
    batch: 2,
    inChannels: 4,
    outChannels: 6,
    groups: 2,
    bias: true,
    inputSize: [12, 13],
    kernelSize: 3,
  };
  fc.assert(
    fc.property(parameters, parameters, (mine, theirs) => {
      fc.pre(JSON.stringify(mine) !== JSON.stringify(theirs));
      const [problem, made] = [mine, theirs].map((own) => resolveProblem({ ...sizes, ...own })) as [
        Problem,
        Problem,
      ];
      const { operands, actual } = outputOf(problem, made);
      const other = otherParameters(caseOf(problem, operands, actual)) as Problem;
      expect(Array.from(truthOf(other, operands, undefined).direct.output, Math.fround)).toEqual([
        ...actual.data,
      ]);
    }),
    { numRuns: 40 },
  );
});

test('none is found for what another weight gives, nor where a gradient or so little is known', () => {
  const [problem, made] = [describeProblem('mb1ic3ih9oc4kh3'), describeProblem('mb1ic3ih9oc4kh3sh2')];
  const { actual } = outputOf(problem, made, 6);
  expect(otherParameters(caseOf(problem, fillOperands(problem, 'normal', 5), actual))).toBeUndefined();
  // One element of one term may be anything's.
  const single = outputOf(describeProblem('mb1ic1ih2oc1kh1'), describeProblem('mb1ic1ih2oc1kh1sh2'));
  const zero = { ...single.actual, data: Float32Array.of(0) };
  expect(otherParameters(caseOf(describeProblem('mb1ic1ih2oc1kh1'), single.operands, zero))).toBeUndefined();
  const gradient = describeProblem('mb1ic3ih9oc4kh3', { direction: 'grad-weight' });
  const operands = fillOperands(gradient, 'normal', 1);
  const flat = { ...actual, shape: [4, 3, 3, 3], data: new Float32Array(108) };
  expect(otherParameters(caseOf(gradient, operands, flat))).toBeUndefined();
});

test('a diagnosis tells of them where no mistake is named, in place of guesses by shape', () => {
  const [problem, made] = [describeProblem('mb2ic3ih9oc4kh3sh2'), describeProblem('mb2ic3ih9oc4kh3sh2ph1')];
  const { operands, actual } = outputOf(problem, made);
  const { status, findings, fitsProblem } = diagnose(problem, operands, actual);
  expect([status, findings, fitsProblem]).toEqual(['unknown', [], made]);
  const right = outputOf(made, made);
  expect(diagnose(made, right.operands, right.actual)).not.toHaveProperty('fitsProblem');
});
