import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands, integerMagnitude } from '../../src/core/fill.ts';
import { outputShape, type Problem } from '../../src/core/problem.ts';
import { verify } from '../../src/verify/verify.ts';
import { problems, seeds } from '../problems.ts';
import { textbookOutput, textbookTerms } from './textbook.ts';

it('the decomposition equals the direct convolution exactly on integers, for any hyperparameters', () => {
  fc.assert(
    fc.property(problems(), seeds(), (problem, seed) => {
      const operands = fillOperands(problem, 'integer', seed);
      const { output } = decompose(problem, operands);
      const direct = directConvolution(problem, operands);
      expect(output.shape).toEqual(outputShape(problem));
      expect(direct.shape).toEqual(outputShape(problem));
      expect(output.dtype).toBe(problem.dtype);
      expect(Array.from(output.data)).toEqual(Array.from(direct.output));
    }),
    { numRuns: 2000 },
  );
});

it('the direct convolution has the output, the terms and the magnitude of the textbook', () => {
  fc.assert(
    fc.property(problems(), seeds(), (problem, seed) => {
      const operands = fillOperands(problem, 'integer', seed);
      const { output, terms, magnitudeAt } = directConvolution(problem, operands);
      const expected = textbookTerms(problem, operands);
      const absolute = expected.map((list) => list.reduce((sum, [x, w]) => sum + Math.abs(x * w), 0));
      expect(Array.from(output)).toEqual(textbookOutput(problem, operands));
      expect(Array.from(terms)).toEqual(expected.map((list) => list.length));
      expect(absolute.map((_, element) => magnitudeAt(element))).toEqual(absolute);
    }),
    { numRuns: 500 },
  );
});

it.each(['uniform', 'normal'] as const)('no problem fails on %s floats, by any witness', (fill) => {
  fc.assert(
    fc.property(problems(), seeds(), (problem, seed) => {
      const { checks } = verify(problem, { fill, seed, trials: 1 });
      expect(checks.map(({ witness, verdict }) => [witness, verdict === 'fail'])).toEqual([
        ['wiring', false],
        ['exact', false],
        ['rounding', false],
      ]);
    }),
    { numRuns: 300 },
  );
});

/** What a drawn problem must be now and then, or the properties above would say less than they seem to. */
const KINDS: Readonly<Record<string, (problem: Problem) => boolean>> = {
  'a rectangular kernel': ({ axes }) => axes[0]?.kernelSize !== axes[1]?.kernelSize,
  'strides that differ': ({ axes }) => axes[0]?.stride !== axes[1]?.stride,
  'dilations that differ': ({ axes }) => axes[0]?.dilation !== axes[1]?.dilation,
  'paddings that differ': ({ axes }) => axes[0]?.paddingBegin !== axes[1]?.paddingBegin,
  'symmetric padding': ({ axes }) => axes.every((a) => a.paddingBegin > 0 && a.paddingBegin === a.paddingEnd),
  'ends that differ': ({ axes }) => axes.some((a) => a.paddingBegin !== a.paddingEnd),
  'a cropped beginning': ({ axes }) => axes.some((a) => a.paddingBegin < 0),
  'a cropped end': ({ axes }) => axes.some((a) => a.paddingEnd < 0),
  'a window that only reads padding': ({ axes }) =>
    axes.some((a) => a.paddingBegin >= a.dilation * a.kernelSize),
  'a stride beyond the kernel': ({ axes }) => axes.some((a) => a.stride > a.kernelSize && a.outputSize > 1),
  'groups that are not depthwise': ({ groups, inChannels }) => groups > 1 && inChannels > groups,
  'a depthwise layer': ({ groups, inChannels }) => groups > 1 && inChannels === groups,
  'a depthwise layer with a multiplier': ({ groups, inChannels, outChannels }) =>
    groups > 1 && inChannels === groups && outChannels > groups,
  'a bias': ({ bias }) => bias,
  'a batch': ({ batch }) => batch > 1,
  float64: ({ dtype }) => dtype === 'float64',
  'integers beyond ±100': (problem) => integerMagnitude(problem) > 100,
};

it.each(Object.keys(KINDS))('the problems drawn have %s in at least 1 of 50', (kind) => {
  const drawn = fc.sample(problems(), 1000);
  expect(drawn.filter(KINDS[kind] as (problem: Problem) => boolean).length).toBeGreaterThanOrEqual(20);
});
