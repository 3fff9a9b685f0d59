/**
 * A proof of the wiring as text: the claim, what was shown and how, and what it takes for granted.
 */
import type { Problem } from '../core/problem.ts';
import type { WiringProof } from '../verify/wiring.ts';
import type { Obligation } from '../verify/wiring-obligations.ts';
import { badge, badged } from './badge.ts';
import { differenceSentence } from './difference-text.ts';
import { headline, problemWords, reproCommand } from './headline.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { traceLines } from './trace-text.ts';

/** The whole report; `--verbose` adds the shapes and what each stage is called with. */
export function proveText(problem: Problem, wiring: WiringProof, style: Style): string {
  const { width, palette, verbose } = style;
  const lines = [
    ...headline('prove', problem, style),
    '',
    ...badged(wiring.verdict, verdictSentence(problem, wiring), width, palette),
    '',
    ...(verbose ? [...traceLines(problem, style), ''] : []),
    ...wiring.obligations.flatMap((obligation) => obligationLines(obligation, style)),
    '',
    palette.bold('What this relies on'),
    ...wiring.reliesOn.flatMap((sentence) => labelled('  -', sentence, width, 4)),
    '',
    ...wrap('Rounding is not part of it: verify bounds that, on tensors.', width),
    '',
    `${palette.dim('again')}   ${reproCommand('prove', problem)}`,
    `${palette.dim('verify')}  ${reproCommand('verify', problem)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The verdict alone: one line. */
export function quietProveText(problem: Problem, wiring: WiringProof, { palette }: Style): string {
  return `${badge(wiring.verdict, palette)}  ${problemWords(problem)}\n`;
}

function verdictSentence(
  problem: Problem,
  { verdict, claim, taps, mode, counterexample }: WiringProof,
): string {
  if (counterexample) return differenceSentence(problem, counterexample);
  if (verdict !== 'pass') return 'no difference was found, but not all was compared';
  const compared = mode === 'full' ? 'all compared' : 'per axis';
  return `${claim} (${plural(taps, 'tap')}, ${compared})`;
}

const STATES: Readonly<Record<Obligation['verdict'], string>> = {
  pass: 'shown',
  fail: 'FAILS',
  inconclusive: 'not run',
  assumed: 'assumed',
};
const LABEL_WIDTH = 15;

/** Two lines or more: what has to hold, and what was run. */
function obligationLines({ id, statement, verdict, how }: Obligation, { width, palette }: Style): string[] {
  const state = STATES[verdict].padEnd(9);
  const label = `  ${id}  ${state}`;
  const [first = '', ...rest] = labelled(label, statement, width, LABEL_WIDTH);
  const paint = { pass: palette.pass, fail: palette.fail, inconclusive: palette.doubt, assumed: palette.dim };
  return [
    `  ${palette.bold(id)}  ${paint[verdict](state)}${first.slice(label.length)}`,
    ...rest,
    ...wrap(how, width, LABEL_WIDTH).map(palette.dim),
  ];
}
