/**
 * `convproof explain`: one problem told without computing it.
 */
import { ToolError } from '../../core/errors.ts';
import { defaultFill } from '../../core/fill.ts';
import { describeProblem } from '../../core/layer.ts';
import type { Problem } from '../../core/problem.ts';
import { blindSpots } from '../../diagnose/blind-spots.ts';
import { MISTAKES } from '../../diagnose/mistakes/index.ts';
import { jsonLine } from '../../io/quote.ts';
import type { Hidden } from '../../report/blind-text.ts';
import { emitPytorch } from '../../report/emit-pytorch.ts';
import { explainText, quietExplainText } from '../../report/explain-text.ts';
import { reproCommand } from '../../report/headline.ts';
import { pytorchLines } from '../../report/pytorch-lines.ts';
import { isTensorPath, type OutputOptions, type ProblemOptions, problemParams } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import { VERSION } from '../version.ts';

/** What the command line says beside the layer. */
export interface ExplainOptions extends ProblemOptions, OutputOptions {
  readonly emit?: 'pytorch';
}

/** Prints the explanation and returns the exit code. */
export async function runExplain(
  layer: string | undefined,
  options: ExplainOptions,
  host: Host,
): Promise<number> {
  const { bias } = options;
  // `--bias LAYER`: the word after the flag is the layer, as a file would be one by its name.
  const word = typeof bias === 'string' ? bias : undefined;
  if (word !== undefined && isTensorPath(word)) {
    throw new ToolError(
      'bad-option',
      `--bias is followed by ${word}, but explain reads no tensors`,
      'leave the file out',
    );
  }
  if (word !== undefined && layer !== undefined) {
    throw new ToolError('bad-option', `both '${word}' and '${layer}' are given, but explain takes one layer`);
  }
  const problem = describeProblem(layer ?? word, problemParams(options));
  if (options.emit !== undefined && options.json) {
    throw new ToolError(
      'bad-option',
      '--emit and --json are given, but stdout holds one of them',
      'leave one out',
    );
  }
  if (options.emit !== undefined) {
    host.stdout.write(emitPytorch(problem));
    return 0;
  }
  if (options.json) {
    const { explainDocument } = await import('../../report/to-document.ts');
    const document = explainDocument(problem, {
      version: VERSION,
      command: reproCommand('explain', problem),
      pytorch: pytorchLines(problem, { fill: defaultFill(problem.dtype), seed: 0, files: {} }),
      blindTo: hiddenBy(problem).blindTo.map(({ id }) => id),
    });
    host.stdout.write(`${jsonLine(document)}\n`);
    return 0;
  }
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const text = options.quiet
    ? quietExplainText(problem, style)
    : explainText(problem, hiddenBy(problem), style);
  host.stdout.write(forCharset(text, host.env));
  return 0;
}

/** What of the catalogue the problem hides. */
function hiddenBy(problem: Problem): Hidden {
  const { hidden, undecided, notApplicable } = blindSpots(problem);
  return {
    blindTo: hidden,
    undecided: undecided.length,
    known: MISTAKES.length - notApplicable.length,
  };
}
