/**
 * `convproof selftest`: the verifier put to the test.
 */
import { selftest } from '../../diagnose/selftest.ts';
import { jsonLine } from '../../io/quote.ts';
import { quietSelftestText, selftestText } from '../../report/selftest-text.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import type { OutputOptions } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import { VERSION } from '../version.ts';

/** What the command line says. */
export interface SelftestCommandOptions extends OutputOptions {
  readonly full?: boolean;
  readonly seed?: number;
}

/** Prints the result and returns the exit code. */
export async function runSelftest(options: SelftestCommandOptions, host: Host): Promise<number> {
  const { full, seed = 0 } = options;
  const progress = progressOf(host);
  const result = selftest({ full, seed, onProgress: progress.show });
  progress.clear();
  const command = [
    'convproof selftest',
    ...(full ? ['--full'] : []),
    ...(seed === 0 ? [] : [`--seed ${seed}`]),
  ].join(' ');
  if (options.json) {
    const { selftestDocument } = await import('../../report/selftest-document.ts');
    const document = selftestDocument(result, { version: VERSION, command });
    host.stdout.write(`${jsonLine(document)}\n`);
    return EXIT_OF_VERDICT[result.verdict];
  }
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const text = options.quiet ? quietSelftestText(result, style) : selftestText(result, command, style);
  host.stdout.write(forCharset(text, host.env));
  return EXIT_OF_VERDICT[result.verdict];
}

const ERASE_LINE = '\r\u001b[K';

/** A percentage on stderr, written over itself: only where stderr is a terminal that can do that. */
function progressOf({ stderr, env }: Host): { show(share: number): void; clear(): void } {
  const isShown = stderr.isTTY === true && env.TERM !== undefined && env.TERM !== 'dumb';
  let shown = -1;
  return {
    show(share) {
      const percent = Math.floor(share * 100);
      if (!isShown || percent === shown) return;
      shown = percent;
      stderr.write(`${ERASE_LINE}selftest: ${percent} %`);
    },
    clear() {
      if (shown >= 0) stderr.write(ERASE_LINE);
    },
  };
}
