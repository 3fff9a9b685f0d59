import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDecomposition } from '../../src/core/plan.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { ones } from '../../src/core/tensor.ts';
import { unfold } from '../../src/core/unfold.ts';
import { adjointIdentity, shapeDerivations } from '../../src/report/explain-details.ts';
import { explainText } from '../../src/report/explain-text.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { anyParams } from '../cli/random-problems.ts';
import { problems } from '../problems.ts';

const style = { width: 10_000, palette: PLAIN, verbose: true };

test('the products of the adjoint identity are the taps that unfold reads from pixels', () => {
  fc.assert(
    fc.property(problems(), (problem) => {
      const { unfold: spec, unfoldInput } = planDecomposition(problem);
      const columns = unfold(ones('float64', unfoldInput), spec).data;
      const inside = [...columns].reduce((sum, value) => sum + value, 0);
      const [sentence] = adjointIdentity(problem, style);
      expect(sentence).toContain(`add up the same ${inside} product`);
      const padded = columns.length - inside;
      expect(sentence?.includes('stand in the padding')).toBe(padded > 0);
      if (padded > 0) expect(sentence).toContain(`the other ${padded} of ${columns.length} tap`);
    }),
  );
});

test('every equation of the shapes is true, and every step has one', () => {
  fc.assert(
    fc.property(fc.oneof(problems(), anyParams().map(resolveProblem)), (problem) => {
      const lines = shapeDerivations(problem, style);
      expect(lines).toHaveLength(planDecomposition(problem).steps.length);
      for (const line of lines) {
        for (const [, left = '', right] of line.matchAll(/= ([-\d·+ ]+) = (-?\d+)/g)) {
          const value = left
            .split(' + ')
            .map((term) => term.split('·').reduce((product, factor) => product * Number(factor), 1))
            .reduce((sum, term) => sum + term, 0);
          expect(`${left} = ${value}`).toBe(`${left} = ${right}`);
        }
      }
    }),
  );
});

test('only --verbose prints them', () => {
  fc.assert(
    fc.property(problems(), (problem) => {
      const [brief, verbose] = [false, true].map((verbose) =>
        explainText(problem, { blindTo: [], undecided: 0, known: 1 }, { ...style, verbose }),
      );
      expect(brief).not.toContain('term by term');
      expect(verbose).toContain('Every shape, term by term');
      expect(verbose).toContain('The adjoint as an identity');
    }),
    { numRuns: 20 },
  );
});
