/**
 * Verifications on stdout, in the form asked for, with the command that gives them again.
 */
import { isRandom } from '../core/fill.ts';
import { operandLabel, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { Examination } from '../diagnose/examine.ts';
import { jsonLine, printable } from '../io/quote.ts';
import { problemWords, reproCommand } from '../report/headline.ts';
import { pytorchLines } from '../report/pytorch-lines.ts';
import { quietVerifyText, verifyText } from '../report/verify-text.ts';
import type { Verification } from '../verify/verify.ts';
import { type Files, fileWords, operandFiles } from './files.ts';
import type { Loaded } from './loaded.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from './streams.ts';
import { heedsSeed, type VerifyCommandOptions } from './verify-options.ts';

/** Results in the form asked for. */
export interface Printer {
  /** What stdout is to say of one; `examine` is called where the form tells more than the verdict. */
  text(verification: Verification, examine: () => Examination): Promise<string>;
  document(verification: Verification, examination: Examination): Promise<object>;
}

/** Decides form, width and colour once for all results of a run. */
export async function printer(
  options: VerifyCommandOptions,
  files: Files,
  loaded: Loaded,
  host: Host,
): Promise<Printer> {
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(!options.json && wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const document = async (verification: Verification, examination: Examination) => {
    const { describeVerification } = await import('./describe.ts');
    const sources = { files, reading: options, operands: loaded.sources(verification.problem) };
    return describeVerification(verification, examination, sources, command(verification));
  };
  const command = ({ problem }: Verification) =>
    reproCommand('verify', problem, reproWords(options, problem, files));
  return {
    document,
    async text(verification, examine) {
      if (options.json) return `${jsonLine(await document(verification, examine()))}\n`;
      const { problem, data } = verification;
      const text = options.quiet
        ? quietVerifyText(
            verification,
            options.companions ? examine() : undefined,
            problemWords(problem),
            style,
          )
        : verifyText(
            verification,
            examine(),
            {
              externalName: loaded.externalName,
              source: sourceInWords(verification, files),
              reproCommand: command(verification),
              explainCommand: reproCommand('explain', problem),
              pytorch: pytorchLines(problem, {
                fill: data.fill,
                seed: data.seed,
                files: loaded.sources(problem),
              }),
              hashes: style.verbose ? (await import('./describe.ts')).hashesOf(verification) : {},
            },
            style,
          );
      return forCharset(text, host.env);
    },
  };
}

/** Writes a layer's text, an empty line after the one before it where texts have several lines. */
export function printLayer(
  index: number,
  text: string,
  { quiet, json }: VerifyCommandOptions,
  { stdout }: Host,
): void {
  stdout.write((index > 0 && !quiet && !json ? '\n' : '') + text);
}

/** The options that a repro needs beside the problem: where the tensors come from and how they are judged. */
function reproWords(options: VerifyCommandOptions, problem: Problem, files: Files): string[] {
  const {
    fill,
    seed = 0,
    witness,
    trials,
    strict,
    criterion,
    rtol,
    atol,
    asJudgedBy,
    companions,
    shrink,
    deterministic,
    fast,
  } = options;
  return [
    ...fileWords(files, options),
    ...(fill === undefined ? [] : [`--fill ${fill}`]),
    ...(heedsSeed(options, problem, files) ? [`--seed ${seed}`] : []),
    ...(witness === undefined ? [] : [`--witness ${witness.join(',')}`]),
    ...(trials === undefined ? [] : [`--trials ${trials}`]),
    ...(strict ? ['--strict'] : []),
    ...(companions ? ['--companions'] : []),
    ...(shrink ? ['--shrink'] : []),
    ...(fast ? ['--fast'] : []),
    ...(deterministic ? ['--deterministic'] : []),
    ...(criterion === undefined ? [] : [`--criterion ${criterion}`]),
    ...(rtol === undefined ? [] : [`--rtol ${rtol}`]),
    ...(atol === undefined ? [] : [`--atol ${atol}`]),
    ...(asJudgedBy === undefined ? [] : [`--as-judged-by ${asJudgedBy.join(',')}`]),
  ];
}

function sourceInWords({ problem, data }: Verification, files: Files): string {
  const names = operandShapes(problem).map(([name]) => name);
  const paths = operandFiles(problem, files);
  const generated = names
    .filter((name) => paths[name] === undefined)
    .map((name) => operandLabel(problem, name));
  const loaded = names.flatMap((name) => paths[name] ?? []).map(printable);
  const how = isRandom(data.fill) ? `${data.fill}, seed ${data.seed}` : data.fill;
  const parts = [
    ...(loaded.length > 0 ? [loaded.join(', ')] : []),
    ...(generated.length > 0 ? [`${loaded.length > 0 ? `${generated.join(', ')}: ` : ''}${how}`] : []),
  ];
  return parts.join('; ');
}
