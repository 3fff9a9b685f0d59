/**
 * The catalogue as a page of Markdown: contents by family, then a section for each mistake.
 */
import { DIRECTIONS } from '../core/problem.ts';
import { directionsOf } from '../diagnose/applies.ts';
import type { Mistake } from '../diagnose/mistake.ts';
import { FAMILIES } from '../diagnose/mistakes/families.ts';
import { problemWords } from './headline.ts';
import { countSentence, hidingSentence, type ToldMistake } from './mistakes-text.ts';
import { drawReveal, outcomeSentence } from './reveal-text.ts';

/** Columns of the drawings: a page is as wide as a terminal. */
const WIDTH = 80;

/** The whole page. */
export function mistakesPage(told: readonly ToldMistake[]): string {
  const families = [...new Set(told.map(({ mistake }) => mistake.family))];
  const of = (family: Mistake['family']) => told.filter(({ mistake }) => mistake.family === family);
  return `${[
    '<!-- Written by `npm run catalogue` from the files beside it; edit those. -->',
    '',
    '# Known mistakes',
    '',
    `${countSentence(told.map(({ mistake }) => mistake))} that people make where they write a convolution by hand, as`,
    'they were seen in public threads or follow from first principles. Each is a change of the right wiring',
    '([wiring.ts](../wiring.ts)), so it can be run, told apart from others, and searched for: the problem that',
    'reveals it and the settings that hide it are computed, not written down. `convproof mistakes <id>` prints',
    'the same in a terminal. A mistake exists in every direction, forward and the two gradients, unless it says where;',
    "transposed convolution is the input gradient's. Left out are mistakes that no result of one call shows: the",
    "bias's gradient, requantisation behind int32 sums, and memory that outlives a call.",
    '',
    "Symbols are those of PyTorch's documentation: N, C_in, C_out, H_in, W_in, kH, kW, H_out, W_out, L = H_out·W_out,",
    'K = C_in/groups·kH·kW; n, ci, co, g, c, kh, kw, oh, ow, l run along them, and the tap (kh, kw) of window (oh, ow)',
    'stands at oh·stride + kh·dilation − padding. A problem is a token that every command takes.',
    '',
    '## Contents',
    '',
    '| family | mistakes |',
    '| --- | --- |',
    ...families.map(
      (family) =>
        `| ${FAMILIES[family]} | ${of(family)
          .map(({ mistake: { id } }) => `[${id}](#${id})`)
          .join(', ')} |`,
    ),
    ...families.flatMap((family) => [
      '',
      `## ${capitalised(FAMILIES[family])}`,
      ...of(family).flatMap(section),
    ]),
  ].join('\n')}\n`;
}

function section({ mistake, reveal, hiddenBy }: ToldMistake): string[] {
  const { id, title, cause, shows, fix, evidence, related = [], variants } = mistake;
  const [{ note }] = variants;
  const links = (addresses: readonly string[]) => addresses.map((address) => `<${address}>`).join(', ');
  const revealed =
    reveal === undefined
      ? []
      : [
          '',
          `**Revealed by** \`${problemWords(reveal.problem)}\`${note === undefined ? '' : ` (${prose(note)})`}:`,
          '',
          '```text',
          ...drawReveal(reveal, WIDTH).map((line) => line.replace(/^ {2}/, '')),
          '```',
          '',
          prose(outcomeSentence(reveal)),
        ];
  return [
    '',
    `### ${id}`,
    '',
    `*${prose(title)}.* ${prose(cause)}`,
    ...whereLines(mistake),
    '',
    `**Shows:** ${prose(shows)}`,
    ...revealed,
    '',
    `**Hidden by** ${hidingSentence(hiddenBy)}.`,
    '',
    `**Fix:** ${prose(fix)}`,
    '',
    evidence.length > 0
      ? `**Seen in** ${links(evidence)}`
      : '**Seen in** no public thread that is known here.',
    ...(related.length > 0 ? ['', `**Related, not the same:** ${links(related)}`] : []),
  ];
}

/** Where the mistake exists, if not for every problem. */
function whereLines(mistake: Mistake): string[] {
  const { leastAxes, modes, dtypes } = mistake.scope ?? {};
  const directions = directionsOf(mistake);
  const words = [
    ...(directions.length < DIRECTIONS.length ? [directions.join(' and ')] : []),
    ...(leastAxes === undefined ? [] : ['two axes or three']),
    ...(modes === undefined ? [] : [`padding_mode ${modes.join(', ')}`]),
    ...(dtypes === undefined ? [] : [dtypes.join(', ')]),
  ];
  return words.length === 0 ? [] : ['', `**Exists for** ${words.join('; ')}.`];
}

/** Text outside of backquotes, with what Markdown would read as markup escaped. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[*<>]/g, '\\$&')))
    .join('`');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
