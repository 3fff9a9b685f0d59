/**
 * Sums of the right wiring that are the same polynomial: where one may be written in place of another.
 */
import { placeOf } from './evaluate.ts';
import type { Reference } from './reference.ts';
import { NONE } from './wiring.ts';

/**
 * Two sums are one polynomial where they are of one channel (one bias) and read the same. Of a gradient, different sums
 * share no tap, so that both must be empty.
 */
export function sameSums(reference: Reference, a: number, b: number): boolean {
  const { sizes, right } = reference;
  if (a === NONE || b === NONE) return isZero(reference, a === NONE ? b : a);
  const channels = [a, b].map((source) => placeOf(right, source)[1]);
  if (channels[0] !== channels[1] || sizes.direction !== 'forward') {
    const sameBias = !sizes.hasBias || channels[0] === channels[1];
    return sameBias && isEmpty(reference, a) && isEmpty(reference, b);
  }
  const { L, C_out, K, M } = sizes;
  const first = Math.floor((channels[0] as number) / M) * K;
  const entry = (source: number, k: number) =>
    right.columns(Math.floor(source / L / C_out), first + k, source % L);
  for (let k = 0; k < K; k++) if (entry(a, k) !== entry(b, k)) return false;
  return true;
}

/** True where an element is 0 for every input: without a tap, and without a bias. */
export function isZero(reference: Reference, source: number): boolean {
  return source === NONE || (!reference.sizes.hasBias && isEmpty(reference, source));
}

/** True where no tap is summed. */
function isEmpty({ sizes, right, isRead, isLive, isReading }: Reference, source: number): boolean {
  const [, , ...at] = placeOf(right, source);
  const { direction } = sizes;
  const takesPart = { forward: isReading, 'grad-input': isRead, 'grad-weight': isLive }[direction];
  return !takesPart(...at);
}
