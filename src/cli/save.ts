/**
 * `--save DIR`: every tensor of a run as .npy, and case.json.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { writeFiles } from '../io/files.ts';
import { encodeNpy } from '../io/npy.ts';
import type { Verification } from '../verify/verify.ts';

/** Writes the case; refuses to write over a file that the run has read. */
export async function saveCase(
  directory: string,
  { data }: Verification,
  inputPaths: readonly string[],
  document: object,
): Promise<void> {
  const { operands, stages, direct } = data;
  const tensors: readonly (readonly [string, Tensor | undefined])[] = [
    ['input', operands.input],
    ['weight', operands.weight],
    ['bias', operands.bias],
    ['padded', stages.padded],
    ['columns', stages.columns],
    ['product', stages.product],
    ['output', stages.output],
    ['direct', { dtype: 'float64', shape: direct.shape, data: direct.output }],
  ];
  const files = new Map<string, Uint8Array | string>();
  for (const [name, tensor] of tensors) if (tensor) files.set(`${name}.npy`, encodeNpy(tensor));
  files.set('case.json', `${JSON.stringify(document, undefined, 2)}\n`);
  const read = new Set(inputPaths.map(resolved));
  for (const name of files.keys()) {
    const path = join(directory, name);
    if (!read.has(resolved(path))) continue;
    throw new ToolError(
      'bad-option',
      `--save would write over ${path}, which this run has read`,
      'save to another directory',
    );
  }
  await writeFiles(directory, files);
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
