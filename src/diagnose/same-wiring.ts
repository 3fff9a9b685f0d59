/**
 * Is a change of the wiring the same function for every input, weight and bias? Decided exactly, on the identity of
 * taps, without data.
 *
 * All directions evaluate one form, Σ w[a]·x[b]·y[c] over the taps, which is linear in each of the three: forward leaves
 * y out, grad-input x, grad-weight w. Two wirings are the same in one direction where they have the same taps, and then
 * they are in all. In the right wiring no two taps share a weight and a window, nor with zero padding a weight and a
 * pixel, so a change of a single stage leaves the function as it is exactly where it leaves that stage as it is on what
 * is live, that is, read by some window. So stages are compared, not sums, and a comparison ends at the first
 * difference. A change of several stages might undo itself, and so might one where padding reads pixels again: there the
 * taps of whole elements are compared.
 */
import { elementCount, sameShape } from '../core/shape.ts';
import { buildWiring } from './build-wiring.ts';
import { type Extents, everyElement, type Holds, holdsEverywhere, type Sameness } from './everywhere.ts';
import type { Reference } from './reference.ts';
import { isZero, sameSums } from './same-sums.ts';
import {
  type Axes,
  outputOffset,
  readingSizes,
  type Sizes,
  sourceAt,
  tapPosition,
  type WindowAxis,
} from './sizes.ts';
import { tapComparer } from './taps.ts';
import { type Change, NONE, type Stage, type Wiring } from './wiring.ts';

/** Whether `change` gives the right output for every input. */
export function compareWiring(reference: Reference, change: Change): Sameness {
  const { sizes, right } = reference;
  const wiring = buildWiring(sizes, [change]);
  if (wiring === undefined || wiring.raises !== undefined || !sameShape(wiring.shape, right.shape))
    return 'different';
  if (change.arithmetic !== undefined) return 'data';
  // The shape has been looked at; axes that are as they were are no change.
  const changed = [...wiring.replaced].filter(
    (stage) =>
      stage !== 'raises' && stage !== 'shape' && !(stage === 'axes' && sameAxes(sizes.right, wiring.axes)),
  );
  // Both say where a tap reads, and are compared together.
  const stages = changed.filter((stage) => stage !== 'depth' || !changed.includes('pixel'));
  if (stages.length === 0) return 'same';
  const sameGrid = sizes.right.every(
    ({ kernelSize, windows }, a) =>
      wiring.axes[a]?.kernelSize === kernelSize && wiring.axes[a]?.windows === windows,
  );
  const [stage] = stages;
  if (stages.length !== 1 || stage === undefined || !sameGrid) return compareTaps(reference, wiring);
  const sameness = compareStage(reference, wiring, stage);
  const mayCoincide = sizes.mode !== 'zeros' && sameness === 'different';
  return mayCoincide ? compareTaps(reference, wiring) : sameness;
}

function compareStage(reference: Reference, wiring: Wiring, stage: Stage): Sameness {
  const { sizes, right, budget, liveTaps } = reference;
  const every = (extents: Extents, holds: Holds) => holdsEverywhere(budget, extents, holds);
  const { N, C_out, G, C, M, kD, kH, kW, L, K } = sizes;
  const { writing } = right;
  const volume = writing.OD * writing.OH * writing.OW;
  const everyTap = (holds: (co: number, c: number, kh: number, kw: number, kd: number) => boolean) => {
    // Rows without a live tap hold nothing: on a single pixel two of three are such.
    const rows = [...liveTaps.keys()].filter((row) => liveTaps[row]!.length > 0);
    const holdsInRow = (co: number, c: number, r: number) => {
      const row = rows[r]!;
      const live = liveTaps[row]!;
      const [kh, kd] = [row % kH, Math.floor(row / kH)];
      for (let i = 0; i < live.length; i++) {
        if (!holds(co, c, kh, live[i]!, kd)) return false;
      }
      return true;
    };
    return holdsEverywhere(budget, [C_out, C, rows.length, 1], holdsInRow, kW);
  };
  const everyPlace = (holds: (n: number, co: number, oh: number, ow: number, od: number) => boolean) =>
    every([writing.N, writing.C_out, writing.OD * writing.OH, writing.OW], (n, co, row, ow) =>
      holds(n, co, row % writing.OH, ow, Math.floor(row / writing.OH)),
    );
  switch (stage) {
    case 'axes':
      return sameTapsPerAxis(sizes, wiring.axes) ? 'same' : 'different';
    case 'pixel':
    case 'depth':
      return comparePixels(reference, wiring);
    case 'plane': {
      if (liveTaps.every(({ length }) => length === 0)) return 'same';
      const channels = sizes.direction === 'grad-input' ? M : C;
      return every([N, G, channels, 1], (n, g, c) => right.plane(n, g, c) === wiring.plane(n, g, c));
    }
    case 'input':
      return compareReading(reference, wiring);
    case 'columns':
      return every([N, G * K, L, 1], (n, row, l) => right.columns(n, row, l) === wiring.columns(n, row, l));
    case 'weight':
      return everyTap(
        (co, c, kh, kw, kd) => right.weight(co, c, kh, kw, kd) === wiring.weight(co, c, kh, kw, kd),
      );
    case 'keeps':
      return everyTap(
        (co, c, kh, kw, kd) => wiring.keeps?.(((c * kD + kd) * kH + kh) * kW + kw, co) === true,
      );
    case 'written':
      return compareWriting(reference, wiring);
    case 'bias':
      if (!sizes.hasBias) return 'same';
      return everyPlace(
        (n, co, oh, ow, od) => right.bias(n, co, oh, ow, od) === wiring.bias(n, co, oh, ow, od),
      );
    case 'paddingValue': {
      const isSeen = reference.isPadded && sizes.direction !== 'grad-input';
      return isSeen && wiring.paddingValue !== 0 ? 'different' : 'same';
    }
    case 'biasTimes':
      return sizes.hasBias && wiring.biasTimes !== 1 ? 'different' : 'same';
    case 'inputGain':
      return every([sizes.ID * sizes.IH, sizes.IW, 1, 1], (row, iw) => {
        const isOne = wiring.inputGain?.(row * sizes.IW + iw) === 1;
        return isOne || !reference.isRead(row % sizes.IH, iw, Math.floor(row / sizes.IH));
      });
    case 'outputGain':
      return everyPlace((n, co, oh, ow, od) => {
        const gain = wiring.outputGain?.(n, co, oh, ow, od) ?? 1;
        // 0 times what is finite stays 0.
        return gain === 1 || (Number.isFinite(gain) && isZero(reference, right.output(n, co, oh, ow, od)));
      });
    // Both say which sum stands at which element, whatever the sums are: in the right wiring its own.
    case 'output':
      return everyPlace((n, co, oh, ow, od) => {
        const own = (n * writing.C_out + co) * volume + outputOffset(writing, oh, ow, od);
        const sum = wiring.output(n, co, oh, ow, od);
        return sum === own || sameSums(reference, own, sum);
      });
    case 'permuted':
      return everyElement(budget, right.shape, (element) => {
        const sum = wiring.output(...wiring.placeAt(element));
        return sum === element || sameSums(reference, element, sum);
      });
    case 'alsoAdds':
      return compareTaps(reference, wiring);
    case 'shape':
    case 'raises':
    case 'arithmetic':
      return 'same';
  }
}

