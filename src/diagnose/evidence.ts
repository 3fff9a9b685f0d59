/**
 * How much a match proves: an output that has nothing to do with a mistake may still fit it by chance.
 */

/**
 * Bits of evidence in one matching element, −log2 of the chance that a value from elsewhere falls within the bound:
 * values of size S spread over ±S, of which the bound lets 2·bound through; integers stand one apart.
 */
export function evidenceOf(bound: number, magnitude: number, isInteger: boolean): number {
  // NaN and infinities are one class of two.
  if (!Number.isFinite(bound) || !Number.isFinite(magnitude)) return 1;
  // A sum of no terms is 0 whatever was done, without a bound: 0/0.
  if (magnitude === 0) return 0;
  const chance = isInteger ? (2 * bound + 1) / (2 * magnitude + 1) : bound / magnitude;
  // More than 24 bits are not in a float32; a chance of 0 would be one of a bound that rounded to 0.
  return Math.min(24, Math.max(0, -Math.log2(Math.max(chance, Number.MIN_VALUE))));
}

/**
 * What it takes to name a mistake: with H hypotheses tried, one of them fits by chance with probability
 * ≤ H·2^−bits, so log2(H) + 10 bits leave less than one chance in a thousand.
 */
export function evidenceNeeded(hypotheses: number): number {
  return Math.log2(Math.max(hypotheses, 1)) + 10;
}
