/**
 * The catalogue of known mistakes as text: a list by family, and one mistake whole.
 */
import type { Mistake } from '../diagnose/mistake.ts';
import { FAMILIES } from '../diagnose/mistakes/families.ts';
import type { Reveal } from '../diagnose/reveal.ts';
import { problemWords } from './headline.ts';
import { labelled, type Style, wrap } from './layout.ts';
import { plural } from './numbers.ts';
import { drawReveal, outcomeSentence } from './reveal-text.ts';

/** A mistake with what is computed for it. */
export interface ToldMistake {
  readonly mistake: Mistake;
  readonly reveal: Reveal | undefined;
  readonly hiddenBy: readonly string[];
}

/** Ids and titles by family, with a count; `words` are those searched for. */
export function mistakesListText(
  mistakes: readonly Mistake[],
  words: readonly string[],
  { width, palette }: Style,
): string {
  const families = [...new Set(mistakes.map(({ family }) => family))];
  const lines = families.flatMap((family) => {
    const members = mistakes.filter((mistake) => mistake.family === family);
    return [
      palette.bold(FAMILIES[family]) + palette.dim(` (${members.length})`),
      ...members.flatMap((mistake) => entryLines(mistake, width)),
      '',
    ];
  });
  const found = words.length === 0 ? 'known mistakes' : `of them mention ${words.join(' and ')}`;
  return `${[
    ...lines,
    ...wrap(`${mistakes.length} ${found}.`, width),
    '',
    `${palette.dim('tell one')}  convproof mistakes <id>`,
    `${palette.dim('search')}    convproof mistakes <word>`,
  ].join('\n')}\n`;
}

/** The longest ids stand on a line of their own rather than push all titles aside. */
const ID_WIDTH = 32;
const GAP = 2;
/** Beside the ids, titles need this many columns at least; in less, they stand below. */
const TITLE_WIDTH = 36;

function entryLines({ id, title }: Mistake, width: number): string[] {
  const column = 2 + ID_WIDTH + GAP;
  if (width - column < TITLE_WIDTH) return [`  ${id}`, ...wrap(title, width, 4)];
  if (id.length > ID_WIDTH) return [`  ${id}`, ...wrap(title, width, column)];
  return labelled(`  ${id}`, title, width, column);
}

const LABEL_WIDTH = 9;

/** One mistake whole: what it is, the problem that reveals it, what hides it, and where it was seen. */
export function mistakeText({ mistake, reveal, hiddenBy }: ToldMistake, style: Style): string {
  const { width, palette } = style;
  const { id, family, title, cause, shows, fix, evidence, related = [] } = mistake;
  const paragraph = (label: string, text: string) => {
    const [first = '', ...rest] = labelled(`  ${label}`, text.replaceAll('`', ''), width, LABEL_WIDTH);
    return [palette.dim(first.slice(0, LABEL_WIDTH)) + first.slice(LABEL_WIDTH), ...rest];
  };
  const section = (heading: string, lines: readonly string[]) => ['', palette.bold(heading), ...lines];
  const links = (addresses: readonly string[]) => addresses.map((address) => `  ${address}`);
  const lines = [
    ...(`${id} · ${FAMILIES[family]}`.length <= width
      ? [palette.bold(id) + palette.dim(` · ${FAMILIES[family]}`)]
      : [palette.bold(id), palette.dim(FAMILIES[family])]),
    ...wrap(title, width),
    '',
    ...paragraph('cause', cause),
    ...paragraph('shows', shows),
    ...paragraph('fix', fix),
    ...(reveal === undefined ? [] : revealLines(mistake, reveal, section, style)),
    ...section('Hidden by', wrap(hidingSentence(hiddenBy), width, 2)),
    ...section('Seen in', evidence.length > 0 ? links(evidence) : ['  no public thread that is known here']),
    ...(related.length > 0 ? section('Related, not the same', links(related)) : []),
    ...(reveal === undefined ? [] : commandLines(reveal, style)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `stride 1, or a single window`: each hides the mistake by itself. */
export function hidingSentence(hiddenBy: readonly string[]): string {
  if (hiddenBy.length === 0) return 'no single setting of those that tests tend to have';
  const last = hiddenBy.at(-1) as string;
  return hiddenBy.length === 1 ? last : `${hiddenBy.slice(0, -1).join(', ')} or ${last}`;
}

function revealLines(
  { variants: [{ note }] }: Mistake,
  reveal: Reveal,
  section: (heading: string, lines: readonly string[]) => string[],
  style: Style,
): string[] {
  const way = note === undefined ? '' : ` · ${note}`;
  return section('Smallest problem that reveals it', [
    `  ${problemWords(reveal.problem)}${way}`,
    '',
    ...drawReveal(reveal, style.width),
    '',
    ...wrap(outcomeSentence(reveal), style.width, 2),
  ]);
}

function commandLines({ problem }: Reveal, { palette }: Style): string[] {
  const words = problemWords(problem);
  return [
    '',
    `${palette.dim('explain')}  convproof explain ${words}`,
    `${palette.dim('check')}    convproof verify ${words} --expected y.npy`,
  ];
}

/** `117 known mistakes in 17 families`. */
export function countSentence(mistakes: readonly Mistake[]): string {
  const families = new Set(mistakes.map(({ family }) => family)).size;
  return `${plural(mistakes.length, 'known mistake')} in ${families} families`;
}
