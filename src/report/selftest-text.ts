/**
 * A selftest as text: the verdict, what caught the mistakes of each family, and how correct outputs fared.
 */
import { CATCHERS, type Catcher } from '../diagnose/inject.ts';
import type { MistakeKills, ProblemKills, Selftest } from '../diagnose/selftest.ts';
import { problemWords } from './headline.ts';
import { labelled, type Style, table, wrap } from './layout.ts';
import { plural } from './numbers.ts';

/** The whole report; `command` runs it again. */
export function selftestText(selftest: Selftest, command: string, style: Style): string {
  const { problems, mistakes, full } = selftest;
  const { width, palette, verbose } = style;
  const outputs = mistakes.reduce((sum, mistake) => sum + mistake.outputs, 0);
  const lines = [
    palette.bold('convproof selftest'),
    ...wrap(
      `${plural(mistakes.length, 'known mistake')} · ${plural(outputs, 'wrong output')} · ${plural(problems.length, 'problem')} · ${full ? 'whole' : 'reduced'} run`,
      width,
    ),
    '',
    ...verdictLines(selftest, style),
    '',
    ...familyTable(mistakes),
    '',
    ...blindnessLines(mistakes, width),
    ...labelled('  correct', correctSentence(selftest), width, LABEL_WIDTH),
    ...failureLines(selftest, style),
    '',
    ...problemLines(selftest, style),
    '',
    ...(verbose ? [...matrixLines(selftest, style), ''] : []),
    `${palette.dim('again')}  ${command}`,
    ...(full ? [] : [`${palette.dim('whole')}  ${command} --full`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line. */
export function quietSelftestText(selftest: Selftest, { palette }: Style): string {
  const { verdict, mistakes, correct } = selftest;
  const badge = palette[verdict](verdict.toUpperCase());
  const caught = mistakes.filter(({ survived }) => !survived).length;
  return `${badge}  ${caught} of ${plural(mistakes.length, 'mistake')} caught, ${plural(correct.falseAlarms.length, 'false alarm')}\n`;
}

function verdictLines(selftest: Selftest, { width, palette }: Style): string[] {
  const word = selftest.verdict.toUpperCase();
  const [first = '', ...rest] = wrap(verdictSentence(selftest), width, word.length + 2);
  return [`${palette[selftest.verdict](word)}${first.slice(word.length)}`, ...rest];
}

function verdictSentence({ mistakes, correct }: Selftest): string {
  const survivors = mistakes.filter(({ survived }) => survived).length;
  const alarms = correct.falseAlarms.length;
  const caught =
    survivors === 0
      ? `each of ${plural(mistakes.length, 'known mistake')} is caught`
      : `${survivors} of ${plural(mistakes.length, 'known mistake')} would pass unseen`;
  const accepted =
    alarms === 0
      ? 'no correct output is rejected'
      : `${plural(alarms, 'correct output')} ${alarms === 1 ? 'is' : 'are'} rejected`;
  return `${caught}, and ${accepted}`;
}

function killedBy(mistakes: readonly MistakeKills[], catcher: Catcher): number {
  return mistakes.filter((mistake) => mistake.killedBy.includes(catcher)).length;
}

/** Numbers under their heads, right-aligned. */
function familyTable(mistakes: readonly MistakeKills[]): string[] {
  const head = ['family', 'mistakes', ...CATCHERS, 'survivors'];
  const row = (name: string, of: readonly MistakeKills[]) => {
    const counts = [
      of.length,
      ...CATCHERS.map((catcher) => killedBy(of, catcher)),
      of.filter(({ survived }) => survived).length,
    ];
    return [name, ...counts.map((count, c) => String(count).padStart((head[c + 1] as string).length))];
  };
  const families = [...new Set(mistakes.map(({ family }) => family))];
  return table([
    head,
    ...families.map((name) =>
      row(
        name,
        mistakes.filter(({ family }) => family === name),
      ),
    ),
    row('all', mistakes),
  ]);
}

const LABEL_WIDTH = 11;

/** Why each witness is there: the mistakes that the others leave to it. */
function blindnessLines(mistakes: readonly MistakeKills[], width: number): string[] {
  return CATCHERS.flatMap((catcher) => {
    const missed = mistakes.filter((mistake) => !mistake.survived && !mistake.killedBy.includes(catcher));
    if (missed.length === 0) return [];
    const text = `leaves to the others: ${missed.map(({ id }) => id).join(', ')}`;
    return labelled(`  ${catcher}`, text, width, LABEL_WIDTH);
  });
}

function correctSentence({ correct }: Selftest): string {
  const { orders, problems, elements, falseAlarms } = correct;
  return `${plural(falseAlarms.length, 'false alarm')} on ${plural(elements, 'element')} of ${plural(problems, 'random problem')}, in ${orders.length} orders of summation: ${orders.join(', ')}`;
}

/** Rejected outputs that are listed: a verifier that is broken rejects very many alike. */
const MOST_LISTED = 10;

/** What makes it fail, by name. */
function failureLines({ mistakes, correct }: Selftest, { width, palette }: Style): string[] {
  const line = (label: string, text: string) => {
    const [first = '', ...rest] = labelled(`  ${label}`, text, width, LABEL_WIDTH);
    return [`  ${palette.fail(label)}${first.slice(label.length + 2)}`, ...rest];
  };
  const unlisted = correct.falseAlarms.length - MOST_LISTED;
  return [
    ...mistakes
      .filter(({ survived }) => survived)
      .flatMap(({ id, title }) => line('survivor', `${id}: ${title}`)),
    ...correct.falseAlarms
      .slice(0, MOST_LISTED)
      .flatMap(({ order, problem, fill, seed, witness }) =>
        line('rejected', `by ${witness}: ${order}, ${problemWords(problem)}, ${fill}, seed ${seed}`),
      ),
    ...(unlisted > 0 ? wrap(`and ${unlisted} more`, width, LABEL_WIDTH) : []),
  ];
}

/** Every problem, with the number that heads its column of the matrix. */
function problemLines({ problems }: Selftest, { palette, width }: Style): string[] {
  const labelWidth = 4 + String(problems.length).length;
  return [
    palette.bold('Problems'),
    ...problems.flatMap((problem, p) => labelled(`  ${p + 1}`, problemWords(problem), width, labelWidth)),
  ];
}

function killsAt(byProblem: readonly ProblemKills[], problem: object): ProblemKills | undefined {
  return byProblem.find((kills) => kills.problem === problem);
}

/** Who caught what where, problem by problem: `3:wer`, `7:shp`. */
function matrixLines({ problems, mistakes }: Selftest, { width, palette }: Style): string[] {
  const entries = ({ byProblem }: MistakeKills) =>
    problems.flatMap((problem, p) => {
      const kills = killsAt(byProblem, problem);
      return kills === undefined ? [] : [`${p + 1}:${cellOf(kills)}`];
    });
  return [
    palette.bold('Mistakes'),
    ...wrap(
      'by problem, w, e, r: caught by wiring, exact, rounding; shp: it raises or has another shape; a problem that is not listed cannot show the mistake, or was not needed any more',
      width,
      2,
    ),
    '',
    ...mistakes.flatMap((mistake) => [`  ${mistake.id}`, ...wrap(entries(mistake).join(' '), width, 6)]),
  ];
}

function cellOf(kills: ProblemKills): string {
  if (kills.by === 'shape') return 'shp';
  return CATCHERS.map((catcher) => (kills.killedBy.includes(catcher) ? catcher.charAt(0) : '-')).join('');
}
