/**
 * A result checked without computing it again: the sum of its elements with random weights r, against the same sum of
 * what the definition says they are (Freivalds, "Probabilistic machines can use less running time", IFIP 1977).
 *
 *   forward, grad-input   Σ y[n, channel, p]·r[p]     over the positions p: a sum for each sample and channel
 *   grad-weight           Σ dw[co, c, tap]·r[co]      over a group's output channels: a sum for each c and tap
 *
 * The definition's side sums over r first: Σₚ r[p]·(Σ w·x) = Σ w·(Σₚ r[p]·x). That takes a product for each entry of the
 * columns, and then one for each weight, where the result took one for each weight and window. Contacts are the direct
 * path's own (contacts.ts).
 *
 * Exact on integers: each sum, and each partial sum in any order, is at most
 *
 *   terms · A₁ · A₂ · count · R ≤ 2^53
 *
 * for factors up to A₁ and A₂, `terms` products in an element, and `count` weights of r up to R.
 */
import { type AxisContacts, contactsByAxis } from './contacts.ts';
import { EXACT_INTEGER_LIMIT } from './numerics.ts';
import { factorsOf, type Operands } from './operands.ts';
import { type Problem, resultShape } from './problem.ts';
import { elementCount } from './shape.ts';
import type { Elements, Tensor } from './tensor.ts';
import { termEnumerator } from './terms.ts';

/** Elements of one sum: positions of the result, or output channels of a group. */
export function summedElements(problem: Problem): number {
  const { direction, outChannels, groups } = problem;
  return direction === 'grad-weight' ? outChannels / groups : elementCount(resultShape(problem).slice(2));
}

/** The largest weight with which sums of `terms` products up to `product` stay exact; 0 where none does. */
export function largestWeight(problem: Problem, terms: number, product: number): number {
  const largest = EXACT_INTEGER_LIMIT.float64 / (terms * product * summedElements(problem));
  return Math.min(Math.floor(largest), MOST_WEIGHT);
}

/** Larger weights would not be drawn from one 32-bit word as evenly. */
const MOST_WEIGHT = 2 ** 26;

/** Offsets into planes of the tap, window and pixel of every contact inside the input. */
interface Contacts {
  readonly tap: Int32Array;
  readonly window: Int32Array;
  readonly pixel: Int32Array;
  readonly taps: number;
  readonly windows: number;
  readonly pixels: number;
}

/**
 * The first element of `result` that differs from the definition; undefined where every sum is equal.
 *
 * @param result the direction's, of the problem's shape, integers
 * @param weights r: `summedElements` integers, none of them 0
 */
export function firstWrongElement(
  problem: Problem,
  operands: Operands,
  result: Tensor,
  weights: Float64Array,
): number | undefined {
  const contacts = listContacts(contactsByAxis(problem.axes, problem.paddingMode));
  const isGradWeight = problem.direction === 'grad-weight';
  const wrong = isGradWeight
    ? wrongTaps(problem, operands, result.data, weights, contacts)
    : wrongPlane(problem, operands, result.data, weights, contacts);
  if (wrong === undefined) return undefined;
  // The elements of that sum, one by one: a sum is wrong only where one of them is.
  const { termsOf } = termEnumerator(problem, operands);
  const count = summedElements(problem);
  const step = isGradWeight ? elementCount(result.shape.slice(1)) : 1;
  for (let i = 0; i < count; i++) {
    const element = wrong + i * step;
    const { x, w, n } = termsOf(element);
    let due = 0;
    for (let t = 0; t < n; t++) due += x[t]! * w[t]!;
    if (due !== result.data[element]) return element;
  }
  throw new TypeError('a sum of the result is wrong, but none of its elements is');
}

