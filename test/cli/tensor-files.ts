/**
 * A directory of tensor files that the commands under test name without a path.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { operand } from '../../src/core/operands.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { encodeNpy } from '../../src/io/npy.ts';

/**
 * Runs the tests of this file in a new directory that holds the tensor files; the paths that their commands
 * print are then the same everywhere. (Vitest gives each test file a process of its own.)
 */
export function useTensorFiles(): void {
  const before = process.cwd();
  let directory = '';
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'convproof-test-')));
    writeTensorFiles(directory);
    process.chdir(directory);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  });
}

/** x (1, 2, 4, 4), w (3, 2, 3, 3), b (3,), y of x and w without padding or bias, and damaged ones. */
export function writeTensorFiles(directory: string): void {
  const problem = resolveProblem({ inChannels: 2, outChannels: 3, inputSize: 4, kernelSize: 3, bias: true });
  const operands = fillOperands(problem, 'uniform', 1);
  const [input, weight, bias] = (['input', 'weight', 'bias'] as const).map((name) =>
    operand(operands, name),
  ) as [Tensor, Tensor, Tensor];
  const output = decompose({ ...problem, bias: false }, { input, weight, bias: undefined }).output;
  // Each 3×3 kernel rotated by 180 degrees; y's channels last, and y with a border of zeros.
  const flipped = {
    ...weight,
    data: weight.data.map((_, i) => weight.data[i - (i % 9) + 8 - (i % 9)] as number),
  };
  const ofFlipped = decompose(
    { ...problem, bias: false },
    { input, weight: flipped, bias: undefined },
  ).output;
  const wide = resolveProblem({ inChannels: 2, outChannels: 3, inputSize: 4, kernelSize: 3, padding: 1 });
  const wrong = edited(output, 7, (value) => value + 0.01);
  const tensors: Record<string, Tensor> = {
    x: input,
    w: weight,
    b: bias,
    y: output,
    'x-nan': { ...input, data: input.data.map(() => Number.NaN) },
    'w-infinite': edited(weight, 0, () => Number.POSITIVE_INFINITY),
    'y-wrong': wrong,
    'y-nan': edited(output, 0, () => Number.NaN),
    'y-flipped': ofFlipped,
    'y-padded': decompose(wide, { input, weight, bias: undefined }).output,
    'y-unfolded': { ...output, shape: [1, 3, 4] },
    'an-output-with-a-rather-long-file-name-from-another-tool': wrong,
  };
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content);
  for (const [name, tensor] of Object.entries(tensors)) write(`${name}.npy`, encodeNpy(tensor));
  write('x.npz', 'PK');
  write('not-numpy.npy', 'PK\u0003\u0004 this is a zip archive');
  write(
    'integers.json',
    nestedJson([1, 2, 4, 4], (i) => (i % 7) - 3),
  );
  write(
    'integer-weight.json',
    nestedJson([3, 2, 3, 3], (i) => (i % 5) - 2),
  );
  mkdirSync(join(directory, 'directory.npy'));
}

function edited(tensor: Tensor, at: number, edit: (value: number) => number): Tensor {
  return { ...tensor, data: tensor.data.map((value, i) => (i === at ? edit(value) : value)) };
}

/** The JSON text of nested arrays whose element at flat offset i is value(i). */
export function nestedJson(shape: readonly number[], value: (offset: number) => number): string {
  const build = ([size, ...inner]: readonly number[], offset: number): unknown => {
    if (size === undefined) return value(offset);
    const step = inner.reduce((product, n) => product * n, 1);
    return Array.from({ length: size }, (_, i) => build(inner, offset + i * step));
  };
  return JSON.stringify(build(shape, 0));
}
