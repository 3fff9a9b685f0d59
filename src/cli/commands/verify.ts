/**
 * `convproof verify`: both paths run and compared, for one layer or several.
 */
import { totalmem } from 'node:os';
import type { Operands } from '../../core/decompose.ts';
import { ToolError } from '../../core/errors.ts';
import type { Fill } from '../../core/fill.ts';
import { describeProblem } from '../../core/layer.ts';
import type { Problem } from '../../core/problem.ts';
import { formatToken } from '../../core/token.ts';
import { reproCommand } from '../../report/headline.ts';
import { pytorchLines } from '../../report/pytorch-lines.ts';
import { quietVerifyText, verifyText } from '../../report/verify-text.ts';
import type { Criterion, Witness } from '../../verify/check.ts';
import { requireMemory } from '../../verify/memory.ts';
import { type Verdict, worstVerdict } from '../../verify/verdict.ts';
import { type Verification, type VerifyOptions, verify } from '../../verify/verify.ts';
import { EXIT_OF_VERDICT } from '../exit-codes.ts';
import { isTensorPath, type OutputOptions, type ProblemOptions, problemParams } from '../options.ts';
import { forCharset, type Host, paletteFor, wantsColor, widthOf } from '../streams.ts';
import type { LoadedTensor } from '../tensors.ts';

/** What the command line says beside the layers. */
export interface VerifyCommandOptions extends ProblemOptions, OutputOptions {
  readonly input?: string;
  readonly weight?: string;
  readonly expected?: string;
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
  // All is read and checked before anything runs: a mistake in the last layer prints no result of the first.
  for (const problem of problems) requireMemory(problem, maxMemory);
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
  const print = await printer(options, files, loaded.externalName, host);
  const verdicts: Verdict[] = [];
  for (const [index, [problem, verifyOptions]] of runs.entries()) {
    const verification = verify(problem, verifyOptions);
    verdicts.push(verification.verdict);
    if (options.save !== undefined) {
      const { saveCase } = await import('../save.ts');
      await saveCase(options.save, verification, Object.values(files), await print.document(verification));
    }
    await print.result(verification, index);
  }
  return EXIT_OF_VERDICT[worstVerdict(verdicts)];
}

type Files = Partial<Record<keyof Operands | 'expected', string>>;

