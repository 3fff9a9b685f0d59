/**
 * The direct path's windows in a padded copy of its input, by its own contacts (core/contacts.ts).
 */
import { contactsByAxis, NOWHERE } from '../core/contacts.ts';
import type { Problem } from '../core/problem.ts';

/** Where windows and their taps stand in the padded copy of one channel; all in positions. */
export interface PaddedWindows {
  /** The pixel at each position, NOWHERE where there is none. */
  readonly pixels: Int32Array;
  /** Where each window starts. */
  readonly starts: Uint32Array;
  /** From its start, where each stretch of taps that lie side by side begins. */
  readonly stretches: Uint32Array;
  /** Taps of a stretch. */
  readonly length: number;
  readonly taps: number;
  /** Of each window, those that read a pixel. */
  readonly tapsInside: Uint32Array;
}

/** The padded copy reaches from the first window's first tap to the last window's last one, on each axis. */
export function paddedWindows({ axes, paddingMode }: Problem): PaddedWindows {
  const contacts = contactsByAxis(axes, paddingMode);
  const each = contacts.map(({ extents, by }, a) => {
    const { stride, dilation } = axes[a]!;
    const pixels = new Int32Array((extents.window - 1) * stride + (extents.tap - 1) * dilation + 1).fill(
      NOWHERE,
    );
    const inside = new Uint32Array(extents.window);
    for (let window = 0; window < extents.window; window++) {
      for (const { tap, pixel } of by('window', window)) {
        pixels[window * stride + tap * dilation] = pixel;
        if (pixel !== NOWHERE) inside[window]!++;
      }
    }
    return {
      pixels,
      inside,
      size: pixels.length,
      starts: Uint32Array.from(inside, (_, window) => window * stride),
      taps: Uint32Array.from({ length: extents.tap }, (_, tap) => tap * dilation),
      pixelCount: extents.pixel,
    };
  });
  const last = each.at(-1)!;
  // Undilated taps of the last axis lie side by side.
  const isDense = axes.at(-1)!.dilation === 1;
  const grid = (part: 'starts' | 'taps') =>
    each.reduce(
      (outer, axis) => combine(outer, axis[part], (position, own) => position * axis.size + own),
      Uint32Array.of(0),
    );
  const taps = grid('taps');
  const length = isDense ? last.taps.length : 1;
  return {
    pixels: each.reduce(
      (outer, { pixels, pixelCount }) =>
        combine(outer, pixels, (plane, own) =>
          plane === NOWHERE || own === NOWHERE ? NOWHERE : plane * pixelCount + own,
        ),
      Int32Array.of(0),
    ),
    starts: grid('starts'),
    stretches: taps.filter((_, tap) => tap % length === 0),
    length,
    taps: taps.length,
    tapsInside: each.reduce(
      (outer, { inside }) => combine(outer, inside, (a, b) => a * b),
      Uint32Array.of(1),
    ),
  };
}

/** One entry for each of `outer` and each of `inner`, row-major. */
function combine<List extends Uint32Array | Int32Array>(
  outer: List,
  inner: List,
  join: (a: number, b: number) => number,
): List {
  const joined = new (outer.constructor as new (length: number) => List)(outer.length * inner.length);
  for (let a = 0; a < outer.length; a++) {
    for (let b = 0; b < inner.length; b++) joined[a * inner.length + b] = join(outer[a]!, inner[b]!);
  }
  return joined;
}
