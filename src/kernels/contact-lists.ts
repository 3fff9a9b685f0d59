/**
 * Which elements of its two factors meet in each position of a gradient, by the direct path's contacts
 * (core/contacts.ts), one list after the other.
 */
import { contactsByAxis, NOWHERE } from '../core/contacts.ts';
import { READS } from '../core/placed-terms.ts';
import type { Problem } from '../core/problem.ts';

/** The contacts of all positions; those in zero padding are left out. */
export interface ContactLists {
  /** Where each position's begin, and where the last one's end. */
  readonly starts: Uint32Array;
  /** Offsets into one plane of the first factor. */
  readonly first: Uint32Array;
  /** Offsets into one plane of the second. */
  readonly second: Uint32Array;
}

/** Taps of all windows: no gradient has more contacts. */
export function mostContacts({ axes }: Problem): number {
  return axes.reduce((count, { outputSize, kernelSize }) => count * outputSize * kernelSize, 1);
}

/** The contacts of `problem`, in the order of core/placed-terms.ts. */
export function listContacts(problem: Problem): ContactLists {
  const { result, first: toFirst, second: toSecond } = READS[problem.direction];
  const axes = contactsByAxis(problem.axes, problem.paddingMode).map(({ extents, by }) => ({
    result: extents[result],
    first: extents[toFirst],
    second: extents[toSecond],
    contacts: Array.from({ length: extents[result] }, (_, index) =>
      by(result, index).flatMap((contact) => {
        const [first, second] = [contact[toFirst], contact[toSecond]];
        return first === NOWHERE || second === NOWHERE ? [] : [{ first, second }];
      }),
    ),
  }));
  const most = mostContacts(problem);
  const first = new Uint32Array(most);
  const second = new Uint32Array(most);
  let count = 0;
  const starts = [0];
  /** Each contact of an axis with all of the axes behind it. */
  const list = (axis: number, position: readonly number[], x: number, y: number): void => {
    const own = axes[axis];
    if (own === undefined) {
      first[count] = x;
      second[count] = y;
      count++;
      return;
    }
    for (const contact of own.contacts[position[axis]!]!) {
      list(axis + 1, position, x * own.first + contact.first, y * own.second + contact.second);
    }
  };
  const walk = (position: readonly number[]): void => {
    const own = axes[position.length];
    if (own === undefined) {
      list(0, position, 0, 0);
      starts.push(count);
    } else for (let index = 0; index < own.result; index++) walk([...position, index]);
  };
  walk([]);
  return {
    starts: Uint32Array.from(starts),
    first: first.subarray(0, count),
    second: second.subarray(0, count),
  };
}

/** Positions that meet the same offsets of the second factor, as neighbours in the middle of a plane do. */
export function alikePositions({ starts, second }: ContactLists): number[][] {
  const byHash = new Map<number, number[][]>();
  const all: number[][] = [];
  for (let position = 0; position + 1 < starts.length; position++) {
    const [from, to] = [starts[position]!, starts[position + 1]!];
    const hash = hashOf(second, from, to);
    const known = byHash.get(hash) ?? [];
    const alike = known.find(([other]) => isAlike(second, starts[other!]!, starts[other! + 1]!, from, to));
    if (alike) alike.push(position);
    else {
      const own = [position];
      all.push(own);
      byHash.set(hash, [...known, own]);
    }
  }
  return all;
}

/** FNV-1a of the offsets from `from` to `to`. */
function hashOf(offsets: Uint32Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ offsets[i]!, 0x01000193);
  return hash;
}

function isAlike(offsets: Uint32Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; a + i < aEnd; i++) if (offsets[a + i] !== offsets[b + i]) return false;
  return true;
}
