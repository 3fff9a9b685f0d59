/**
 * Where the direct path's terms stand: the contacts of windows, taps and pixels as offsets into planes of the factors,
 * whatever the channels. A direction says which of the three is the result's place; the other two are those of its factors.
 */
import { type AxisContacts, type Contact, contactsByAxis, type Place } from './contacts.ts';
import { type Problem, resultShape } from './problem.ts';

/** Where the terms of every position stand, in whatever planes. */
export interface PlacedTerms {
  /** The result's shape, as counted. */
  readonly shape: readonly number[];
  /** Elements of one plane of the result, and of either factor. */
  readonly positions: number;
  readonly firstPlane: number;
  readonly secondPlane: number;
  at(position: number): Offsets;
}

/** Which coordinate of a contact is the result's, and which index its two factors; their planes follow. */
export const READS = {
  forward: { result: 'window', first: 'pixel', second: 'tap' },
  'grad-input': { result: 'pixel', first: 'window', second: 'tap' },
  'grad-weight': { result: 'tap', first: 'pixel', second: 'window' },
} as const satisfies Record<string, Readonly<Record<'result' | 'first' | 'second', keyof Contact>>>;

/** In place of an offset, of a tap in zero padding. */
const PADDED = -1;

/** Offsets of one position's terms into one plane of either factor. */
export interface Offsets {
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Into the second factor, where the first is a padding zero. */
  readonly padded: readonly number[];
}

/** With no more positions and offsets than this all of them are kept: up to 6 MB. */
const MOST_KEPT = 2 ** 13;

/** What of the terms depends on a direction's axes alone. */
interface Geometry {
  readonly axes: Problem['axes'];
  readonly direction: Problem['direction'];
  readonly paddingMode: Problem['paddingMode'];
  readonly placed: Omit<PlacedTerms, 'shape'>;
  /** Of the result. */
  readonly extents: readonly number[];
  readonly isKept: boolean;
}

let last: Geometry | undefined;

/** Prepares the contacts of `problem`: once for small ones in a row that share their axes, as the trials of one have. */
export function placedTerms(problem: Problem): PlacedTerms {
  const { axes, direction, paddingMode } = problem;
  const isLast = last?.axes === axes && last.direction === direction && last.paddingMode === paddingMode;
  const geometry = isLast ? (last as Geometry) : geometryOf(problem);
  last = geometry.isKept ? geometry : undefined;
  return { shape: [...resultShape(problem).slice(0, 2), ...geometry.extents], ...geometry.placed };
}

function geometryOf({ axes, direction, paddingMode }: Problem): Geometry {
  const reads = READS[direction];
  const contacts = contactsByAxis(axes, paddingMode);
  const extents = (place: Place) => contacts.map((axis) => axis.extents[place]);
  const size = (place: Place) => extents(place).reduce((product, extent) => product * extent, 1);
  const positions = size(reads.result);
  const isKept = Math.max(positions, size('window') * size('tap')) <= MOST_KEPT;
  const kept: Offsets[] = [];
  let latest = -1;
  let offsets: Offsets = { first: [], second: [], padded: [] };
  return {
    axes,
    direction,
    paddingMode,
    placed: {
      positions,
      firstPlane: size(reads.first),
      secondPlane: size(reads.second),
      at(position) {
        if (isKept) {
          kept[position] ??= offsetsOf(contacts, reads, position);
          return kept[position];
        }
        if (position !== latest) [latest, offsets] = [position, offsetsOf(contacts, reads, position)];
        return offsets;
      },
    },
    extents: extents(reads.result),
    isKept,
  };
}

function offsetsOf(
  contacts: readonly AxisContacts[],
  reads: (typeof READS)[Problem['direction']],
  position: number,
): Offsets {
  // Each axis extends every term found so far by each of its own, the last axis fastest.
  let firsts: number[] = [0];
  let seconds: number[] = [0];
  let stride = contacts.reduce((product, { extents }) => product * extents[reads.result], 1);
  for (const { extents, by } of contacts) {
    stride /= extents[reads.result];
    const own = by(reads.result, Math.floor(position / stride) % extents[reads.result]);
    const [nextFirsts, nextSeconds]: [number[], number[]] = [[], []];
    for (let i = 0; i < firsts.length; i++) {
      for (const contact of own) {
        const first = contact[reads.first];
        const isPadding = firsts[i] === PADDED || first === undefined;
        nextFirsts.push(isPadding ? PADDED : firsts[i]! * extents[reads.first] + first);
        nextSeconds.push(seconds[i]! * extents[reads.second] + (contact[reads.second] as number));
      }
    }
    [firsts, seconds] = [nextFirsts, nextSeconds];
  }
  return {
    first: firsts.filter((first) => first !== PADDED),
    second: seconds.filter((_, i) => firsts[i] !== PADDED),
    padded: seconds.filter((_, i) => firsts[i] === PADDED),
  };
}
