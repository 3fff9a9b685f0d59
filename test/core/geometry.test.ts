import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginPaddingFor,
  canonicalEndPadding,
  endPaddingFor,
  samePadding,
  windowCount,
  windowExtent,
} from '../../src/core/geometry.ts';
import '../problems.ts';

const windows = fc.record({
  kernelSize: fc.integer({ min: 1, max: 6 }),
  stride: fc.integer({ min: 1, max: 5 }),
  dilation: fc.integer({ min: 1, max: 4 }),
});
type Window = { kernelSize: number; stride: number; dilation: number };

/** The positions that the window's taps take when it starts at `start`. */
function taps(start: number, { kernelSize, dilation }: Window): number[] {
  return Array.from({ length: kernelSize }, (_, k) => start + k * dilation);
}

/** Starts 0, stride, 2·stride, …, as long as every tap is one of `size` positions. */
function starts(size: number, window: Window): number[] {
  const found: number[] = [];
  for (let start = 0; taps(start, window).every((position) => position < size); start += window.stride) {
    found.push(start);
  }
  return found;
}

const sizes = fc.integer({ min: 1, max: 40 });
const paddings = fc.integer({ min: -4, max: 8 });
const outputs = fc.integer({ min: 1, max: 9 });

describe('the closed formulas', () => {
  it('count the windows that can be slid, and none where none fits', () => {
    fc.assert(
      fc.property(sizes, windows, (size, window) => {
        expect(Math.max(0, windowCount(size, window))).toBe(starts(size, window).length);
      }),
      { numRuns: 2000 },
    );
  });

  it('measure a window from its first tap to its last', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const positions = taps(0, window);
        expect(windowExtent(window)).toBe((positions.at(-1) as number) - (positions[0] as number) + 1);
      }),
    );
  });

  it('pad the end so that just the wanted windows fit, the last one up to the last element', () => {
    fc.assert(
      fc.property(sizes, windows, paddings, outputs, (inputSize, window, paddingBegin, outputSize) => {
        const end = endPaddingFor(outputSize, { ...window, inputSize, paddingBegin });
        const padded = paddingBegin + inputSize + end;
        const found = starts(padded, window);
        expect(found.length).toBe(outputSize);
        expect(taps(found.at(-1) as number, window).at(-1)).toBe(padded - 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('split a total padding in two halves, the odd one at the end, where cropping at the beginning', () => {
    fc.assert(
      fc.property(sizes, windows, outputs, (inputSize, window, outputSize) => {
        const begin = beginPaddingFor(outputSize, { ...window, inputSize });
        const end = endPaddingFor(outputSize, { ...window, inputSize, paddingBegin: begin });
        const total = begin + end;
        expect(Math.abs(end) - Math.abs(begin)).toBe(Math.abs(total % 2));
      }),
      { numRuns: 2000 },
    );
  });

  it('never yield a negative zero', () => {
    // Nine pixels under four 2-wide windows of stride 2: one pixel too many, half of −1 is −0 unless looked after.
    expect(beginPaddingFor(4, { inputSize: 9, kernelSize: 2, stride: 2, dilation: 1 })).toBe(0);
  });

  it("pad 'same' so that stride 1 keeps the size, the odd zero at the end", () => {
    fc.assert(
      fc.property(sizes, windows, (size, drawn) => {
        const window = { ...drawn, stride: 1 };
        const { begin, end } = samePadding(window);
        expect(starts(begin + size + end, window).length).toBe(size);
        expect([0, 1]).toContain(end - begin);
      }),
    );
  });

  it('write the end padding as the beginning where that gives the same windows, else as far as they reach', () => {
    let symmetric = 0;
    fc.assert(
      fc.property(sizes, windows, paddings, outputs, (inputSize, window, paddingBegin, outputSize) => {
        const axis = { ...window, inputSize, paddingBegin };
        const end = canonicalEndPadding(outputSize, axis);
        const both = inputSize + 2 * paddingBegin;
        const same = both > 0 && starts(both, window).length === outputSize;
        if (same) symmetric++;
        expect(end).toBe(same ? paddingBegin : endPaddingFor(outputSize, axis));
        expect(starts(paddingBegin + inputSize + end, window).length).toBe(outputSize);
      }),
      { numRuns: 3000 },
    );
    // However short the run: against mutants it is (brief.ts).
    expect(symmetric).toBeGreaterThan(10);
  });
});
