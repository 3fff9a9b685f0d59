/**
 * The verdict in one word, which says all that its colour says.
 */
import type { Verdict } from '../verify/verdict.ts';
import { type Palette, wrap } from './layout.ts';

const WORDS: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };

/** `PASS`, painted. */
export function badge(verdict: Verdict, palette: Palette): string {
  const paint = { pass: palette.pass, fail: palette.fail, inconclusive: palette.doubt }[verdict];
  return paint(WORDS[verdict]);
}

/** The badge and a sentence beside it, over as many lines as it takes. */
export function badged(verdict: Verdict, sentence: string, width: number, palette: Palette): string[] {
  const word = WORDS[verdict];
  const [first = '', ...rest] = wrap(sentence, width, word.length + 2);
  return [`${badge(verdict, palette)}${first.slice(word.length)}`, ...rest];
}
