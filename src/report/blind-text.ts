/**
 * What a problem cannot show, and the companions that do, in text.
 */
import type { Examination } from '../diagnose/examine.ts';
import type { Mistake } from '../diagnose/mistake.ts';
import type { Verdict } from '../verify/verdict.ts';
import { problemWords } from './headline.ts';
import { labelled, type Palette, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';

/** Ids that are named; the rest are counted. */
const MOST_NAMED = 3;

/** What a problem hides of the catalogue. */
export interface Hidden {
  readonly blindTo: readonly Mistake[];
  readonly undecided: number;
  /** All mistakes of the catalogue. */
  readonly known: number;
}

/** `12 of 117 known mistakes, which would give the same output here: …`. */
export function blindSentence({ blindTo, undecided, known }: Hidden, verbose: boolean): string {
  const open =
    undecided === 0 ? '' : `; ${undecided} more are not decided, as this problem has too many taps`;
  if (blindTo.length === 0) return `none of ${known} known mistakes would give this output here${open}`;
  const named = verbose ? blindTo : blindTo.slice(0, MOST_NAMED);
  const rest = blindTo.length - named.length;
  const names = named.map(({ id }) => id).join(', ');
  return `${blindTo.length} of ${known} known mistakes, which would give the same output here: ${names}${rest > 0 ? `, and ${rest} more` : ''}${open}`;
}

/** The line of a verification; nothing where the catalogue has nothing to say of such problems. */
export function blindLines(examination: Examination, style: Style, column: number): string[] {
  const { width, palette, verbose } = style;
  const { blindTo, companions, known } = examination;
  if (known === 0) return [];
  const label = '  blind to';
  const [first = '', ...rest] = labelled(label, blindSentence(examination, verbose), width, column);
  return [
    `  ${palette.bold('blind to')}${first.slice(label.length)}`,
    ...rest,
    ...(companions === undefined && blindTo.length > 0
      ? wrap('--companions verifies a few similar problems that show them', width, column).map(palette.dim)
      : []),
  ];
}

const WORDS: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };

/** `1 of 6 companions`: those with the worst verdict among them. */
export function worstCompanions(examination: Examination): string {
  return `${countWorst(examination)} of ${plural(examination.companions?.length ?? 0, 'companion')}`;
}

/** `1 of 6 companions fails`; undefined where all pass, or none was asked for. */
export function companionsClause(examination: Examination): string | undefined {
  const { verdict } = examination;
  if (verdict === 'pass') return undefined;
  const isOne = countWorst(examination) === 1;
  const does = verdict === 'fail' ? (isOne ? 'fails' : 'fail') : `${isOne ? 'is' : 'are'} inconclusive`;
  return `${worstCompanions(examination)} ${does}`;
}

function countWorst({ companions = [], verdict }: Examination): number {
  return companions.filter((companion) => companion.verdict === verdict).length;
}

/** The companions' verdicts, ending with an empty line; nothing where none was asked for. */
export function companionLines({ companions }: Examination, { width, palette }: Style): string[] {
  if (companions === undefined) return [];
  if (companions.length === 0) return [palette.bold('Companions'), '  none: nothing is hidden here', ''];
  const paint = (verdict: Verdict, { pass, fail, doubt }: Palette) =>
    ({ pass, fail, inconclusive: doubt })[verdict](WORDS[verdict]);
  const shown = companions.reduce((sum, { shows }) => sum + shows.length, 0);
  return [
    palette.bold('Companions'),
    ...wrap(
      `${plural(companions.length, 'similar problem')}, verified, that show ${shown} of the mistakes hidden here:`,
      width,
      2,
    ),
    ...companions.map(
      ({ problem, verdict, shows }) =>
        `  ${paint(verdict, palette)}  ${problemWords(problem)}${palette.dim(`   shows ${shows.length}`)}`,
    ),
    '',
  ];
}