/** `--bias LAYER`: the word after the flag is a layer unless its name is a tensor file's. */
function separateBias(
  words: readonly string[],
  options: VerifyCommandOptions,
): { layers: readonly string[]; files: Files } {
  const { input, weight, expected, bias } = options;
  const biasFile = typeof bias === 'string' && isTensorPath(bias) ? bias : undefined;
  const files = {
    ...(input !== undefined && { input }),
    ...(weight !== undefined && { weight }),
    ...(biasFile !== undefined && { bias: biasFile }),
    ...(expected !== undefined && { expected }),
  };
  const streams = Object.entries(files).filter(([, path]) => path === '-');
  if (streams.length > 1) {
    throw new ToolError(
      'bad-option',
      `${streams.map(([name]) => `--${name}`).join(' and ')} both read standard input, but it holds one tensor`,
    );
  }
  const layer = typeof bias === 'string' && biasFile === undefined ? [bias] : [];
  return { layers: [...layer, ...words], files };
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

/** Loaded tensors, and the problems they take part in. */
interface Loaded {
  readonly externalName: string | undefined;
  problem(layer: string | undefined, options: ProblemOptions): Problem;
  operands(problem: Problem): Partial<Operands>;
  external(problem: Problem): VerifyOptions['external'];
}

const NOTHING_LOADED: Loaded = {
  externalName: undefined,
  problem: (layer, options) => describeProblem(layer, problemParams(options)),
  operands: () => ({}),
  external: () => undefined,
};

async function loadAll(files: Files, maxMemory: number): Promise<Loaded> {
  if (Object.keys(files).length === 0) return NOTHING_LOADED;
  const { dtypeOf, externalOutput, loadTensor, operandsIn } = await import('../tensors.ts');
  const load = (name: keyof Files): LoadedTensor | undefined => {
    const path = files[name];
    return path === undefined ? undefined : loadTensor(`--${name}`, path, maxMemory);
  };
  const [input, weight, bias, expected] = [load('input'), load('weight'), load('bias'), load('expected')];
  const operands = { ...(input && { input }), ...(weight && { weight }), ...(bias && { bias }) };
  const shape = (tensor: LoadedTensor | undefined) =>
    tensor && { name: tensor.name, shape: tensor.stored.shape };
  return {
    externalName: expected && (expected.path === '-' ? 'the output on standard input' : expected.path),
    problem(layer, options) {
      const params = problemParams(options);
      const dtype = params.dtype ?? dtypeOf(Object.values(operands));
      const shapes = { input: shape(input), weight: shape(weight), bias: shape(bias) };
      return describeProblem(layer, { ...params, dtype }, shapes);
    },
    operands: (problem) => operandsIn(problem.dtype, operands),
    external: (problem) => expected && externalOutput(expected, problem.dtype),
  };
}

/** Prints results in the form asked for. */
interface Printer {
  result(verification: Verification, index: number): Promise<void>;
  document(verification: Verification): Promise<object>;
}

async function printer(
  options: VerifyCommandOptions,
  files: Files,
  externalName: string | undefined,
  host: Host,
): Promise<Printer> {
  const style = {
    width: widthOf(host.stdout),
    palette: await paletteFor(!options.json && wantsColor(options.color, host.stdout, host.env)),
    verbose: options.verbose ?? false,
  };
  const document = async (verification: Verification) => {
    const { describeVerification } = await import('../describe.ts');
    return describeVerification(verification, files, command(verification));
  };
  const command = ({ problem }: Verification) => reproCommand('verify', problem, reproWords(options, files));
  return {
    document,
    async result(verification, index) {
      if (options.json) {
        host.stdout.write(`${JSON.stringify(await document(verification))}\n`);
        return;
      }
      const { problem, data } = verification;
      const text = options.quiet
        ? quietVerifyText(verification, formatToken(problem).token, style)
        : verifyText(
            verification,
            {
              externalName,
              source: sourceInWords(verification, files),
              reproCommand: command(verification),
              explainCommand: reproCommand('explain', problem),
              pytorch: pytorchLines(problem, { fill: data.fill, seed: data.seed, files }),
              hashes: style.verbose ? (await import('../describe.ts')).hashesOf(verification) : {},
            },
            style,
          );
      host.stdout.write(forCharset((index > 0 && !options.quiet ? '\n' : '') + text, host.env));
    },
  };
}

/** The options that a repro needs beside the problem: where the tensors come from and how they are judged. */
function reproWords(options: VerifyCommandOptions, files: Files): string[] {
  const quoted = (word: string) => (/^[\w./=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const { fill, seed = 0, witness, trials, strict, criterion, rtol, atol } = options;
  return [
    ...Object.entries(files).map(([name, path]) => `--${name} ${quoted(path)}`),
    ...(fill === undefined ? [] : [`--fill ${fill}`]),
    `--seed ${seed}`,
    ...(witness === undefined ? [] : [`--witness ${witness.join(',')}`]),
    ...(trials === undefined ? [] : [`--trials ${trials}`]),
    ...(strict ? ['--strict'] : []),
    ...(criterion === undefined ? [] : [`--criterion ${criterion}`]),
    ...(rtol === undefined ? [] : [`--rtol ${rtol}`]),
    ...(atol === undefined ? [] : [`--atol ${atol}`]),
  ];
}

function sourceInWords({ problem, data }: Verification, files: Files): string {
  const names = ['input', 'weight', ...(problem.bias ? ['bias'] : [])] as (keyof Operands)[];
  const generated = names.filter((name) => files[name] === undefined);
  const loaded = names.filter((name) => files[name] !== undefined).map((name) => files[name]);
  const parts = [
    ...(loaded.length > 0 ? [loaded.join(', ')] : []),
    ...(generated.length > 0
      ? [`${loaded.length > 0 ? `${generated.join(', ')}: ` : ''}${data.fill}, seed ${data.seed}`]
      : []),
  ];
  return parts.join('; ');
}