/** Where each tap reads; an address beyond its channel reads another one, if there is one; behind all is nothing. */
function comparePixels({ sizes, right, budget }: Reference, wiring: Wiring): Sameness {
  const { N, C_in, ID, IH, IW, kD, kH, kW, OD, OH, OW } = sizes;
  const area = IH * IW;
  const reach = N * C_in * ID * area;
  const at = (
    { pixel, depth }: Wiring,
    kh: number,
    kw: number,
    oh: number,
    ow: number,
    kd: number,
    od: number,
  ) => {
    const offset = depth(kd, od) * area + pixel(kh, kw, oh, ow);
    return offset < reach && offset >= ID * area - reach ? offset : NONE;
  };
  return holdsEverywhere(budget, [kD * kH, kW, OD * OH, OW], (tap, kw, window, ow) => {
    // One by one: taking a list apart costs more than the rest, before code is compiled.
    const kh = tap % kH;
    const kd = Math.floor(tap / kH);
    const oh = window % OH;
    const od = Math.floor(window / OH);
    return at(right, kh, kw, oh, ow, kd, od) === at(wiring, kh, kw, oh, ow, kd, od);
  });
}

/** The first factor, where it is read: pixels that some window reads, or windows that read some pixel. */
function compareReading({ sizes, budget, isRead, isReading }: Reference, wiring: Wiring): Sameness {
  const { N, C_in, ID, IH, IW } = readingSizes(sizes);
  const isUsed = sizes.direction === 'grad-input' ? isReading : isRead;
  return holdsEverywhere(budget, [N * C_in, ID * IH, IW, 1], (plane, row, iw) => {
    const offset = (plane * ID * IH + row) * IW + iw;
    return wiring.input(offset) === offset || !isUsed(row % IH, iw, Math.floor(row / IH));
  });
}

/** Assigning loses nothing where all that is added to an element is written at one time. */
function compareWriting({ sizes, right, budget }: Reference, wiring: Wiring): Sameness {
  const { N, G, K, L, direction } = sizes;
  if (direction === 'forward') return 'same';
  const times = new Map<number, number>();
  return holdsEverywhere(budget, [N, G * K, L, 1], (n, row, l) => {
    const pixel = right.columns(n, row, l);
    if (pixel === NONE) return true;
    const element = direction === 'grad-input' ? pixel : row;
    const time = wiring.written?.(n, row, l) ?? 0;
    const known = times.get(element);
    if (known === undefined) times.set(element, time);
    return known === undefined || known === time;
  });
}

function sameAxes(a: Axes, b: Axes): boolean {
  return a.every((axis, d) =>
    (Object.keys(axis) as (keyof WindowAxis)[]).every((key) => axis[key] === b[d]?.[key]),
  );
}

/** The axes of a tap are placed independently, so two grids of windows are compared axis by axis. */
function sameTapsPerAxis(sizes: Sizes, changed: Axes): boolean {
  const places = (axis: WindowAxis): number[] =>
    Array.from({ length: axis.kernelSize * axis.windows }, (_, entry) => {
      const [k, o] = [Math.floor(entry / axis.windows), entry % axis.windows];
      return sourceAt(sizes, tapPosition(axis, k, o), axis.inputSize);
    });
  const [right, other] = [sizes.right.map(places), changed.map(places)];
  const reads = (lists: readonly number[][]) => lists.every((list) => list.some((place) => place !== NONE));
  // Where no tap of one axis is inside, nothing is read, wherever the other axes stand.
  if (!reads(right)) return !reads(other);
  return right.every((list, a) => list.every((place, i) => place === other[a]?.[i]));
}

/** Whole elements, tap by tap, in any order. */
function compareTaps({ right, budget }: Reference, wiring: Wiring): Sameness {
  const { N, C_out, L, K } = right.sizes;
  const count = elementCount(right.shape);
  const isSame = tapComparer(right, wiring);
  // An element costs as much as its share of all taps in entries of a stage.
  const cost = Math.max(1, Math.ceil((N * C_out * L * K) / Math.max(1, count)));
  return everyElement(budget, right.shape, isSame, cost);
}
