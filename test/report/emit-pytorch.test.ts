/**
 * The printed module, read as text; fixtures/vectors/emitted.json is it run by PyTorch.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emitPytorch } from '../../src/report/emit-pytorch.ts';
import { problems } from '../problems.ts';

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

test('brackets, quotes and indents are balanced', () => {
  fc.assert(
    fc.property(problems(), (problem) => {
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
