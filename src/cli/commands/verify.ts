/**
 * `convproof verify`: both paths run and compared, for one layer or several.
 */
import { totalmem } from 'node:os';
import { ToolError } from '../../core/errors.ts';
import type { Fill } from '../../core/fill.ts';
import type { Problem } from '../../core/problem.ts';
import type { Criterion, Witness } from '../../verify/check.ts';
import { type Verdict, worstVerdict } from '../../verify/verdict.ts';
import { requireRunnable, type VerifyOptions, verify } from '../../verify/verify.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import { type FileOptions, loadAll, separateBias } from '../loaded.ts';
import type { OutputOptions } from '../options.ts';
import { printer } from '../print-verification.ts';
import type { Host } from '../streams.ts';

/** What the command line says beside the layers. */
export interface VerifyCommandOptions extends FileOptions, OutputOptions {
  readonly fill?: Fill;
  readonly seed?: number;
  readonly save?: string;
  readonly witness?: readonly Witness[];
  readonly trials?: number;
  readonly strict?: boolean;
  readonly criterion?: 'bound' | 'allclose';
  readonly rtol?: number;
  readonly atol?: number;
  readonly maxMemory?: number;
}

/** Share of the machine's memory that a run may take unless told otherwise: the rest is other programs'. */
const MEMORY_SHARE = 0.6;

/** Prints one result per layer and returns the exit code of the worst. */
export async function runVerify(
  words: readonly string[],
  options: VerifyCommandOptions,
  host: Host,
): Promise<number> {
  const maxMemory = options.maxMemory ?? MEMORY_SHARE * totalmem();
  const { layers, files } = separateBias(words, options);
  const criterion = criterionOf(options);
  const loaded = await loadAll(files, maxMemory);
  const problems = (layers.length > 0 ? layers : [undefined]).map((layer) => loaded.problem(layer, options));
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
      maxMemory,
    },
  ]);
  // All is read and checked before anything runs: a mistake in the last layer prints no result of the first.
  for (const [problem, verifyOptions] of runs) requireRunnable(problem, verifyOptions);
  const save = options.save === undefined ? undefined : await import('../save.ts');
  if (options.save !== undefined) save?.requireSavable(options.save, Object.values(files));
  const print = await printer(options, files, loaded.externalName, host);
  const verdicts: Verdict[] = [];
  for (const [index, [problem, verifyOptions]] of runs.entries()) {
    const verification = verify(problem, verifyOptions);
    verdicts.push(verification.verdict);
    if (options.save !== undefined) {
      await save?.saveCase(options.save, verification, await print.document(verification));
    }
    await print.result(verification, index);
  }
  return EXIT_OF_VERDICT[worstVerdict(verdicts)];
}

function criterionOf(options: VerifyCommandOptions): Criterion {
  const { criterion, rtol, atol } = options;
  if (criterion === 'allclose') return { kind: 'allclose', rtol: rtol ?? 1e-5, atol: atol ?? 1e-8 };
  if (rtol === undefined && atol === undefined) return { kind: 'bound' };
  throw new ToolError(
    'bad-option',
    `${rtol === undefined ? '--atol' : '--rtol'} is given, but the criterion is the derived bound, which has no tolerance`,
    'add --criterion allclose',
  );
}
