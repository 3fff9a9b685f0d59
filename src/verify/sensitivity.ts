/**
 * What a passing run was worth: the share of single dropped taps that it would have shown.
 */
import type { DirectResult } from '../core/direct.ts';
import type { Elements } from '../core/tensor.ts';

/** Share of taps whose loss would have been noticed, and how many were tried. */
export interface Sensitivity {
  /** From 0 to 1; 1 where there is no tap to lose. */
  readonly share: number;
  readonly taps: number;
  /** True where those are not all that there are. */
  readonly isSample: boolean;
}

/**
 * Beyond this many taps a sample of elements is taken: of 2^15 independent taps the share is known to 0.6 % (two standard
 * errors, at worst; 0.11 % at a share of 99 %), in some milliseconds of what a large layer is verified in.
 */
const MOST_TAPS = 2 ** 15;
/** Steps by this share of the elements visit them evenly and never fall in step with rows or channels. */
const GOLDEN_SHARE = (Math.sqrt(5) - 1) / 2;

/**
 * Drops one tap at a time from `actual` and counts how often the element would then have left its bound: with
 * the run's own error e and the tap's product p, where |e − p| > bound. A tap whose product is 0 never shows.
 */
export function measureSensitivity(
  direct: Pick<DirectResult, 'output' | 'allTerms' | 'termsOf'>,
  actual: Elements,
  hasBias: boolean,
  boundAt: (element: number) => number,
): Sensitivity {
  const biasTerms = hasBias ? 1 : 0;
  const elements = direct.output.length;
  const allTaps = direct.allTerms - biasTerms * elements;
  const sampled = allTaps <= MOST_TAPS ? elements : Math.ceil((elements * MOST_TAPS) / allTaps);
  let shown = 0;
  let taps = 0;
  for (let i = 0; i < sampled; i++) {
    const element = sampled === elements ? i : Math.floor(((i * GOLDEN_SHARE) % 1) * elements);
    // NaN where either is not finite: no tap that is lost there shows.
    const error = (actual[element] as number) - (direct.output[element] as number);
    const { x, w, n } = direct.termsOf(element);
    const bound = boundAt(element);
    shown += countShown(x, w, n - biasTerms, error, bound);
    taps += n - biasTerms;
  }
  return { share: taps === 0 ? 1 : shown / taps, taps, isSample: sampled < elements };
}

/** Taps of one element whose loss would move it beyond its bound. */
function countShown(x: Float64Array, w: Float64Array, taps: number, error: number, bound: number): number {
  let shown = 0;
  for (let t = 0; t < taps; t++) {
    const product = (x[t] as number) * (w[t] as number);
    if (Math.abs(error - product) > bound) shown++;
  }
  return shown;
}
