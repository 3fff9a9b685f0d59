/**
 * The catalogue's page, and where it is committed.
 */
import { fileURLToPath } from 'node:url';
import { hiddenBy } from '../../src/diagnose/hide.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { revealOf } from '../../src/diagnose/reveal.ts';
import { mistakesPage } from '../../src/report/mistakes-page.ts';
import type { ToldMistake } from '../../src/report/mistakes-text.ts';

export const CATALOGUE_PAGE = fileURLToPath(
  new URL('../../src/diagnose/mistakes/README.md', import.meta.url),
);

/** Every mistake with what is computed for it. */
export function tellAll(): ToldMistake[] {
  return MISTAKES.map((mistake) => ({ mistake, reveal: revealOf(mistake), hiddenBy: hiddenBy(mistake) }));
}

/** The page as the sources have it now. */
export function cataloguePage(told: readonly ToldMistake[] = tellAll()): string {
  return mistakesPage(told);
}
