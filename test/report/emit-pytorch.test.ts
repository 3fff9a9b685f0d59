/**
 * The printed module, read as text; fixtures/vectors/emitted.json is it run by PyTorch.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDecomposition } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { emitPytorch } from '../../src/report/emit-pytorch.ts';
import { anyParams } from '../cli/random-problems.ts';
import { problems } from '../problems.ts';

function anyProblems(): fc.Arbitrary<Problem> {
  return anyParams().map(resolveProblem);
}

test('every printed module has one shape: unfold with all four parameters, a 1×1 fold, a check', () => {
  fc.assert(
    fc.property(problems(), (problem) => {
      const code = emitPytorch(problem);
      const { groups, bias, axes, dtype } = problem;
      expect(code).not.toMatch(/undefined|NaN|\[object|\t| $/m);
      for (const name of ['kernel_size', 'dilation', 'padding', 'stride']) {
        expect(code).toMatch(new RegExp(`F\\.unfold\\([^#]*\\b${name}=\\(\\d+, \\d+\\)`));
      }
      expect(code).toContain('F.fold(product, output_size=(H_out, W_out), kernel_size=1, stride=1)');
      expect(code).toContain('expected = F.conv2d(');
      const isOneSided = axes.some((axis) => axis.paddingBegin !== axis.paddingEnd || axis.paddingBegin < 0);
      // Padded twice where an end crops more than the input holds: PyTorch pads, then crops.
      expect(/x = F\.pad\((F\.pad\()?x/.test(code)).toBe(isOneSided);
      expect(code.includes('columns.view(N, ')).toBe(groups > 1);
      expect(code.includes('self.bias.view')).toBe(bias);
      expect(code.includes('dtype=torch.float64')).toBe(dtype === 'float64');
    }),
  );
});

test('a module of any kind takes the fold that its direction takes', () => {
  fc.assert(
    fc.property(anyProblems(), (problem) => {
      const code = emitPytorch(problem);
      const { axes, direction, transposed, dtype, paddingMode } = problem;
      expect(code).not.toMatch(/undefined|NaN|\[object|\t| $/m);
      const isVolume = axes.length === 3;
      expect(code.includes('F.unfold(')).toBe(direction !== 'grad-input' && !isVolume);
      expect(code.includes('F.fold(product, ')).toBe(direction === 'forward' && !isVolume);
      expect(code.includes('F.fold(columns, ')).toBe(direction === 'grad-input' && !isVolume);
      expect(code.includes('itertools.product(')).toBe(direction === 'grad-input' && isVolume);
      expect(code.includes('torch.autograd.grad(F.conv')).toBe(direction !== 'forward' && !transposed);
      expect(code.includes('F.conv_transpose')).toBe(transposed);
      expect(/rounded to (b?float16) once/.test(code)).toBe(dtype === 'float16' || dtype === 'bfloat16');
      if (planDecomposition(problem).pads.length > 0 && paddingMode !== 'zeros') {
        expect(code).toContain(`mode='${paddingMode}'`);
      }
    }),
  );
});

test('brackets, quotes and indents are balanced', () => {
  fc.assert(
    fc.property(fc.oneof(problems(), anyProblems()), (problem) => {
      const code = emitPytorch(problem);
      const count = (part: string) => code.split(part).length - 1;
      expect(count('(')).toBe(count(')'));
      expect(count('"""')).toBe(2);
      for (const line of code.split('\n')) {
        const indent = line.length - line.trimStart().length;
        expect(indent % 4 === 0 || line.trimStart().startsWith('padding='), line).toBe(true);
      }
    }),
  );
});
