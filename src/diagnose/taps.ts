/**
 * The taps of one output element: the polynomial that a wiring computes there.
 */
import { placeOf } from './evaluate.ts';
import { NONE, type Wiring } from './wiring.ts';

/**
 * Coefficient of each monomial of element `at`: `w3·x17`, `w3` where the padding holds a number, `b2`; monomials that
 * vanish are left out.
 */
export function tapsOf(
  wiring: Wiring,
  at: readonly [number, number, number, number],
): ReadonlyMap<string, number> {
  const { sizes, L, rows, inputGain, outputGain, paddingValue } = wiring;
  const { M, K, kH, kW, IH, IW } = sizes;
  const taps = new Map<string, number>();
  const gain = outputGain?.(...at) ?? 1;
  const add = (monomial: string, times: number) => {
    const total = (taps.get(monomial) ?? 0) + times * gain;
    if (total === 0) taps.delete(monomial);
    else taps.set(monomial, total);
  };
  const source = wiring.output(...at);
  const sources = [...(source === NONE ? [] : [source]), ...(wiring.alsoAdds?.(...at) ?? [])];
  for (const product of sources) {
    const [n, co] = placeOf(wiring, product);
    for (let k = 0; k < K && k < rows; k++) {
      if (wiring.keeps?.(k, co) === false) continue;
      const c = Math.floor(k / (kH * kW));
      const w = wiring.weight(co, c, Math.floor(k / kW) % kH, k % kW);
      const x = wiring.columns(n, Math.floor(co / M) * rows + k, product % L);
      if (w === NONE) continue;
      if (x !== NONE) add(`w${w}·x${x}`, inputGain?.(x % (IH * IW)) ?? 1);
      else if (paddingValue !== 0) add(`w${w}`, paddingValue);
    }
  }
  const place = source !== NONE && wiring.biasJoins === 'product' ? placeOf(wiring, source) : at;
  const b = source === NONE && wiring.biasJoins === 'product' ? NONE : wiring.bias(...place);
  if (b !== NONE) add(`b${b}`, wiring.biasTimes);
  return taps;
}

/** True where both have the same monomials with the same coefficients. */
export function sameTaps(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([tap, times]) => b.get(tap) === times);
}
