/**
 * What `convproof verify` may be told beside its layers, and what its options mean together.
 */
import { ToolError } from '../core/errors.ts';
import { type Fill, isRandom } from '../core/fill.ts';
import { operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { Witness } from '../verify/check.ts';
import { fillOf } from '../verify/options.ts';
import type { RuleId } from '../verify/other-rules.ts';
import type { Criterion } from '../verify/truth.ts';
import { FILE_ROLES, type FileOptions, type Files, flagOf, operandFiles } from './files.ts';
import type { OutputOptions } from './options.ts';

/** What the command line says beside the layers. */
export interface VerifyCommandOptions extends FileOptions, OutputOptions {
  readonly fill?: Fill;
  readonly seed?: number;
  readonly witness?: readonly Witness[];
  readonly trials?: number;
  readonly strict?: boolean;
  readonly criterion?: 'bound' | 'allclose';
  readonly rtol?: number;
  readonly atol?: number;
  readonly asJudgedBy?: readonly RuleId[];
  readonly companions?: boolean;
  readonly shrink?: boolean;
  readonly maxMemory?: number;
  readonly deterministic?: boolean;
  readonly fast?: boolean;
  readonly threads?: number;
}

/** The criterion that the options choose. */
export function criterionOf(options: VerifyCommandOptions): Criterion {
  const { criterion, rtol, atol } = options;
  if (criterion === 'allclose') return { kind: 'allclose', rtol: rtol ?? 1e-5, atol: atol ?? 1e-8 };
  if (rtol === undefined && atol === undefined) return { kind: 'bound' };
  throw new ToolError(
    'bad-option',
    `${rtol === undefined ? '--atol' : '--rtol'} is given, but the criterion is the derived bound, which has no tolerance`,
    'add --criterion allclose',
  );
}

/**
 * Refuses options that no part of the run would heed: who gives one believes that it does something.
 *
 * @throws ToolError that names the option and why it does nothing
 */
export function requireHeeded(
  options: VerifyCommandOptions,
  problems: readonly Problem[],
  files: Files,
): void {
  const { fill, seed, trials, criterion } = options;
  const witnesses = options.witness?.join(',') ?? '';
  const loaded = `${FILE_ROLES.filter((role) => files[role] !== undefined && role !== 'expected')
    .map((role) => flagOf(role).slice(2))
    .join(' and ')} come from files`;
  if (trials !== undefined && !runsTrials(options)) {
    const fact = `--trials is ${trials}, but --witness ${witnesses} runs no integer trials`;
    throw new ToolError('bad-option', fact, 'leave it out, or add exact to --witness');
  }
  if (fill !== undefined && !problems.some((problem) => generates(problem, files))) {
    const fact = `--fill is ${fill}, but ${loaded}, so nothing is generated`;
    throw new ToolError('bad-option', fact, 'leave it out; the exact witness draws integers of its own');
  }
  if (seed !== undefined && !problems.some((problem) => heedsSeed(options, problem, files))) {
    const source = problems.some((problem) => generates(problem, files))
      ? `--fill ${fill} draws nothing`
      : loaded;
    const fact = `--seed is ${seed}, but ${source}, and --witness ${witnesses} runs no integer trials`;
    throw new ToolError('bad-option', fact, 'leave it out, or add exact to --witness');
  }
  if (criterion !== undefined && witnesses === 'exact' && files.expected === undefined) {
    const fact = `--criterion is ${criterion}, but --witness exact allows no difference at all`;
    throw new ToolError('bad-option', fact, 'leave it out, or add rounding to --witness');
  }
}

/** True where the seed decides anything: generated tensors, or the exact witness's integers. */
export function heedsSeed(options: VerifyCommandOptions, problem: Problem, files: Files): boolean {
  return runsTrials(options) || (generates(problem, files) && isRandom(fillOf(options, problem)));
}

function runsTrials({ witness }: VerifyCommandOptions): boolean {
  return witness?.includes('exact') ?? true;
}

function generates(problem: Problem, files: Files): boolean {
  const loaded = operandFiles(problem, files);
  return operandShapes(problem).some(([name]) => loaded[name] === undefined);
}
