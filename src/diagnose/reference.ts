/**
 * What changes of a problem's wiring are compared with: the right one, and which of its taps are read at all.
 */
import type { Problem } from '../core/problem.ts';
import { rightWiring } from './build-wiring.ts';
import { type Sizes, sizesOf, sourceAt, tapPosition, type WindowAxis } from './sizes.ts';
import { NONE, type Position, type Tap, type Wiring } from './wiring.ts';

/** Entries of stages that are compared at most, for all changes of one reference together: half a second at most. */
const MOST_ENTRIES = 2 ** 21;

/** The right wiring of a problem, and which taps are read at all; made once for many changes. */
export interface Reference {
  readonly sizes: Sizes;
  readonly right: Wiring;
  /** True where some window reads a pixel with that tap. */
  readonly isLive: (...tap: Tap) => boolean;
  /** The kw that are live in each row (kd, kh) of a kernel: of a small input, few. */
  readonly liveTaps: readonly (readonly number[])[];
  /** True where some window reads pixel (ih, iw, id). */
  readonly isRead: (...pixel: Position) => boolean;
  /** True where the window at (oh, ow, od) reads some pixel. */
  readonly isReading: (...window: Position) => boolean;
  /** True where some tap stands in zero padding. */
  readonly isPadded: boolean;
  /** Entries that may still be compared. */
  readonly budget: { left: number };
}

/** What `compareWiring` needs of `problem`. */
export function referenceOf(problem: Problem): Reference {
  const sizes = sizesOf(problem);
  // Axes are read independently, so each is looked at by itself; where one reads nothing, it has no part that does.
  const [h, w, d] = sizes.right.map((axis) => contactsOf(sizes, axis)) as [Contacts, Contacts, Contacts];
  const onAll = (part: 'taps' | 'pixels' | 'windows') => (a: number, b: number, c: number) =>
    h[part][a] === true && w[part][b] === true && d[part][c] === true;
  const isLive = onAll('taps');
  return {
    sizes,
    right: rightWiring(problem),
    isLive,
    liveTaps: liveTapsOf(sizes, isLive),
    isRead: onAll('pixels'),
    isReading: onAll('windows'),
    isPadded: [h, w, d].some(({ isPadded }) => isPadded),
    budget: { left: MOST_ENTRIES },
  };
}

function liveTapsOf({ kD, kH, kW }: Sizes, isLive: Reference['isLive']): number[][] {
  const taps = Array.from({ length: kW }, (_, kw) => kw);
  return Array.from({ length: kD * kH }, (_, row) =>
    taps.filter((kw) => isLive(row % kH, kw, Math.floor(row / kH))),
  );
}

/** What takes part in some contact of an axis. */
interface Contacts {
  readonly taps: readonly boolean[];
  readonly pixels: readonly boolean[];
  readonly windows: readonly boolean[];
  readonly isPadded: boolean;
}

function contactsOf(sizes: Sizes, axis: WindowAxis): Contacts {
  const { kernelSize, inputSize, windows } = axis;
  const none = (size: number) => new Array<boolean>(size).fill(false);
  const found = { taps: none(kernelSize), pixels: none(inputSize), windows: none(windows) };
  let isPadded = false;
  for (let k = 0; k < kernelSize; k++) {
    for (let o = 0; o < windows; o++) {
      const i = sourceAt(sizes, tapPosition(axis, k, o), inputSize);
      if (i === NONE) isPadded = true;
      else {
        found.taps[k] = true;
        found.pixels[i] = true;
        found.windows[o] = true;
      }
    }
  }
  return { ...found, isPadded };
}
