/**
 * A proof of the wiring as its document.
 */
import type { Problem } from '../core/problem.ts';
import { formatToken } from '../core/token.ts';
import type { WiringProof } from '../verify/wiring.ts';
import { counterexampleDocument } from './counterexample.ts';
import { documentHead, problemDocument } from './parts-to-document.ts';
import type { ProveDocument } from './prove-document.ts';

/** One proof. */
export function proveDocument(
  problem: Problem,
  wiring: WiringProof,
  context: { version: string; command: string },
): ProveDocument {
  const { verdict, mode, taps, obligations, counterexample, claim, reliesOn } = wiring;
  return {
    ...documentHead(context.version),
    command: 'prove',
    verdict,
    problem: problemDocument(problem),
    mode,
    taps,
    obligations,
    ...(counterexample ? { counterexample: counterexampleDocument(problem, counterexample) } : {}),
    ...(verdict === 'pass' ? { claim } : {}),
    relies_on: reliesOn,
    repro: { token: formatToken(problem).token, command: context.command },
  };
}
