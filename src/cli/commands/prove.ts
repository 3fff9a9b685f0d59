/**
 * `convproof prove`: the wiring of both paths compared for every input, for one layer or several.
 */
import { ToolError } from '../../core/errors.ts';
import { describeProblem } from '../../core/layer.ts';
import { jsonLine } from '../../io/quote.ts';
import { reproCommand } from '../../report/headline.ts';
import { proveText, quietProveText } from '../../report/prove-text.ts';
import { proveDocument } from '../../report/prove-to-document.ts';
import { requireIndexable } from '../../verify/memory.ts';
import { type Verdict, worstVerdict } from '../../verify/verdict.ts';
import { proveWiring } from '../../verify/wiring.ts';
import { requireProvable } from '../../verify/wiring-slices.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import { isTensorPath, type OutputOptions, type ProblemOptions, problemParams } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import { VERSION } from '../version.ts';

/** What the command line says beside the layers. */
export interface ProveOptions extends ProblemOptions, OutputOptions {}

/** Prints one proof per layer and returns the exit code of the worst. */
export async function runProve(words: readonly string[], options: ProveOptions, host: Host): Promise<number> {
  const { bias } = options;
  if (typeof bias === 'string' && isTensorPath(bias)) {
    throw new ToolError(
      'bad-option',
      `--bias is followed by ${bias}, but prove reads no tensors: it is for every input`,
      'leave the file out',
    );
  }
  // `--bias LAYER`: the word after the flag is a layer.
  const layers = [...(typeof bias === 'string' ? [bias] : []), ...words];
  const problems = (layers.length > 0 ? layers : [undefined]).map((layer) =>
    describeProblem(layer, problemParams(options)),
  );
  // All is read and checked before anything runs.
  for (const problem of problems) {
    requireIndexable(problem);
    requireProvable(problem);
  }
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(!options.json && wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const verdicts: Verdict[] = [];
  for (const [index, problem] of problems.entries()) {
    const wiring = proveWiring(problem);
    verdicts.push(wiring.verdict);
    if (options.json) {
      const context = { version: VERSION, command: reproCommand('prove', problem) };
      host.stdout.write(`${jsonLine(proveDocument(problem, wiring, context))}\n`);
    } else if (options.quiet) {
      host.stdout.write(forCharset(quietProveText(problem, wiring, style), host.env));
    } else {
      host.stdout.write(forCharset((index > 0 ? '\n' : '') + proveText(problem, wiring, style), host.env));
    }
  }
  return EXIT_OF_VERDICT[worstVerdict(verdicts)];
}
