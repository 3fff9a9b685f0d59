/**
 * A verification as its document, with what only the command line knows: files and digests.
 */
import { createHash } from 'node:crypto';
import { type Operands, operandLabel, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Examination } from '../diagnose/examine.ts';
import { encodeElements } from '../io/element.ts';
import type { VerifyDocument } from '../report/document.ts';
import { type CaseSource, pytorchLines } from '../report/pytorch-lines.ts';
import { verifyDocument } from '../report/to-document.ts';
import type { Verification } from '../verify/verify.ts';
import { describeFiles, type Files, type ReadingOptions } from './files.ts';
import { VERSION } from './version.ts';

/** Where the tensors of a run came from. */
export interface Sources {
  readonly files: Files;
  readonly reading: ReadingOptions;
  readonly operands: CaseSource['files'];
}

/** The JSON document of one verification. */
export function describeVerification(
  verification: Verification,
  examination: Examination,
  { files, reading, operands }: Sources,
  command: string,
): VerifyDocument {
  const { problem, data } = verification;
  const generated = operandShapes(problem).some(([name]) => operands[name] === undefined);
  return verifyDocument(verification, examination, {
    version: VERSION,
    command,
    pytorch: pytorchLines(problem, { fill: data.fill, seed: data.seed, files: operands }),
    data: {
      ...(generated ? { fill: data.fill } : {}),
      seed: data.seed,
      ...describeFiles(files, reading),
      sha256: hashesOf(verification),
    },
  });
}

/** SHA-256 of each tensor of the run: what to compare where a rebuilt case should be the same. */
export function hashesOf({ problem, data }: Verification): Record<string, string> {
  return { ...hashesOfOperands(problem, data.operands), output: sha256(data.output) };
}

/** The same of the tensors that a convolution reads, under its own names for them. */
export function hashesOfOperands(problem: Problem, operands: Operands): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const [name] of operandShapes(problem)) {
    const tensor = operands[name];
    if (tensor) hashes[operandLabel(problem, name)] = sha256(tensor);
  }
  return hashes;
}

/** Of the little-endian bytes; a NaN's payload is not ours to choose, so all count as the same one. */
function sha256(tensor: Tensor): string {
  return createHash('sha256').update(encodeElements(tensor)).digest('hex');
}
