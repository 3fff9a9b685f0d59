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

/** The longest searches: for what shows in two departures from the plainest problem, or by size alone. */
const LONG = [
  'same-dilation-not-reversed',
  'group-transposed-weight-axis',
  'nchw-flattened-as-nhwc-rows',
  'unfold-stride-omitted',
  'batch-mixed-by-reshape',
  'group-output-interleaved',
  'index-int32-overflow',
  'loop-bound-wraps',
  'fold-with-conv-kernel-on-output',
  'weight-o-i-swapped',
];

const cases = MISTAKES.map((mistake) => ({ id: mistake.id, mistake }));

test.each(cases)('$id is hidden by what its section says', ({ id, mistake }) => {
  expect(sections.get(id)).toContain(`\n**Hidden by** ${hidingSentence(hiddenBy(mistake))}.\n`);
});

test.each(cases.filter(({ id }) => !LONG.includes(id)))(
  '$id is revealed as its section says',
  ({ id, mistake }: { id: string; mistake: Mistake }) => {
    const own = mistakesPage([{ mistake, reveal: revealOf(mistake), hiddenBy: hiddenBy(mistake) }]);
    expect(own.slice(own.indexOf(`### ${id}\n`) + 4).trimEnd()).toBe(sections.get(id));
  },
);