/** The first element of the first plane (n, channel) of an output or input gradient whose sum is wrong. */
function wrongPlane(
  problem: Problem,
  operands: Operands,
  result: Elements,
  r: Float64Array,
  contacts: Contacts,
): number | undefined {
  const { batch, inChannels, outChannels, groups, zeroPoints, direction } = problem;
  const [first, second] = factorsOf(problem, operands).map(({ data }) => data) as [Elements, Elements];
  const bias = problem.bias ? operands.bias?.data : undefined;
  const isForward = direction === 'forward';
  const [M, C] = [outChannels / groups, inChannels / groups];
  const [summed, given] = isForward ? [C, M] : [M, C];
  const plane = isForward ? contacts.pixels : contacts.windows;
  const [from, to] = isForward ? [contacts.pixel, contacts.window] : [contacts.window, contacts.pixel];
  const { taps, tap } = contacts;
  const positions = r.length;
  const allWeights = r.reduce((sum, weight) => sum + weight, 0);
  // z[channel, tap] = Σ r[p]·x[channel, q] over the contacts of the tap
  const z = new Float64Array(summed * taps);
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      z.fill(0);
      for (let channel = 0; channel < summed; channel++) {
        const start = ((n * groups + g) * summed + channel) * plane;
        for (let i = 0; i < tap.length; i++) {
          const entry = channel * taps + tap[i]!;
          z[entry] = z[entry]! + r[to[i]!]! * (first[start + from[i]!]! - zeroPoints.input);
        }
      }
      for (let channel = 0; channel < given; channel++) {
        const place = g * given + channel;
        let due = bias === undefined ? 0 : bias[place]! * allWeights;
        for (let other = 0; other < summed; other++) {
          const [co, c] = isForward ? [channel, other] : [other, channel];
          const weight = ((g * M + co) * C + c) * taps;
          for (let t = 0; t < taps; t++) {
            due += z[other * taps + t]! * (second[weight + t]! - zeroPoints.weight);
          }
        }
        const start = (n * groups * given + place) * positions;
        let sum = 0;
        for (let p = 0; p < positions; p++) sum += result[start + p]! * r[p]!;
        if (sum !== due) return start;
      }
    }
  }
  return undefined;
}

/** The element of its group's first output channel at the first (c, tap) of a weight gradient whose sum is wrong. */
function wrongTaps(
  problem: Problem,
  operands: Operands,
  result: Elements,
  r: Float64Array,
  { taps, tap, window, pixel, windows, pixels }: Contacts,
): number | undefined {
  const { batch, inChannels, outChannels, groups } = problem;
  const [input, gradOutput] = factorsOf(problem, operands).map(({ data }) => data) as [Elements, Elements];
  const [M, C] = [outChannels / groups, inChannels / groups];
  // z[window] = Σ r[co]·dy[n, co, window] over the group's channels
  const z = new Float64Array(windows);
  const due = new Float64Array(C * taps);
  for (let g = 0; g < groups; g++) {
    due.fill(0);
    for (let n = 0; n < batch; n++) {
      z.fill(0);
      for (let co = 0; co < M; co++) {
        const start = (n * outChannels + g * M + co) * windows;
        for (let o = 0; o < windows; o++) z[o] = z[o]! + r[co]! * gradOutput[start + o]!;
      }
      for (let c = 0; c < C; c++) {
        const start = (n * inChannels + g * C + c) * pixels;
        for (let i = 0; i < tap.length; i++) {
          const entry = c * taps + tap[i]!;
          due[entry] = due[entry]! + z[window[i]!]! * input[start + pixel[i]!]!;
        }
      }
    }
    const group = g * M * C * taps;
    for (let entry = 0; entry < due.length; entry++) {
      let sum = 0;
      for (let co = 0; co < M; co++) sum += r[co]! * result[group + co * C * taps + entry]!;
      if (sum !== due[entry]) return group + entry;
    }
  }
  return undefined;
}

/** Every contact of a plane that reads a pixel, axis by axis. */
function listContacts(axes: readonly AxisContacts[]): Contacts {
  let found = { tap: Int32Array.of(0), window: Int32Array.of(0), pixel: Int32Array.of(0) };
  for (const { extents, by } of axes) {
    const own = Array.from({ length: extents.window }, (_, window) => by('window', window))
      .flat()
      .filter(({ pixel }) => pixel !== undefined);
    const extend = (outer: Int32Array, place: 'tap' | 'window' | 'pixel') => {
      const list = new Int32Array(outer.length * own.length);
      for (let i = 0; i < outer.length; i++) {
        for (let j = 0; j < own.length; j++) {
          list[i * own.length + j] = outer[i]! * extents[place] + (own[j]![place] as number);
        }
      }
      return list;
    };
    found = {
      tap: extend(found.tap, 'tap'),
      window: extend(found.window, 'window'),
      pixel: extend(found.pixel, 'pixel'),
    };
  }
  const size = (place: 'tap' | 'window' | 'pixel') =>
    axes.reduce((product, { extents }) => product * extents[place], 1);
  return { ...found, taps: size('tap'), windows: size('window'), pixels: size('pixel') };
}
