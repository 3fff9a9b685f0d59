/**
 * The two paths as a proof of the wiring runs them: the very functions that compute, so that tests can hand in
 * broken ones and see the proof fail.
 */
import { PIPELINE, type Pipeline } from '../core/decompose.ts';
import { termEnumerator } from '../core/terms.ts';

/** What is compared with what. */
export interface Paths {
  /** The decomposition's stages. */
  readonly pipeline: Pipeline;
  /** The direct convolution's own list of the terms of an output element. */
  readonly direct: typeof termEnumerator;
}

/** The paths that `verify` runs. */
export const PATHS: Paths = { pipeline: PIPELINE, direct: termEnumerator };
