/**
 * What `convproof verify` may be told beside its layers, and what its options mean together.
 */
import { ToolError } from '../core/errors.ts';
import type { Fill } from '../core/fill.ts';
import type { Criterion, Witness } from '../verify/check.ts';
import type { FileOptions } from './loaded.ts';
import type { OutputOptions } from './options.ts';

/** What the command line says beside the layers. */
export interface VerifyCommandOptions extends FileOptions, OutputOptions {
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

/** The criterion that the options choose. */
export function criterionOf(options: VerifyCommandOptions): Criterion {
  const { criterion, rtol, atol } = options;
  if (criterion === 'allclose') return { kind: 'allclose', rtol: rtol ?? 1e-5, atol: atol ?? 1e-8 };
  if (rtol === undefined && atol === undefined) return { kind: 'bound' };
  throw new ToolError(
    'bad-option',
    `${rtol === undefined ? '--atol' : '--rtol'} is given, but the criterion is the derived bound, which has no tolerance`,
    'add --criterion allclose',
  );
}
