/**
 * `convproof mistakes`: the catalogue, or what is asked for of it.
 */
import { ToolError } from '../../core/errors.ts';
import { findMistakes, nearestIds } from '../../diagnose/find-mistakes.ts';
import { hiddenBy } from '../../diagnose/hide.ts';
import type { Mistake } from '../../diagnose/mistake.ts';
import { revealOf } from '../../diagnose/reveal.ts';
import { jsonLine } from '../../io/quote.ts';
import { mistakesListText, mistakeText, type ToldMistake } from '../../report/mistakes-text.ts';
import type { OutputOptions } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import { VERSION } from '../version.ts';

/** Prints the list, or what there is to know where one is asked for, and returns the exit code. */
export async function runMistakes(
  words: readonly string[],
  options: OutputOptions,
  host: Host,
): Promise<number> {
  const found = findMistakes(words);
  if (found.length === 0) throw unknown(words);
  if (options.json) {
    const { mistakesDocument } = await import('../../report/mistakes-to-document.ts');
    host.stdout.write(`${jsonLine(mistakesDocument(found.map(tell), VERSION))}\n`);
    return 0;
  }
  if (options.quiet) {
    host.stdout.write(found.map(({ id }) => `${id}\n`).join(''));
    return 0;
  }
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const text =
    found.length === 1 || style.verbose
      ? found.map((mistake) => mistakeText(tell(mistake), style)).join('\n\n')
      : mistakesListText(found, words, style);
  host.stdout.write(forCharset(text, host.env));
  return 0;
}

function tell(mistake: Mistake): ToldMistake {
  return { mistake, reveal: revealOf(mistake), hiddenBy: hiddenBy(mistake) };
}

function unknown(words: readonly string[]): ToolError {
  const typed = words.join(' ');
  const near = nearestIds(typed);
  return new ToolError(
    'bad-option',
    `no known mistake is called, or mentions, ${JSON.stringify(typed)}`,
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'convproof mistakes lists all; shorter words find more',
  );
}
