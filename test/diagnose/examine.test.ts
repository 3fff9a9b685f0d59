import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { examine, shrinkFinding } from '../../src/diagnose/examine.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { type Verification, verify } from '../../src/verify/verify.ts';
import { inject } from './injection.ts';

const problem = describeProblem('mb1ic2ih5oc3kh3', { bias: true });
const options = { fill: 'integer', seed: 3 } as const;

/** An output that lost its bias, as it was verified. */
function failed(): { verification: Verification; external: Tensor } {
  const { data } = verify(problem, options);
  const external = inject(problem, data.operands, [mistakeOf('bias-dropped') as never]) as Tensor;
  return { verification: verify(problem, { ...options, external }), external };
}

const idsOf = (given: ReturnType<typeof examine>) =>
  given.diagnosis?.findings.map(({ mistakes }) => mistakes.map(({ id }) => id).join());

describe('an output that failed', () => {
  test('is diagnosed, and shrunk where that is asked for', () => {
    const { verification, external } = failed();
    const plain = examine(verification, { external });
    expect([idsOf(plain), plain.shrunk]).toEqual([['bias-dropped'], undefined]);
    const { shrunk } = examine(verification, { external, shrink: true });
    expect(shrunk?.smallest.axes.map(({ inputSize }) => inputSize)).toEqual([1, 1]);
    expect(shrunk?.condition?.words).toBe('a bias');
  });

  test('is diagnosed only if it is there, and it is what failed', () => {
    const { verification, external } = failed();
    expect(examine(verification).diagnosis).toBeUndefined();
    const others = verification.checks.map((check) =>
      check.actual === 'external'
        ? { ...check, verdict: 'pass' as const }
        : { ...check, verdict: 'fail' as const },
    ) as Verification['checks'];
    expect(examine({ ...verification, checks: others }, { external }).diagnosis).toBeUndefined();
    const doubted = verification.checks.map((check) =>
      check.actual === 'external' ? { ...check, verdict: 'inconclusive' as const } : check,
    ) as Verification['checks'];
    expect(examine({ ...verification, checks: doubted }, { external }).diagnosis).toBeUndefined();
  });

  test('is not shrunk without a finding', () => {
    const { verification, external } = failed();
    const { diagnosis } = examine(verification, { external });
    expect(diagnosis && shrinkFinding({ ...diagnosis, findings: [] })).toBeUndefined();
    expect(examine(verify(problem, options), { shrink: true }).shrunk).toBeUndefined();
  });
});

test('companions are verified on the data of the run: ones, which prove nothing', () => {
  const ones = verify(describeProblem('mb1ic1ih3oc1kh2'), { fill: 'ones', witnesses: ['rounding'] });
  const { companions, verdict } = examine(ones, { companions: true });
  expect(new Set(companions?.map((companion) => companion.verdict))).toEqual(new Set(['inconclusive']));
  expect(verdict).toBe('inconclusive');
});
