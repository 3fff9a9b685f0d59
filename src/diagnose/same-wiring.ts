/**
 * Is a change of the wiring the same function for every input, weight and bias? Decided exactly, on the identity of
 * taps, without data.
 *
 * An output element is a polynomial: Σ w[a]·x[b] over its taps, plus its bias. In the right wiring the taps of one
 * element pair distinct weights with distinct pixels, so a change of a single stage leaves the polynomials as they are
 * exactly where it leaves that stage as it is on what is live, that is, read by some window. So stages are compared,
 * not sums, and a comparison ends at the first difference. A change of several stages might undo itself: there the taps
 * of whole elements are compared.
 */
import { sameShape } from '../core/shape.ts';
import { buildWiring } from './build-wiring.ts';
import type { Reference } from './reference.ts';
import { sameTaps, tapsOf } from './taps.ts';
import {
  type Axes,
  type Change,
  NONE,
  type Sizes,
  type Stage,
  type WindowAxis,
  type Wiring,
} from './wiring.ts';

/** `data`: only the values decide, as where arithmetic is what changed. `undecided`: too many taps to compare. */
export type Sameness = 'same' | 'different' | 'data' | 'undecided';

/** Entries that are compared of each change, whatever the others took: most differences show in the first ones. */
const LEAST_ENTRIES = 2 ** 13;

/** Whether `change` gives the right output for every input. */
export function compareWiring(reference: Reference, change: Change): Sameness {
  const { sizes, right } = reference;
  const wiring = buildWiring(sizes, [change]);
  if (wiring === undefined || wiring.raises !== undefined || !sameShape(wiring.shape, right.shape))
    return 'different';
  if (change.arithmetic !== undefined) return 'data';
  // The shape has been looked at; axes that are as they were are no change.
  const settled: readonly string[] = [
    'raises',
    'shape',
    ...(sameAxes(sizes.right, wiring.axes) ? ['axes'] : []),
  ];
  const stages = Object.keys(change).filter((stage) => !settled.includes(stage)) as Stage[];
  if (stages.length === 0) return 'same';
  const sameGrid = sizes.right.every(
    ({ kernelSize, windows }, a) =>
      wiring.axes[a]?.kernelSize === kernelSize && wiring.axes[a]?.windows === windows,
  );
  const [stage] = stages;
  if (stages.length !== 1 || stage === undefined || !sameGrid) return compareTaps(reference, wiring);
  return compareStage(reference, wiring, stage);
}

function compareStage(reference: Reference, wiring: Wiring, stage: Stage): Sameness {
  const { sizes, right, live, isPadded, budget } = reference;
  const every = (
    extents: readonly [number, number, number, number],
    holds: (a: number, b: number, c: number, d: number) => boolean,
  ) => holdsEverywhere(budget, extents, holds);
  const { N, C_in, C_out, G, C, IH, IW, kH, kW, OH, OW, L, K } = sizes;
  const isLive = (kh: number, kw: number) => live[kh * kW + kw] === true;
  switch (stage) {
    case 'axes':
      return sameTapsPerAxis(sizes.right, wiring.axes) ? 'same' : 'different';
    case 'pixel':
      return every([kH, kW, OH, OW], (kh, kw, oh, ow) => {
        return right.pixel(kh, kw, oh, ow) === reachable(sizes, wiring.pixel(kh, kw, oh, ow));
      });
    case 'plane':
      if (!live.includes(true)) return 'same';
      return every([N, G, C, 1], (n, g, c) => right.plane(n, g, c) === wiring.plane(n, g, c));
    case 'input':
      return every([N * C_in, IH, IW, 1], (plane, ih, iw) => {
        const offset = (plane * IH + ih) * IW + iw;
        return wiring.input(offset) === offset || !isRead(sizes, ih, iw);
      });
    case 'columns':
      return every([N, G * K, L, 1], (n, row, l) => right.columns(n, row, l) === wiring.columns(n, row, l));
    case 'weight':
      return every([C_out, C, kH, kW], (co, c, kh, kw) => {
        return !isLive(kh, kw) || right.weight(co, c, kh, kw) === wiring.weight(co, c, kh, kw);
      });
    case 'keeps':
      return every([C_out, C, kH, kW], (co, c, kh, kw) => {
        return !isLive(kh, kw) || wiring.keeps?.((c * kH + kh) * kW + kw, co) === true;
      });
    case 'bias':
      return every(
        [N, C_out, OH, OW],
        (n, co, oh, ow) => right.bias(n, co, oh, ow) === wiring.bias(n, co, oh, ow),
      );
    case 'output':
      return every([N, C_out, OH, OW], (n, co, oh, ow) => {
        const [a, b] = [right.output(n, co, oh, ow), wiring.output(n, co, oh, ow)];
        return a === b || sameProducts(reference, a, b);
      });
    case 'paddingValue':
      return isPadded && wiring.paddingValue !== 0 ? 'different' : 'same';
    case 'biasTimes':
      return sizes.hasBias && wiring.biasTimes !== 1 ? 'different' : 'same';
    case 'inputGain':
      return every(
        [IH, IW, 1, 1],
        (ih, iw) => wiring.inputGain?.(ih * IW + iw) === 1 || !isRead(sizes, ih, iw),
      );
    case 'outputGain':
      return every([N, C_out, OH, OW], (n, co, oh, ow) => wiring.outputGain?.(n, co, oh, ow) === 1);
    case 'alsoAdds':
      return compareTaps(reference, wiring);
    case 'shape':
    case 'raises':
    case 'arithmetic':
      return 'same';
  }
}

