import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePadding } from '../../src/cli/values.ts';
import { mergeParams, parseLayer } from '../../src/core/layer.ts';
import { formatLayerRepr } from '../../src/core/layer-repr.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken } from '../../src/core/token.ts';
import { params, problems } from '../problems.ts';

/** The problem that a token and the options printed beside it give back. */
function reread({ token, options }: ReturnType<typeof formatToken>, rest: ConvParams = {}): Problem {
  const words = options.map((option) => /^--padding=(.*)$/.exec(option)?.[1] ?? `not a padding: ${option}`);
  const padding = words[0] === undefined ? undefined : parsePadding('--padding')(words[0]);
  return resolveProblem(mergeParams(parseLayer(token), { ...rest, padding }));
}

describe('a token', () => {
  it('reads back as the problem that it was printed for, with the paddings printed beside it', () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const { bias, dtype } = problem;
        expect(reread(formatToken(problem), { bias, dtype })).toEqual(problem);
      }),
      { numRuns: 2000 },
    );
  });

  it('says the batch even where it is the default of its grammar, and nothing of bias and dtype', () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const form = formatToken(problem);
        expect(form.token).toContain(`mb${problem.batch}ic`);
        expect(formatToken({ ...problem, bias: !problem.bias, dtype: 'float64' })).toEqual(form);
      }),
    );
  });

  it('needs a --padding beside it only for a cropped beginning', () => {
    const needing = fc.sample(problems(), 2000).filter((problem) => formatToken(problem).options.length > 0);
    expect(needing.length).toBeGreaterThan(20);
    expect(needing.every(({ axes }) => axes.some(({ paddingBegin }) => paddingBegin < 0))).toBe(true);
  });
});

describe('a Conv2d(...) line', () => {
  it('reads back as the problem that it was printed for; input size, batch and dtype are not its to say', () => {
    let printed = 0;
    fc.assert(
      fc.property(problems(), (problem) => {
        const line = formatLayerRepr(problem);
        const symmetric = problem.axes.every((a) => a.paddingBegin === a.paddingEnd && a.paddingBegin >= 0);
        expect(line === undefined).toBe(!symmetric);
        if (line === undefined) return;
        printed++;
        const { batch, dtype } = problem;
        const inputSize = problem.axes.map((axis) => axis.inputSize);
        expect(resolveProblem(mergeParams(parseLayer(line), { batch, dtype, inputSize }))).toEqual(problem);
      }),
      { numRuns: 1000 },
    );
    // However short the run: against mutants it is (brief.ts).
    expect(printed).toBeGreaterThan(10);
  });
});

describe('the same windows, written in another way,', () => {
  it('are the same problem and the same token: as both ends', () => {
    fc.assert(
      fc.property(params(), (written) => {
        const problem = resolveProblem(written);
        const ends = {
          padding: problem.axes.map((axis) => axis.paddingBegin),
          paddingEnd: problem.axes.map((axis) => axis.paddingEnd),
          outputSize: undefined,
        };
        const again = resolveProblem({ ...written, ...ends });
        expect(again).toEqual(problem);
        expect(formatToken(again)).toEqual(formatToken(problem));
      }),
      { numRuns: 1000 },
    );
  });

  it('are the same problem and the same token: as the beginning and the output size', () => {
    fc.assert(
      fc.property(params(), (written) => {
        const problem = resolveProblem(written);
        const output = {
          padding: problem.axes.map((axis) => axis.paddingBegin),
          paddingEnd: undefined,
          outputSize: problem.axes.map((axis) => axis.outputSize),
        };
        const again = resolveProblem({ ...written, ...output });
        expect(again).toEqual(problem);
        expect(formatToken(again)).toEqual(formatToken(problem));
      }),
      { numRuns: 1000 },
    );
  });

  it('are the same problem and the same token: with an end padding that the last window does not reach', () => {
    fc.assert(
      fc.property(problems(), fc.nat(), fc.nat(), (problem, more, less) => {
        // The windows reach `reached` elements past the input; up to stride − 1 further, no other window fits.
        const ends = problem.axes.map((axis, a) => {
          const last = (axis.outputSize - 1) * axis.stride + axis.dilation * (axis.kernelSize - 1);
          const reached = last + 1 - axis.paddingBegin - axis.inputSize;
          return reached + ((a === 0 ? more : less) % axis.stride);
        });
        const { axes, ...rest } = problem;
        const each = (key: 'inputSize' | 'kernelSize' | 'stride' | 'dilation' | 'paddingBegin') =>
          axes.map((axis) => axis[key]);
        const again = resolveProblem({
          ...rest,
          inputSize: each('inputSize'),
          kernelSize: each('kernelSize'),
          stride: each('stride'),
          dilation: each('dilation'),
          padding: each('paddingBegin'),
          paddingEnd: ends,
        });
        expect(again).toEqual(problem);
        expect(formatToken(again)).toEqual(formatToken(problem));
      }),
      { numRuns: 1000 },
    );
  });
});
