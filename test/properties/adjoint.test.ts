import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/core/fold.ts';
import { overlapMap, overlapPerAxis } from '../../src/core/overlap.ts';
import { pad, unpad } from '../../src/core/pad.ts';
import { planDecomposition, type UnfoldSpec } from '../../src/core/plan.ts';
import { inputShape, type Problem } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { unfold } from '../../src/core/unfold.ts';
import { tensorStream } from '../operands.ts';
import { problems, seeds } from '../problems.ts';

/** 2·1000² times the columns drawn here stays far below 2^53: every sum is exact. */
const MAGNITUDE = 1000;

interface Windows {
  readonly batch: number;
  readonly channels: number;
  readonly size: readonly number[];
  readonly spec: UnfoldSpec;
}

function windows(dimensions: number): fc.Arbitrary<Windows> {
  const axis = fc
    .record({
      kernelSize: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 4 }),
      padding: fc.integer({ min: 0, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      spare: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ spare, ...window }) => {
      const extent = window.dilation * (window.kernelSize - 1) + 1;
      return { ...window, size: Math.max(1, extent - 2 * window.padding) + spare };
    });
  return fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 2 }),
      axes: fc.array(axis, { minLength: dimensions, maxLength: dimensions }),
    })
    .map(({ batch, channels, axes }) => ({
      batch,
      channels,
      size: axes.map(({ size }) => size),
      spec: {
        kernelSize: axes.map(({ kernelSize }) => kernelSize),
        stride: axes.map(({ stride }) => stride),
        padding: axes.map(({ padding }) => padding),
        dilation: axes.map(({ dilation }) => dilation),
      },
    }));
}

function inner(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data).reduce((sum, value, i) => sum + value * (b.data[i] as number), 0);
}

describe.each([1, 2, 3])('in %d dimensions', (dimensions) => {
  it("fold with unfold's parameters is unfold's adjoint: <unfold(x), y> = <x, fold(y)> exactly", () => {
    fc.assert(
      fc.property(windows(dimensions), seeds(), ({ batch, channels, size, spec }, seed) => {
        const next = tensorStream('integer', 'float64', seed, MAGNITUDE);
        const x = next([batch, channels, ...size]);
        const columns = unfold(x, spec);
        const y = next(columns.shape);
        expect(inner(columns, y)).toBe(inner(x, fold(y, { ...spec, outputSize: size })));
      }),
      { numRuns: 400 },
    );
  });

  it('fold(unfold(x)) multiplies each pixel by the number of taps that stand on it', () => {
    fc.assert(
      fc.property(windows(dimensions), seeds(), ({ batch, channels, size, spec }, seed) => {
        const x = tensorStream('integer', 'float64', seed, MAGNITUDE)([batch, channels, ...size]);
        const folded = fold(unfold(x, spec), { ...spec, outputSize: size });
        const counts = size.map((length, a) =>
          tapsOn(length, {
            kernelSize: spec.kernelSize[a] as number,
            stride: spec.stride[a] as number,
            begin: spec.padding[a] as number,
            end: spec.padding[a] as number,
            dilation: spec.dilation[a] as number,
          }),
        );
        const plane = counts.reduce((outer, axis) => outer.flatMap((n) => axis.map((m) => n * m)), [1]);
        const expected = Array.from(x.data, (value, i) => value * (plane[i % plane.length] as number));
        // x·0 is −0 for negative x, and a pixel that no window reads is +0.
        expect(Array.from(folded.data)).toEqual(expected.map((value) => value + 0));
      }),
      { numRuns: 400 },
    );
  });
});

interface TapAxis {
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
}

/** Taps on each position of an axis, by sliding a window along it. */
function tapsOn(length: number, { kernelSize, stride, dilation, begin, end }: TapAxis): number[] {
  const counts = new Array<number>(length).fill(0);
  for (let start = -begin; start + dilation * (kernelSize - 1) < length + end; start += stride) {
    for (let k = 0; k < kernelSize; k++) {
      const position = start + k * dilation;
      if (position >= 0 && position < length) counts[position] = (counts[position] as number) + 1;
    }
  }
  return counts;
}

describe('the overlap map', () => {
  it('counts the taps on each position of each axis, padded or cropped', () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const expected = problem.axes.map(({ inputSize, paddingBegin, paddingEnd, ...axis }) =>
          tapsOn(inputSize, { ...axis, begin: paddingBegin, end: paddingEnd }),
        );
        expect(overlapPerAxis(problem)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("is the factor by which fold(unfold(x)) multiplies the problem's input", () => {
    fc.assert(
      fc.property(problems(), seeds(), (problem, seed) => {
        const x = tensorStream('integer', 'float64', seed, MAGNITUDE)(inputShape(problem));
        const map = overlapMap(overlapPerAxis(problem)).flat();
        const expected = Array.from(x.data, (value, i) => value * (map[i % map.length] as number) + 0);
        expect(Array.from(foldedBack(problem, x).data)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

/** pad, unfold, fold with unfold's parameters, and the padding's adjoint. */
function foldedBack(problem: Problem, x: Tensor): Tensor {
  const plan = planDecomposition({ ...problem, direction: 'grad-input' });
  const seen = plan.pads.reduce((input, spec) => pad(input, spec), x);
  const folded = fold(unfold(seen, plan.unfold), plan.adjoint);
  return plan.steps.reduce(
    (gradient, step) =>
      step.step === 'unpad' ? unpad(gradient, step.parameters, step.shape.slice(2)) : gradient,
    folded,
  );
}
