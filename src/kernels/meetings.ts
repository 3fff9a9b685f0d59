/**
 * Which elements of its two factors meet in each position of a gradient, by the direct path's contacts (core/terms.ts),
 * put together so that a kernel does many at a time.
 */
import type { PlacedTerms } from '../core/terms.ts';

/** Positions of the result that meet the same offsets of the second factor, and what they read of the first one. */
export interface Meeting {
  readonly positions: number[];
  readonly second: readonly number[];
  /** As many for each position. */
  readonly first: (readonly number[])[];
}

/** Positions by what they meet of the second factor: neighbours in the middle of a plane meet the same taps. */
export function meetingsOf({ positions, at }: PlacedTerms): Meeting[] {
  const byHash = new Map<number, Meeting[]>();
  const all: Meeting[] = [];
  for (let position = 0; position < positions; position++) {
    const { first, second } = at(position);
    const hash = hashOf(second);
    const known = byHash.get(hash) ?? [];
    let meeting = known.find((one) => isAlike(one.second, second));
    if (meeting === undefined) {
      meeting = { positions: [], second, first: [] };
      byHash.set(hash, [...known, meeting]);
      all.push(meeting);
    }
    meeting.positions.push(position);
    meeting.first.push(first);
  }
  return all;
}

/** FNV-1a of the offsets. */
function hashOf(offsets: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < offsets.length; i++) hash = Math.imul(hash ^ offsets[i]!, 0x01000193);
  return hash;
}

function isAlike(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((offset, i) => offset === b[i]);
}

/** Contacts side by side in both factors: where they begin in either, and how many they are. */
export interface Stretch {
  readonly pixel: number;
  readonly window: number;
  readonly length: number;
}

/** The stretches of contacts of these pixels with these windows, in their order. */
export function stretchesOf(pixels: readonly number[], windows: readonly number[]): Stretch[] {
  const starts = pixels.flatMap((pixel, i) =>
    i > 0 && pixel === pixels[i - 1]! + 1 && windows[i] === windows[i - 1]! + 1 ? [] : [i],
  );
  return starts.map((start, s) => ({
    pixel: pixels[start]!,
    window: windows[start]!,
    length: (starts[s + 1] ?? pixels.length) - start,
  }));
}
