/**
 * A verification as its document, with what only the command line knows: files and digests.
 */
import { createHash } from 'node:crypto';
import { type Operands, operand, operandLabel, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Examination } from '../diagnose/examine.ts';
import { elementBytes } from '../io/element-bytes.ts';
import type { DataDocument, VerifyDocument } from '../report/document.ts';
import { fileKey, pytorchLines } from '../report/pytorch-lines.ts';
import { verifyDocument } from '../report/to-document.ts';
import type { Verification } from '../verify/verify.ts';
import { VERSION } from './version.ts';

/** Paths of loaded tensors. */
export interface LoadedFiles {
  readonly input?: string;
  readonly weight?: string;
  readonly bias?: string;
  readonly gradOutput?: string;
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
  const generated = operandShapes(problem).some(([name]) => files[fileKey(problem, name)] === undefined);
  return verifyDocument(verification, examination, {
    version: VERSION,
    command,
    pytorch: pytorchLines(problem, { fill: data.fill, seed: data.seed, files }),
    data: {
      ...(generated ? { fill: data.fill } : {}),
      seed: data.seed,
      ...filesDocument(files),
      sha256: hashesOf(verification),
    },
  });
}

/** The files by JSON's names. */
function filesDocument({ gradOutput, ...files }: LoadedFiles): Partial<DataDocument> {
  return { ...files, ...(gradOutput === undefined ? {} : { grad_output: gradOutput }) };
}

/** SHA-256 of each tensor of the run: what to compare where a rebuilt case should be the same. */
export function hashesOf({ problem, data }: Verification): Record<string, string> {
  return { ...hashesOfOperands(problem, data.operands), output: sha256(data.stages.output) };
}

/** The same of the tensors that the problem reads, under PyTorch's names. */
export function hashesOfOperands(problem: Problem, operands: Operands): Record<string, string> {
  return Object.fromEntries(
    operandShapes(problem).map(([name]) => [operandLabel(problem, name), sha256(operand(operands, name))]),
  );
}

function sha256(tensor: Tensor): string {
  return createHash('sha256').update(elementBytes(tensor)).digest('hex');
}
