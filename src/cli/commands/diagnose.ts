/**
 * `convproof diagnose`: which known mistake made an output.
 */
import { ToolError } from '../../core/errors.ts';
import { defaultFill, type Fill, fillOperands } from '../../core/fill.ts';
import { outputShape, type Problem } from '../../core/problem.ts';
import { diagnose, diagnoseSymptom, type Symptom } from '../../diagnose/diagnose.ts';
import { shrinkFinding } from '../../diagnose/examine.ts';
import { jsonLine } from '../../io/quote.ts';
import { diagnosisText, quietDiagnosisText } from '../../report/diagnosis-text.ts';
import { reproCommand } from '../../report/headline.ts';
import { pytorchLines } from '../../report/pytorch-lines.ts';
import { requireMemory } from '../../verify/memory.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import { describeFiles, type FileOptions, type Files, fileWords, separateBias } from '../files.ts';
import { loadAll } from '../loaded.ts';
import { memoryLimit } from '../memory-limit.ts';
import type { OutputOptions } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import { VERSION } from '../version.ts';

/** What the command line says beside the layer. */
export interface DiagnoseCommandOptions extends FileOptions, OutputOptions {
  readonly fill?: Fill;
  readonly seed?: number;
  readonly actualShape?: Symptom;
  readonly shrink?: boolean;
  readonly maxMemory?: number;
}

/** Prints the diagnosis and returns the exit code: 0 only where the output is right. */
export async function runDiagnose(
  layer: string | undefined,
  options: DiagnoseCommandOptions,
  host: Host,
): Promise<number> {
  const maxMemory = memoryLimit(options);
  const { layers, files } = separateBias(layer === undefined ? [] : [layer], options);
  if (layers.length > 1) {
    throw new ToolError('bad-option', `${layers.length} layers are given, but diagnose takes one`);
  }
  if ((files.actual === undefined) === (options.actualShape === undefined)) {
    const both = files.actual !== undefined;
    throw new ToolError(
      'bad-option',
      both
        ? '--actual and --actual-shape are given, but a tensor has its shape'
        : '--actual is missing: the output to diagnose',
      both
        ? 'leave --actual-shape out'
        : 'or give what is known of it: --actual-shape 1x8x20x8, or --actual-shape L=9 of a fold that raised',
    );
  }
  const loaded = await loadAll(files, options, maxMemory);
  const problem = loaded.problem(layers[0], options);
  loaded.requireComplete(problem, options);
  requireMemory(problem, maxMemory);
  const { fill = defaultFill(problem.dtype), seed = 0 } = options;
  const external = loaded.external(problem);
  const operands = fillOperands(problem, fill, seed, loaded.operands(problem));
  const diagnosis =
    external === undefined
      ? diagnoseSymptom(problem, wholeSymptom(problem, options.actualShape as Symptom))
      : diagnose(problem, operands, external);
  const shrunk = options.shrink ? shrinkFinding(diagnosis) : undefined;
  const exitCode = EXIT_OF_VERDICT[diagnosis.status === 'right' ? 'pass' : 'fail'];
  const command = reproCommand('diagnose', problem, reproWords(options, files));
  if (options.json) {
    const { diagnoseDocument } = await import('../../report/diagnosis-to-document.ts');
    const { hashesOfOperands } = await import('../describe.ts');
    const document = diagnoseDocument(diagnosis, external?.shape, shrunk, {
      version: VERSION,
      command,
      pytorch: pytorchLines(problem, { fill, seed, files: loaded.sources(problem) }),
      data: { fill, seed, ...describeFiles(files, options), sha256: hashesOfOperands(problem, operands) },
    });
    host.stdout.write(`${jsonLine(document)}\n`);
    return exitCode;
  }
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const text = options.quiet
    ? quietDiagnosisText(diagnosis, style)
    : diagnosisText(
        diagnosis,
        { externalName: loaded.externalName ?? '', reproCommand: command, shrunk },
        style,
      );
  host.stdout.write(forCharset(text, host.env));
  return exitCode;
}

/** Height and width alone: samples and channels are taken to be right. */
function wholeSymptom(problem: Problem, symptom: Symptom): Symptom {
  if (!('shape' in symptom) || symptom.shape.length !== 2) return symptom;
  return { shape: [...outputShape(problem).slice(0, 2), ...symptom.shape] };
}

function reproWords(options: DiagnoseCommandOptions, files: Files): string[] {
  const { fill, seed, actualShape, shrink: shrinks } = options;
  const symptom =
    actualShape && ('shape' in actualShape ? actualShape.shape.join('x') : `L=${actualShape.L}`);
  return [
    ...(symptom === undefined ? [] : [`--actual-shape ${symptom}`]),
    ...fileWords(files, options),
    ...(fill === undefined ? [] : [`--fill ${fill}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...(shrinks ? ['--shrink'] : []),
  ];
}
