/**
 * A verification as its document, with what only the command line knows: files and digests.
 */
import { createHash } from 'node:crypto';
import { OPERANDS, type Operands } from '../core/operands.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Examination } from '../diagnose/examine.ts';
import type { VerifyDocument } from '../report/document.ts';
import { pytorchLines } from '../report/pytorch-lines.ts';
import { verifyDocument } from '../report/to-document.ts';
import type { Verification } from '../verify/verify.ts';
import { VERSION } from './version.ts';

/** Paths of loaded tensors. */
export interface LoadedFiles {
  readonly input?: string;
  readonly weight?: string;
  readonly bias?: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** The JSON document of one verification. */
export function describeVerification(
  verification: Verification,
  examination: Examination,
  files: LoadedFiles,
  command: string,
): VerifyDocument {
  const { problem, data } = verification;
  const operands = ['input', 'weight', ...(problem.bias ? (['bias'] as const) : [])] as const;
  const generated = operands.some((name) => files[name] === undefined);
  return verifyDocument(verification, examination, {
    version: VERSION,
    command,
    pytorch: pytorchLines(problem, { fill: data.fill, seed: data.seed, files }),
    data: {
      ...(generated ? { fill: data.fill } : {}),
      seed: data.seed,
      ...files,
      sha256: hashesOf(verification),
    },
  });
}

/** SHA-256 of each tensor of the run: what to compare where a rebuilt case should be the same. */
export function hashesOf({ data }: Verification): Record<string, string> {
  return { ...hashesOfOperands(data.operands), output: sha256(data.stages.output) };
}

/** The same of the tensors that a convolution reads. */
export function hashesOfOperands(operands: Operands): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const name of OPERANDS) {
    const tensor = operands[name];
    if (tensor) hashes[name === 'gradOutput' ? 'grad_output' : name] = sha256(tensor);
  }
  return hashes;
}

/** Of the little-endian bytes; a NaN's payload is not ours to choose, so all count as the same one. */
function sha256({ dtype, data }: Tensor): string {
  const width = dtype === 'float32' ? 4 : 8;
  const view = new DataView(new ArrayBuffer(data.length * width));
  data.forEach((value, i) => {
    if (width === 4) view.setFloat32(i * width, Number.isNaN(value) ? Number.NaN : value, true);
    else view.setFloat64(i * width, Number.isNaN(value) ? Number.NaN : value, true);
  });
  return createHash('sha256').update(view).digest('hex');
}
