/**
 * The taps of one output element: the polynomial that a wiring computes there.
 */
import { biasOf } from './evaluate.ts';
import { type Gather, gatherer } from './gather.ts';
import { NONE, type Place, type Wiring } from './wiring.ts';

/** Coefficients by monomial; those of 0 are left out. */
export type Taps = ReadonlyMap<string, number>;

/** Lists the taps of the elements of one wiring. */
export type TapList = (at: Place) => Taps;

/**
 * Monomials are named by the offsets of their factors: `3·17`, `3` where the padding holds a number, `b2`.
 * `gather` may be shared by those who look at one wiring.
 */
export function tapsOf(wiring: Wiring, gather: Gather = gatherer(wiring)): TapList {
  return (at) => {
    const taps = new Map<string, number>();
    const gain = wiring.outputGain?.(...at) ?? 1;
    const add = (monomial: string, times: number) => {
      const total = (taps.get(monomial) ?? 0) + times * gain;
      if (total === 0) taps.delete(monomial);
      else taps.set(monomial, total);
    };
    const visit = (first: number, second: number, times: number) => {
      if (first !== NONE) add(`${second}·${first}`, times);
      else if (times !== 0) add(`${second}`, times);
    };
    const source = wiring.output(...at);
    if (source !== NONE) gather(source, visit);
    for (const other of wiring.alsoAdds?.(...at) ?? []) gather(other, visit);
    const b = biasOf(wiring, source, at);
    if (b !== NONE) add(`b${b}`, wiring.biasTimes);
    return taps;
  };
}

/** True where both have the same monomials with the same coefficients. */
export function sameTaps(a: Taps, b: Taps): boolean {
  return a.size === b.size && [...a].every(([tap, times]) => b.get(tap) === times);
}

/**
 * Whether two wirings, of one shape, compute the same polynomial at an element. Most that do list the same terms in the
 * same order; only others are sorted out by monomial, which takes ten times as long.
 */
export function tapComparer(a: Wiring, b: Wiring): (element: number) => boolean {
  const [listA, listB] = [termsOf(a), termsOf(b)];
  const [tapsA, tapsB] = [tapsOf(a), tapsOf(b)];
  return (element) => {
    const [placeA, placeB] = [a.placeAt(element), b.placeAt(element)];
    return sameList(listA(placeA), listB(placeB)) || sameTaps(tapsA(placeA), tapsB(placeB));
  };
}

/** True where both compute the same polynomial at every one of `elements`. */
export function sameTapsAt(a: Wiring, b: Wiring, elements: Iterable<number>): boolean {
  const isSame = tapComparer(a, b);
  for (const element of elements) if (!isSame(element)) return false;
  return true;
}

/** The terms of an element as they are added: both offsets and the coefficient of each; the list is used again. */
function termsOf(wiring: Wiring, gather: Gather = gatherer(wiring)): (at: Place) => readonly number[] {
  const list: number[] = [];
  return (at) => {
    list.length = 0;
    const gain = wiring.outputGain?.(...at) ?? 1;
    const visit = (first: number, second: number, times: number) => {
      list.push(first, second, times * gain);
    };
    const source = wiring.output(...at);
    if (source !== NONE) gather(source, visit);
    for (const other of wiring.alsoAdds?.(...at) ?? []) gather(other, visit);
    // NONE twice is no term.
    list.push(NONE, biasOf(wiring, source, at), wiring.biasTimes * gain);
    return list;
  };
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
