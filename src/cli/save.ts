/**
 * `--save DIR`: every tensor of a run as .npy, and case.json.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { writeFiles } from '../io/files.ts';
import { encodeNpy } from '../io/npy.ts';
import type { Verification } from '../verify/verify.ts';

/** What a case may hold: a closed list, as what an older case left under these names is removed. */
const TENSORS = [
  'input',
  'weight',
  'bias',
  'grad_output',
  'padded',
  'columns',
  'product',
  'output',
  'direct',
] as const;
const CASE = 'case.json';
const FILES: readonly string[] = [...TENSORS.map(fileOf), CASE];

/** Refuses a directory in which a case would write over, or remove, one of `inputPaths`, which the run reads. */
export function requireSavable(directory: string, inputPaths: readonly string[]): void {
  const read = new Set(inputPaths.map(resolved));
  for (const name of FILES) {
    const path = join(directory, name);
    if (!read.has(resolved(path))) continue;
    throw new ToolError(
      'bad-option',
      `--save would write over ${path}, which this run has read`,
      'save to another directory',
    );
  }
}

/** Writes the case; where an older case was, none of its files is left. */
export async function saveCase(directory: string, { data }: Verification, document: object): Promise<void> {
  const { operands, stages, direct } = data;
  const { gradOutput, ...rest } = operands;
  const tensors: Readonly<Partial<Record<(typeof TENSORS)[number], Tensor | undefined>>> = {
    ...rest,
    grad_output: gradOutput,
    ...stages,
    direct: { dtype: 'float64', shape: direct.shape, data: direct.output },
  };
  const files = new Map<string, Uint8Array | string>();
  for (const name of TENSORS) {
    const tensor = tensors[name];
    if (tensor) files.set(fileOf(name), encodeNpy(tensor));
  }
  files.set(CASE, `${JSON.stringify(document, undefined, 2)}\n`);
  await writeFiles(directory, files, holdsCase(directory) ? FILES : []);
}

/** True where an earlier --save has written to `directory`: files of the same names elsewhere are the user's own. */
function holdsCase(directory: string): boolean {
  try {
    const document = JSON.parse(readFileSync(join(directory, CASE), 'utf8'));
    return document?.tool?.name === 'convproof';
  } catch {
    return false; // no file, no JSON
  }
}

function fileOf(tensor: string): string {
  return `${tensor}.npy`;
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