/** An address beyond its plane reads another one, if the input has one there; behind all of them is nothing. */
function reachable({ N, C_in, IH, IW }: Sizes, pixel: number): number {
  const plane = IH * IW;
  return pixel < N * C_in * plane && pixel >= (1 - N * C_in) * plane ? pixel : NONE;
}

function sameAxes(a: Axes, b: Axes): boolean {
  return a.every((axis, d) =>
    (Object.keys(axis) as (keyof WindowAxis)[]).every((key) => axis[key] === b[d]?.[key]),
  );
}

/** Rows and columns of a tap are placed independently, so two grids of windows are compared axis by axis. */
function sameTapsPerAxis(a: Axes, b: Axes): boolean {
  const places = (axis: WindowAxis): number[] =>
    Array.from({ length: axis.kernelSize * axis.windows }, (_, entry) => {
      const [k, o] = [Math.floor(entry / axis.windows), entry % axis.windows];
      const i = o * axis.stride + k * axis.dilation - axis.begin;
      return i >= 0 && i < axis.inputSize ? i : NONE;
    });
  const [rowsA, columnsA, rowsB, columnsB] = [places(a[0]), places(a[1]), places(b[0]), places(b[1])];
  const reads = (list: readonly number[]) => list.some((place) => place !== NONE);
  // Where no tap of one axis is inside, nothing is read, wherever the other axis stands.
  if (!(reads(rowsA) && reads(columnsA))) return !(reads(rowsB) && reads(columnsB));
  return rowsA.every((place, i) => place === rowsB[i]) && columnsA.every((place, i) => place === columnsB[i]);
}

/** True where `holds` everywhere in a box of four extents; ends at the first place where it does not. */
function holdsEverywhere(
  budget: { left: number },
  [A, B, C, D]: readonly [number, number, number, number],
  holds: (a: number, b: number, c: number, d: number) => boolean,
): Sameness {
  let own = LEAST_ENTRIES;
  for (let a = 0; a < A; a++) {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        for (let d = 0; d < D; d++) if (!holds(a, b, c, d)) return 'different';
        if (own > 0) own -= D;
        else budget.left -= D;
        if (budget.left < 0) return 'undecided';
      }
    }
  }
  return 'same';
}

/** True where some window reads pixel (ih, iw). */
function isRead({ right }: Sizes, ih: number, iw: number): boolean {
  return right.every((axis, a) => {
    const at = (a === 0 ? ih : iw) + axis.begin;
    for (let k = 0; k < axis.kernelSize; k++) {
      const o = (at - k * axis.dilation) / axis.stride;
      if (Number.isInteger(o) && o >= 0 && o < axis.windows) return true;
    }
    return false;
  });
}

/** Two products are one polynomial where they are of one channel (one bias) and their windows read the same pixels. */
function sameProducts({ right, sizes }: Reference, a: number, b: number): boolean {
  if (a === NONE || b === NONE) return isZero(right, sizes, a === NONE ? b : a);
  const { L, C_out, K } = sizes;
  const channel = (source: number) => Math.floor(source / L) % C_out;
  if (channel(a) !== channel(b)) {
    return !sizes.hasBias && isZero(right, sizes, a) && isZero(right, sizes, b);
  }
  const first = Math.floor(channel(a) / sizes.M) * K;
  const entry = (source: number, k: number) =>
    right.columns(Math.floor(source / L / C_out), first + k, source % L);
  for (let k = 0; k < K; k++) if (entry(a, k) !== entry(b, k)) return false;
  return true;
}

/** True where an element is 0 for every input: a window in the padding, without a bias. */
function isZero(right: Wiring, { hasBias, L, C_out, M, K }: Sizes, source: number): boolean {
  if (source === NONE) return true;
  const [n, co] = [Math.floor(source / L / C_out), Math.floor(source / L) % C_out];
  if (hasBias) return false;
  for (let k = 0; k < K; k++)
    if (right.columns(n, Math.floor(co / M) * K + k, source % L) !== NONE) return false;
  return true;
}

/** Whole elements, tap by tap, in any order. */
function compareTaps({ right, budget }: Reference, wiring: Wiring): Sameness {
  const { K } = right.sizes;
  // An element costs as much as K entries of a stage.
  const elements = { left: Math.floor(budget.left / K) };
  const sameness = holdsEverywhere(
    elements,
    right.shape as unknown as readonly [number, number, number, number],
    (...at) => sameTaps(tapsOf(right, at), tapsOf(wiring, at)),
  );
  budget.left = Math.max(0, elements.left * K);
  return sameness;
}
