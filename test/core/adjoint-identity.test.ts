/**
 * The identity that explanations print, and the sizes that they say give the same output.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAdjointIdentity } from '../../src/core/adjoint-identity.ts';
import { fold } from '../../src/core/fold.ts';
import type { Axis } from '../../src/core/geometry.ts';
import { inputSizesOfSameOutput } from '../../src/core/input-sizes.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { overlapPerAxis } from '../../src/core/overlap.ts';
import { pad, unpad } from '../../src/core/pad.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import { inputShape } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { coordinates, elementCount, type Shape } from '../../src/core/shape.ts';
import { zeros } from '../../src/core/tensor.ts';
import { unfold } from '../../src/core/unfold.ts';
import { summariseOverlap } from '../../src/report/explanation.ts';
import { anyParams } from '../cli/random-problems.ts';

describe('the adjoint identity', () => {
  it('holds, exactly, at random hyperparameters of every kind', () => {
    fc.assert(
      fc.property(anyParams().map(resolveProblem), fc.integer({ min: 0, max: 99 }), (problem, seed) => {
        const { gemm } = planDecomposition(problem);
        const identity = checkAdjointIdentity(problem, seed);
        expect(identity).toMatchObject({ equal: true, isWhole: true, input: inputShape(problem) });
        expect(identity?.columns).toEqual([problem.batch, gemm.groups * gemm.K, gemm.L]);
        expect(identity?.unfoldSide).toBe(identity?.foldSide);
      }),
    );
  });

  it('has other sums for other seeds: it is computed', () => {
    const problem = describeProblem('mb1ic2ih6oc3kh3sh2ph1');
    const sums = [0, 1, 2, 3].map((seed) => checkAdjointIdentity(problem, seed)?.unfoldSide);
    expect(new Set(sums).size).toBe(4);
  });

  it('is that of one pixel, by hand: 9 taps of one 1×1 window with padding read x once', () => {
    const identity = checkAdjointIdentity(describeProblem('mb1ic1ih1oc1kh3ph1'));
    expect(identity?.input).toEqual([1, 1, 1, 1]);
    expect(identity?.columns).toEqual([1, 9, 1]);
    // One product, of two integers between 1 and 9.
    const product = Math.abs(identity?.unfoldSide ?? 0);
    expect([...Array(9).keys()].some((a) => product % (a + 1) === 0 && product / (a + 1) <= 9)).toBe(true);
  });

  it('is shown on one sample and channel where all would take long, and not at all beyond', () => {
    const large = describeProblem('mb32ic64ih224oc128kh7sh2ph3');
    expect(checkAdjointIdentity(large)).toMatchObject({
      isWhole: false,
      equal: true,
      input: [1, 1, 224, 224],
      columns: [1, 49, 112 * 112],
    });
    expect(checkAdjointIdentity(describeProblem('mb1ic1ih2000oc1kh3'))).toBeUndefined();
  });
});

describe('fold(unfold(x))', () => {
  // Whatever the padding reads again: each entry of the columns goes back to the very pixel that it was read from.
  it('is x times the product of the axes counts, and divided by it x again, at hyperparameters of every kind', () => {
    fc.assert(
      fc.property(anyParams().map(resolveProblem), (problem) => {
        const one = {
          batch: 1,
          inChannels: 1,
          outChannels: 1,
          groups: 1,
          zeroPoints: { input: 0, weight: 0 },
        };
        const { pads, unfold: spec, adjoint } = planDecomposition({ ...problem, ...one });
        const shape = inputShape({ ...problem, ...one });
        const x = {
          ...zeros('float64', shape),
          data: Float64Array.from({ length: elementCount(shape) }, (_, i) => i + 1),
        };
        const sizes = pads.map((_, call) => pads.slice(0, call).reduce(pad, x).shape.slice(2));
        const folded = pads.reduceRight(
          (gradient, call, c) => unpad(gradient, call, sizes[c] as Shape),
          fold(unfold(pads.reduce(pad, x), spec), adjoint),
        );
        const counts = overlapPerAxis(problem);
        const count = (i: number) =>
          coordinates(i, shape.slice(2)).reduce(
            (product, position, a) => product * (counts[a]?.[position] as number),
            1,
          );
        folded.data.forEach((value, i) => {
          expect(value).toBe(count(i) * (x.data[i] as number));
          if (count(i) > 0) expect(value / count(i)).toBe(x.data[i]);
        });
        const { min, max, uncovered } = summariseOverlap(problem);
        const all = [...x.data.keys()].map(count);
        expect([min, max]).toEqual([Math.min(...all), Math.max(...all)]);
        expect(uncovered).toBe(all.filter((n) => n === 0).length);
      }),
    );
  });
});

describe('input sizes of the same output', () => {
  const rangesOf = (...args: Parameters<typeof describeProblem>) =>
    inputSizesOfSameOutput(describeProblem(...args)).map(({ smallest, largest }) => [smallest, largest]);

  it.each<[string, Parameters<typeof describeProblem>[1], number[][]]>([
    [
      'mb1ic1ih8oc1kh3sh2ph1',
      {},
      [
        [7, 8],
        [7, 8],
      ],
    ],
    [
      'mb1ic1ih5oc1kh3',
      {},
      [
        [5, 5],
        [5, 5],
      ],
    ],
    ['mb1ic1iw7oc1kw2sw3', {}, [[5, 7]]],
    // Less padding than this would be needed for a shorter input; and no input is shorter than 1.
    ['mb1ic1iw1oc1kw1sw4', {}, [[1, 4]]],
    ['mb1ic1iw1oc1kw1sw4', { padding: 1 }, [[1, 2]]],
    ['mb1ic1iw3oc1kw1sw4', { padding: 2, paddingMode: 'reflect' }, [[3, 4]]],
  ])('%s %j', (layer, beside, expected) => {
    expect(rangesOf(layer, beside)).toEqual(expected);
  });

  it('are exactly those that do, by trying them', () => {
    fc.assert(
      fc.property(anyParams(), (params) => {
        const problem = resolveProblem(params);
        const { axes, paddingMode } = problem;
        inputSizesOfSameOutput(problem).forEach((range, a) => {
          const { inputSize, outputSize, kernelSize, stride, dilation, paddingBegin, paddingEnd } = axes[
            a
          ] as Axis;
          expect(range.smallest).toBeLessThanOrEqual(inputSize);
          expect(range.largest).toBeGreaterThanOrEqual(inputSize);
          const outputOf = (size: number) => {
            try {
              const sizes = { inputSize: size, kernelSize, stride, dilation, paddingMode, spatialDims: 1 };
              const paddings = { padding: paddingBegin, paddingEnd };
              return resolveProblem({ inChannels: 1, outChannels: 1, ...sizes, ...paddings }).axes[0]
                ?.outputSize;
            } catch {
              return undefined; // no window fits, or too short to be read again
            }
          };
          for (let size = 1; size <= range.largest + 2; size++) {
            const isSame = outputOf(size) === outputSize;
            expect(isSame, `${size} of ${JSON.stringify(axes[a])}`).toBe(
              size >= range.smallest && size <= range.largest,
            );
          }
        });
      }),
    );
  });
});
