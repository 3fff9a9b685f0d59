/**
 * The files that a verification names: which they are, and the problems that their tensors take part in.
 */

import { ToolError } from '../core/errors.ts';
import { describeProblem, parseLayer } from '../core/layer.ts';
import type { Operands } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import { printable } from '../io/quote.ts';
import type { VerifyOptions } from '../verify/verify.ts';
import { isTensorPath, type ProblemOptions, problemParams } from './options.ts';
import type { LoadedTensor } from './tensors.ts';

/** Paths by option. */
export type Files = Partial<Record<keyof Operands | 'expected' | 'actual', string>>;

/** Options that may name a tensor file. */
export interface FileOptions extends ProblemOptions {
  readonly input?: string;
  readonly weight?: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** `--bias LAYER`: the word after the flag is a layer unless its name is a tensor file's. */
export function separateBias(
  words: readonly string[],
  options: FileOptions,
): { layers: readonly string[]; files: Files } {
  const { input, weight, expected, actual, bias } = options;
  const biasFile = typeof bias === 'string' && isTensorPath(bias) ? bias : undefined;
  const files = {
    ...(input !== undefined && { input }),
    ...(weight !== undefined && { weight }),
    ...(biasFile !== undefined && { bias: biasFile }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
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

/** Loaded tensors, and the problems they take part in. */
export interface Loaded {
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

/** Reads all of `files`; refuses more than `maxMemory` bytes of each before reading it. */
export async function loadAll(files: Files, maxMemory: number): Promise<Loaded> {
  if (Object.keys(files).length === 0) return NOTHING_LOADED;
  const { dtypeOf, externalOutput, loadTensor, operandsIn } = await import('./tensors.ts');
  const load = (name: keyof Files): LoadedTensor | undefined => {
    const path = files[name];
    return path === undefined ? undefined : loadTensor(`--${name}`, path, maxMemory);
  };
  const [input, weight, bias] = [load('input'), load('weight'), load('bias')];
  // verify calls an output from elsewhere expected, diagnose actual.
  const external = load('expected') ?? load('actual');
  const operands = { ...(input && { input }), ...(weight && { weight }), ...(bias && { bias }) };
  const shape = (tensor: LoadedTensor | undefined) =>
    tensor && { name: tensor.name, shape: tensor.stored.shape };
  return {
    externalName:
      external && (external.path === '-' ? 'the output on standard input' : printable(external.path)),
    problem(layer, options) {
      const params = problemParams(options);
      const dtype =
        params.dtype ??
        (layer === undefined ? undefined : parseLayer(layer).dtype) ??
        dtypeOf(Object.values(operands));
      const shapes = { input: shape(input), weight: shape(weight), bias: shape(bias) };
      return describeProblem(layer, { ...params, dtype }, shapes);
    },
    operands: (problem) => operandsIn(problem.dtype, operands),
    external: (problem) => external && externalOutput(external, problem.dtype),
  };
}
