/**
 * Sections of the catalogue's page, computed one by one: what catalogue.test.ts holds as a whole, but in milliseconds.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hiddenBy } from '../../src/diagnose/hide.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { revealOf } from '../../src/diagnose/reveal.ts';
import { mistakesPage } from '../../src/report/mistakes-page.ts';
import { hidingSentence } from '../../src/report/mistakes-text.ts';
import { CATALOGUE_PAGE } from './catalogue-page.ts';

const page = readFileSync(CATALOGUE_PAGE, 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section.split(/^## /m)[0]?.trimEnd()]),
);

/** Of each family one or two, whose search ends soon. */
const SOON = [
  'unfold-padding-omitted',
  'columns-kernel-major-vs-channel-major',
  'fold-divides-conv-output',
  'kernel-flipped',
  'kernel-transposed',
  'pad-hw-swapped',
  'same-upper-lower-swapped',
  'pad-mode-reflect',
  'out-size-ceil',
  'stride-first-element-only',
  'dilation-zero-based-vs-one-based',
  'group-input-interleaved',
  'depthwise-multiplier-order',
  'input-read-as-nhwc',
  'bias-added-twice',
  'batch-first-sample-only',
  'fp16-accumulator',
  'tf32-inputs',
  'zero-skip-loses-nan',
  'pad-border-uninitialised',
  'tail-k-dropped',
  'tail-over-write',
  'thread-slice-only-first',
  'output-flipped',
];

const cases = MISTAKES.map((mistake) => ({ id: mistake.id, mistake }));

test.each(cases)('$id is hidden by what its section says', ({ id, mistake }) => {
  expect(sections.get(id)).toContain(`\n**Hidden by** ${hidingSentence(hiddenBy(mistake))}.\n`);
});

test.each(cases.filter(({ id }) => SOON.includes(id)))(
  '$id is revealed as its section says',
  ({ id, mistake }: { id: string; mistake: Mistake }) => {
    const own = mistakesPage([{ mistake, reveal: revealOf(mistake), hiddenBy: hiddenBy(mistake) }]);
    expect(own.slice(own.indexOf(`### ${id}\n`) + 4).trimEnd()).toBe(sections.get(id));
  },
);
