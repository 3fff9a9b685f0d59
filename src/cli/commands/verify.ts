/**
 * `convproof verify`: both paths run and compared, for one layer or several.
 */
import { ToolError } from '../../core/errors.ts';
import type { Problem } from '../../core/problem.ts';
import { keepSpare } from '../../core/spare.ts';
import { type Examination, examine } from '../../diagnose/examine.ts';
import { requireRunnable, type VerifyOptions } from '../../verify/options.ts';
import { discard } from '../../verify/run-data.ts';
import { type Verdict, worstVerdict } from '../../verify/verdict.ts';
import { type Verification, verify } from '../../verify/verify.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import { layoutsOf, separateBias } from '../files.ts';
import { loadAll } from '../loaded.ts';
import { memoryLimit } from '../memory-limit.ts';
import { printer, printLayer } from '../print-verification.ts';
import { progressLine } from '../progress.ts';
import { layersOf } from '../repeats.ts';
import type { Host } from '../streams.ts';
import { criterionOf, requireHeeded, type VerifyCommandOptions } from '../verify-options.ts';

/** Prints one result per layer and returns the exit code of the worst. `built`: what threads run, if any may. */
export async function runVerify(
  words: readonly string[],
  options: VerifyCommandOptions,
  host: Host,
  built?: string,
): Promise<number> {
  keepSpare();
  const maxMemory = memoryLimit(options);
  const { layers, files } = separateBias(words, options);
  const criterion = criterionOf(options);
  const loaded = await loadAll(files, options, maxMemory);
  const problems = (layers.length > 0 ? layers : [undefined]).map((layer) => loaded.problem(layer, options));
  requireHeeded(options, problems, files);
  for (const problem of problems) loaded.requireComplete(problem, options);
  if (options.save !== undefined && problems.length > 1) {
    throw new ToolError(
      'bad-option',
      `--save is given with ${problems.length} layers, but it writes one case`,
    );
  }
  const runs = problems.map((problem): [Problem, VerifyOptions] => [
    problem,
    {
      fill: options.fill,
      seed: options.seed,
      operands: loaded.operands(problem),
      external: loaded.external(problem),
      witnesses: options.witness,
      trials: options.trials,
      criterion,
      strict: options.strict,
      asJudgedBy: options.asJudgedBy,
      maxMemory,
      deterministic: options.deterministic,
      fast: options.fast,
      keepStages: options.save !== undefined,
    },
  ]);
  // All is read and checked before anything runs: a mistake in the last layer prints no result of the first.
  for (const [problem, verifyOptions] of runs) requireRunnable(problem, verifyOptions);
  const save = options.save === undefined ? undefined : await import('../save.ts');
  if (options.save !== undefined) save?.requireSavable(options.save, Object.values(files));
  const progress = progressLine(host, options);
  if (built !== undefined && layers.length > 1 && Object.keys(files).length === 0) {
    const { verifyOnThreads } = await import('../verify-threads.ts');
    const exitCode = await verifyOnThreads(
      { layers, options, runs, maxMemory },
      built,
      host,
      progress,
      runVerify,
    );
    if (exitCode !== undefined) return exitCode;
  }
  const print = await printer(options, files, loaded, host);
  const verdicts: Verdict[] = [];
  const { different, verified } = layersOf(problems, (index, text) => printLayer(index, text, options, host));
  for (const index of different) {
    const [problem, verifyOptions] = runs[index] as (typeof runs)[number];
    const layer = runs.length > 1 ? `layer ${index + 1} of ${runs.length}: ` : '';
    const onProgress: VerifyOptions['onProgress'] =
      progress && ((stage, ...reached) => progress.show(layer + stage, ...reached));
    let verification: Verification;
    try {
      verification = verify(problem, { ...verifyOptions, onProgress });
    } finally {
      progress?.clear();
    }
    const { companions, shrink } = options;
    const { external } = verifyOptions;
    let examination: Examination | undefined;
    const examined = () => {
      examination ??= examine(verification, { external, companions, shrink });
      return examination;
    };
    verdicts.push(verification.verdict, ...(companions ? [examined().verdict] : []));
    if (options.save !== undefined) {
      const document = await print.document(verification, examined());
      await save?.saveCase(options.save, verification, external, document, layoutsOf(options));
    }
    verified(index, await print.text(verification, examined));
    discard(verification.data);
  }
  return EXIT_OF_VERDICT[worstVerdict(verdicts)];
}
