/**
 * Where the direct path's terms stand: the contacts of windows, taps and pixels as offsets into planes of the factors,
 * whatever the channels. A direction says which of the three is the result's place; the other two are those of its factors.
 */
import { type AxisContacts, type Contact, contactsByAxis, NOWHERE } from './contacts.ts';
import { SMALL } from './kept.ts';
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
  /** Positions, or offsets of all of them, whichever are more. */
  readonly most: number;
}

/** Of frozen axes that are small the latest, in whatever direction. */
const small = new WeakMap<Problem['axes'], Geometry>();
/** The last one, unless it is of more than MOST_KEPT, or was found in `small`. */
let last: Geometry | undefined;

/**
 * Prepares the contacts of `problem`: once for problems in a row that share their axes, as the trials of one do, and once
 * for frozen axes that are small.
 */
export function placedTerms(problem: Problem): PlacedTerms {
  const { axes, direction, paddingMode } = problem;
  const fits = (geometry: Geometry | undefined) =>
    geometry?.axes === axes && geometry.direction === direction && geometry.paddingMode === paddingMode;
  let geometry = [last, small.get(axes)].find(fits);
  if (geometry === undefined) {
    geometry = geometryOf(problem);
    last = geometry.most <= MOST_KEPT ? geometry : undefined;
    if (geometry.most <= SMALL && Object.isFrozen(axes)) small.set(axes, geometry);
  }
  return { shape: [...resultShape(problem).slice(0, 2), ...geometry.extents], ...geometry.placed };
}

function geometryOf({ axes, direction, paddingMode }: Problem): Geometry {
  const contacts = contactsByAxis(axes, paddingMode);
  const own = contacts.map((axis) => axisTerms(axis, READS[direction]));
  const size = (part: 'result' | 'first' | 'second') =>
    own.reduce((product, axis) => product * axis[part], 1);
  const positions = size('result');
  const pairs = contacts.reduce((count, { extents }) => count * extents.window * extents.tap, 1);
  const most = Math.max(positions, pairs);
  const isKept = most <= MOST_KEPT;
  const kept: Offsets[] = [];
  let latest = -1;
  let offsets: Offsets = { first: [], second: [], padded: [] };
  return {
    axes,
    direction,
    paddingMode,
    placed: {
      positions,
      firstPlane: size('first'),
      secondPlane: size('second'),
      at(position) {
        if (isKept) {
          kept[position] ??= offsetsOf(own, position);
          return kept[position];
        }
        if (position !== latest) [latest, offsets] = [position, offsetsOf(own, position)];
        return offsets;
      },
    },
    extents: own.map((axis) => axis.result),
    most,
  };
}

/** One axis's extents and terms, in the words of a direction; `first` is NOWHERE in the padding. */
interface AxisTerms {
  readonly result: number;
  readonly first: number;
  readonly second: number;
  readonly contacts: AxisContacts;
  readonly reads: (typeof READS)[Problem['direction']];
  /** Of each index of the result that was asked for, or of an axis with many taps the latest alone. */
  readonly known: Map<number, Omit<Offsets, 'padded'>>;
}

function axisTerms(contacts: AxisContacts, reads: AxisTerms['reads']): AxisTerms {
  const { extents } = contacts;
  const [result, first, second] = [extents[reads.result], extents[reads.first], extents[reads.second]];
  return { result, first, second, contacts, reads, known: new Map() };
}

function termsAt({ contacts, reads, known }: AxisTerms, index: number): Omit<Offsets, 'padded'> {
  const found = known.get(index);
  if (found !== undefined) return found;
  const [first, second]: [number[], number[]] = [[], []];
  for (const contact of contacts.by(reads.result, index)) {
    first.push(contact[reads.first]);
    second.push(contact[reads.second]);
  }
  const terms = { first, second };
  if (contacts.extents.window * contacts.extents.tap > MOST_KEPT) known.clear();
  known.set(index, terms);
  return terms;
}

function offsetsOf(axes: readonly AxisTerms[], position: number): Offsets {
  let outer: Pairs = { first: [0], second: [0] };
  let stride = 1;
  for (const axis of axes) stride *= axis.result;
  const inside = { first: [] as number[], second: [] as number[], padded: [] as number[] };
  for (let a = 0; a < axes.length; a++) {
    const axis = axes[a]!;
    stride /= axis.result;
    const own = termsAt(axis, Math.floor(position / stride) % axis.result);
    if (a === axes.length - 1) addContacts(outer, axis, own, inside);
    // Behind nothing an axis's own are all.
    else outer = a === 0 ? own : extended(outer, axis, own);
  }
  return inside;
}

/** Contacts as far as some axes go: which places of the factors meet, NOWHERE for the first in the padding. */
type Pairs = Omit<Offsets, 'padded'>;

/** Each contact so far with each of an axis's own, the last axis fastest. */
function extended(outer: Pairs, { first, second }: AxisTerms, own: Pairs): Pairs {
  const all = { first: [] as number[], second: [] as number[] };
  for (let i = 0; i < outer.first.length; i++) {
    for (let j = 0; j < own.first.length; j++) {
      const isInside = outer.first[i] !== NOWHERE && own.first[j] !== NOWHERE;
      all.first.push(isInside ? outer.first[i]! * first + own.first[j]! : NOWHERE);
      all.second.push(outer.second[i]! * second + own.second[j]!);
    }
  }
  return all;
}

/** The same of the last axis, whose contacts are whole: those inside, and those in the padding. */
function addContacts(
  outer: Pairs,
  { first, second }: AxisTerms,
  own: Pairs,
  inside: { readonly first: number[]; readonly second: number[]; readonly padded: number[] },
): void {
  for (let i = 0; i < outer.first.length; i++) {
    for (let j = 0; j < own.first.length; j++) {
      const met = outer.second[i]! * second + own.second[j]!;
      if (outer.first[i] === NOWHERE || own.first[j] === NOWHERE) inside.padded.push(met);
      else {
        inside.first.push(outer.first[i]! * first + own.first[j]!);
        inside.second.push(met);
      }
    }
  }
}
