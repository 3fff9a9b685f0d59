/**
 * The direct path's own geometry: where a window's taps stand, found by sliding the window along its axis while it fits
 * and stepping from tap to tap. A contact is one tap of one window and the pixel that it reads.
 */
import type { Axis } from './geometry.ts';
import type { PaddingMode } from './problem.ts';

/** Tap `tap` of window `window` reads `pixel`, which is NOWHERE in zero padding. */
export interface Contact {
  readonly window: number;
  readonly tap: number;
  readonly pixel: number;
}

/** In place of a pixel, where there is none. */
export const NOWHERE = -1;

/** What a contact may be looked up by. */
export type Place = keyof Contact;

/** The contacts of one axis. */
export interface AxisContacts {
  /** Windows that were counted, taps of one, pixels of the input. */
  readonly extents: Readonly<Record<Place, number>>;
  /** The contacts with this window, tap or pixel, windows ascending and taps within. */
  by(place: Place, value: number): readonly Contact[];
}

/** Every axis's contacts; what a window reads, or a pixel is read by, is listed when it is asked for. */
export function contactsByAxis(axes: readonly Axis[], mode: PaddingMode): readonly AxisContacts[] {
  return axes.map((axis) => {
    const starts = slideWindow(axis);
    const contact = (window: number, tap: number): Contact => ({
      window,
      tap,
      pixel: walk(starts[window]! + tap * axis.dilation, axis.inputSize, mode),
    });
    const taps = Array.from({ length: axis.kernelSize }, (_, tap) => tap);
    const byWindow: (readonly Contact[])[] = [];
    let byPixel: Contact[][] | undefined;
    return {
      extents: { window: starts.length, tap: axis.kernelSize, pixel: axis.inputSize },
      by(place, value) {
        switch (place) {
          case 'window':
            byWindow[value] ??= taps.map((tap) => contact(value, tap));
            return byWindow[value];
          case 'tap':
            return starts.map((_, window) => contact(window, value));
          case 'pixel':
            byPixel ??= groupByPixel(
              axis.inputSize,
              starts.flatMap((_, w) => taps.map((tap) => contact(w, tap))),
            );
            return byPixel[value]!;
        }
      },
    };
  });
}

function groupByPixel(size: number, contacts: readonly Contact[]): Contact[][] {
  const list = Array.from({ length: size }, (): Contact[] => []);
  for (const contact of contacts) if (contact.pixel !== NOWHERE) list[contact.pixel]!.push(contact);
  return list;
}

/** Where the window starts each time it fits: from the first padded element on, its last tap not past the last. */
function slideWindow(axis: Axis): number[] {
  const starts: number[] = [];
  const last = axis.inputSize - 1 + axis.paddingEnd;
  for (
    let start = -axis.paddingBegin;
    start + (axis.kernelSize - 1) * axis.dilation <= last;
    start += axis.stride
  ) {
    starts.push(start);
  }
  return starts;
}

/** The pixel that position `i` is read from: inside itself; beyond, one walks from the nearer end back inside. */
function walk(i: number, size: number, mode: PaddingMode): number {
  if (i >= 0 && i < size) return i;
  const isBefore = i < 0;
  const beyond = isBefore ? -i : i - (size - 1); // 1 is the first position outside
  switch (mode) {
    case 'zeros':
      return NOWHERE;
    case 'replicate':
      return isBefore ? 0 : size - 1;
    case 'reflect':
      return isBefore ? beyond : size - 1 - beyond;
    case 'circular':
      return isBefore ? size - beyond : beyond - 1;
  }
}
