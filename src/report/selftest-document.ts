/**
 * A selftest as the document of document.ts.
 */
import type { Selftest } from '../diagnose/selftest.ts';
import type { SelftestDocument } from './document.ts';
import { problemWords } from './headline.ts';
import { documentHead } from './to-document.ts';

/** One selftest; `command` runs it again. */
export function selftestDocument(
  { verdict, full, seed, problems, mistakes, correct }: Selftest,
  context: { readonly version: string; readonly command: string },
): SelftestDocument {
  return {
    ...documentHead(context.version),
    command: 'selftest',
    verdict,
    full,
    seed,
    problems: problems.map((problem) => problemWords(problem)),
    mistakes: mistakes.map(({ id, family, killedBy, survived, outputs, byProblem }) => ({
      id,
      family,
      killed_by: killedBy,
      survived,
      outputs,
      by_problem: byProblem.map(({ problem, by, killedBy: here }) => ({
        problem: problemWords(problem),
        by,
        killed_by: here,
      })),
    })),
    correct: {
      orders: correct.orders,
      problems: correct.problems,
      elements: correct.elements,
      false_alarms: correct.falseAlarms.length,
      rejected: correct.falseAlarms.map(({ problem, fill, seed: data, order, witness }) => ({
        problem: problemWords(problem),
        fill,
        seed: data,
        order,
        witness,
      })),
    },
    repro: { command: context.command },
  };
}
