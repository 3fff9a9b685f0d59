/**
 * The files of a command line, read, and the problems that their tensors take part in.
 */
import { ToolError } from '../core/errors.ts';
import type { Fill } from '../core/fill.ts';
import { describeProblem, mergeParams, parseLayer } from '../core/layer.ts';
import { completeFromTensors } from '../core/loaded-shapes.ts';
import { type OperandName, type Operands, operandLabel, operandShapes } from '../core/operands.ts';
import type { ConvParams } from '../core/params.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { resolveProblem } from '../core/resolve.ts';
import { resultDtype } from '../core/tensor.ts';
import { printable } from '../io/quote.ts';
import type { CaseSource } from '../report/pytorch-lines.ts';
import type { VerifyOptions } from '../verify/options.ts';
import {
  FILE_ROLES,
  type FileOptions,
  type FileRole,
  type Files,
  flagOf,
  layoutsOf,
  requireReadFiles,
  roleOf,
} from './files.ts';
import { isTensorPath, type ProblemOptions, problemParams } from './options.ts';
import type { LoadedFile } from './tensors.ts';

/** Loaded tensors, and the problems they take part in. */
export interface Loaded {
  readonly externalName: string | undefined;
  problem(layer: string | undefined, options: ProblemOptions): Problem;
  operands(problem: Problem): Partial<Operands>;
  /** Refuses an output from elsewhere where only some of the tensors are given that it was computed from. */
  requireComplete(problem: Problem, generated: { readonly seed?: number; readonly fill?: Fill }): void;
  external(problem: Problem): VerifyOptions['external'];
  /** What Python needs to load the same. */
  sources(problem: Problem): CaseSource['files'];
}

/** Reads all of `files`; refuses more than `maxMemory` bytes of each before reading it. */
export async function loadAll(files: Files, options: FileOptions, maxMemory: number): Promise<Loaded> {
  if (Object.keys(files).length === 0) return nothingLoaded(files);
  const { dtypeOf, loadTensor, operandIn, shapeOf, sourceOf, tensorOf } = await import('./tensors.ts');
  const { externalOutput } = await import('./external-output.ts');
  const { layout, weightLayout } = layoutsOf(options);
  const bits16 = options.dtype === 'bfloat16' ? 'bfloat16' : 'integer';
  const loaded: Partial<Record<FileRole, LoadedFile>> = {};
  for (const role of FILE_ROLES) {
    const path = files[role];
    if (path === undefined) continue;
    const isWeight =
      role === 'weight' ||
      (options.direction === 'grad-weight' && (role === 'expected' || role === 'actual'));
    const order = isWeight ? weightLayout : layout;
    loaded[role] = loadTensor(role, path, { order, bits16, rawDtype: options.rawDtype, limit: maxMemory });
  }
  // verify calls an output from elsewhere expected, diagnose actual.
  const external = loaded.expected ?? loaded.actual;
  const readBy = (problem: Problem) =>
    operandShapes(problem).flatMap(([name]) => {
      const file = loaded[roleOf(problem, name)];
      return file === undefined ? [] : [[name, file] as const];
    });
  return {
    externalName:
      external && (external.path === '-' ? 'the output on standard input' : printable(external.path)),
    problem(layer, beside) {
      refuseFile(layer);
      const params = problemParams(beside);
      const written = layer === undefined ? params : mergeParams(parseLayer(layer), params);
      const { direction = 'forward', transposed = false } = written;
      requireReadFiles(files, beside, { direction, transposed });
      // What is read for its size alone says nothing of the dtype.
      const { input, weight, bias, gradOutput } = loaded;
      const computed = {
        input: direction === 'grad-input' ? gradOutput : input,
        weight: direction === 'grad-weight' ? gradOutput : weight,
        bias,
      };
      const dtype = written.dtype ?? dtypeOf(computed);
      const shapes = {
        input: shapeOf(input),
        weight: shapeOf(weight),
        bias: shapeOf(bias),
        gradOutput: shapeOf(gradOutput),
      };
      const raw = [input, weight, gradOutput].find((file) => file?.kind === 'raw');
      if (layer !== undefined || raw === undefined)
        return describeProblem(layer, { ...params, dtype }, shapes);
      // A raw dump is of a problem of its own, not of the one that is meant where nothing is given.
      const known = completeFromTensors({ ...params, dtype }, shapes);
      requireSizes(raw, known);
      return resolveProblem(known);
    },
    operands(problem) {
      return Object.fromEntries(
        readBy(problem).map(([name, file]) => [name, operandIn(problem, name, file)]),
      );
    },
    requireComplete(problem, { seed, fill }) {
      const given = readBy(problem).map(([name]) => name);
      // Whoever names a seed or a fill says how the others were made; with none loaded, all are those of the seed.
      if (external === undefined || given.length === 0 || seed !== undefined || fill !== undefined) return;
      const names = operandShapes(problem).map(([name]) => name);
      const missing = names.filter((name) => !given.includes(name));
      if (missing.length > 0) refuseIncomplete(problem, missing, external.name);
    },
    sources(problem) {
      return Object.fromEntries(readBy(problem).map(([name, file]) => [name, sourceOf(problem, name, file)]));
    },
    external(problem) {
      if (external === undefined) return undefined;
      const stored = tensorOf(external, resultDtype(problem.dtype), resultShape(problem));
      return externalOutput(stored, external.name, problem);
    },
  };
}

/** A layer's place on the command line is no tensor's. */
function refuseFile(layer: string | undefined): void {
  if (layer === undefined || !isTensorPath(layer)) return;
  throw new ToolError(
    'bad-layer',
    `${layer} is a file, where a layer is expected`,
    'say which tensor it is: --input, --weight, --bias or --expected',
  );
}

/** What a module computed with its own weight or bias says nothing of one that is generated in its place. */
function refuseIncomplete(problem: Problem, missing: readonly OperandName[], output: string): never {
  const labels = missing.map((name) => operandLabel(problem, name)).join(' and ');
  const flags = missing.map((name) => `${flagOf(roleOf(problem, name))} FILE`);
  const own = missing.includes('bias') ? ', or say bias=False in the layer if the module has none' : '';
  throw new ToolError(
    'bad-option',
    `${output} is given, but not the ${labels} that it was computed with, and a generated one is not the module's`,
    `add ${flags.join(' and ')}${own}; or --seed, if what is missing was generated from it`,
  );
}

/** All at once what a problem needs, where only a raw dump is given, which says none of it. */
function requireSizes({ name }: LoadedFile, known: ConvParams): void {
  const sizes = ['in_channels', 'out_channels', 'kernel_size', 'input_size'] as const;
  const values = [known.inChannels, known.outChannels, known.kernelSize, known.inputSize];
  const missing = sizes.filter((_, i) => values[i] === undefined);
  if (missing.length === 0) return;
  throw new ToolError(
    'bad-problem',
    `${name} is a raw dump, which has no shape, and nothing given says ${missing.join(', ')}`,
    'write the problem as a token, such as mb1ic3ih8oc4kh3ph1, or as options',
  );
}

function nothingLoaded(files: Files): Loaded {
  return {
    externalName: undefined,
    problem(layer, options) {
      refuseFile(layer);
      const problem = describeProblem(layer, problemParams(options));
      requireReadFiles(files, options, problem);
      return problem;
    },
    operands: () => ({}),
    requireComplete: () => {},
    sources: () => ({}),
    external: () => undefined,
  };
}
