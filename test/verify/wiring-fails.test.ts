/**
 * A verification whose proof of the wiring fails, which no right program gives.
 */
import { expect, test, vi } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import type { Verdict } from '../../src/verify/verdict.ts';
import { verify } from '../../src/verify/verify.ts';

const proof = vi.hoisted(() => ({ verdict: 'pass' as Verdict }));

vi.mock(import('../../src/verify/wiring.ts'), async (original) => {
  const real = await original();
  return { ...real, proveWiring: (...given) => ({ ...real.proveWiring(...given), ...proof }) };
});

test.each([
  ['fail', 'wiring-differs'],
  ['inconclusive', undefined],
  ['pass', undefined],
] as const)('a proof that gives %s gives the reason %s', (verdict, reason) => {
  proof.verdict = verdict;
  const verification = verify(describeProblem('mb1ic1ih2oc1kh1'), { witnesses: ['wiring'] });
  const [check] = verification.checks;
  expect([verification.verdict, check?.verdict, check?.reason]).toEqual([verdict, verdict, reason]);
});
