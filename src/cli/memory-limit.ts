/**
 * How much memory a run may take.
 */
import { totalmem } from 'node:os';

/** Share of the machine's memory that a run may take unless told otherwise: the rest is other programs'. */
const MEMORY_SHARE = 0.6;

/** Bytes: `--max-memory`, or that share. */
export function memoryLimit({ maxMemory }: { readonly maxMemory?: number | undefined }): number {
  return maxMemory ?? MEMORY_SHARE * totalmem();
}
