/**
 * Pictures of small problems, against pictures drawn by hand.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { drawColumns, drawFold, drawWindows, isDrawable, mostReadPixel } from '../../src/report/picture.ts';

const of = (params: ConvParams) => resolveProblem({ inChannels: 1, outChannels: 1, ...params });

/** The lines of a hand-drawn picture, without the line breaks around it. */
const lines = (drawn: string) => drawn.replace(/^\n|\n *$/g, '').split('\n');

describe('windows', () => {
  test('slide over the input, row by row', () => {
    expect(drawWindows(of({ inputSize: 3, kernelSize: 2 }), 80)).toEqual(
      lines(`
  input    window 0    window 1    window 2    window 3
  a b c    a b ·       · b c       · · ·       · · ·
  d e f    d e ·       · e f       d e ·       · e f
  g h i    · · ·       · · ·       g h ·       · h i
`),
    );
  });

  test('read zeros in the padding', () => {
    expect(drawWindows(of({ inputSize: 1, kernelSize: 3, padding: 1 }), 80)).toEqual(
      lines(`
  padded    window 0
  0 0 0     0 0 0
  0 a 0     0 a 0
  0 0 0     0 0 0
`),
    );
  });

  test.each<[string, ConvParams, string]>([
    [
      'a stride beyond the kernel leaves pixels out',
      { inputSize: [1, 6], kernelSize: [1, 2], stride: 3 },
      `
  input          window 0       window 1
  a b c d e f    a b · · · ·    · · · d e ·
`,
    ],
    [
      'dilation spreads the taps',
      { inputSize: [1, 4], kernelSize: [1, 2], dilation: 2 },
      `
  input      window 0    window 1
  a b c d    a · c ·     · b · d
`,
    ],
    [
      'a line is drawn as one row',
      { inputSize: [5], kernelSize: [3], stride: [2], spatialDims: 1 },
      `
  input        window 0     window 1
  a b c d e    a b c · ·    · · c d e
`,
    ],
    [
      'a mode repeats the letters that its padding reads',
      { inputSize: [4], kernelSize: [3], stride: [2], padding: [2], paddingMode: 'reflect', spatialDims: 1 },
      `
  padded             window 0           window 1           window 2
  c b a b c d c b    c b a · · · · ·    · · a b c · · ·    · · · · c d c ·
`,
    ],
    [
      'of grad-input it is the gradient that they slide over',
      { inputSize: [1, 3], kernelSize: [1, 2], direction: 'grad-input' },
      `
  gradient    window 0    window 1
  a b c       a b ·       · b c
`,
    ],
    [
      'of a transposed convolution it is the output',
      { inputSize: [1, 2], kernelSize: [1, 2], stride: [1, 2], transposed: true },
      `
  output     window 0    window 1
  a b c d    a b · ·     · · c d
`,
    ],
    [
      'padding may stand at one end only',
      { inputSize: [1, 2], kernelSize: [1, 2], paddingEnd: [0, 1] },
      `
  padded    window 0    window 1
  a b 0     a b ·       · b 0
`,
    ],
    [
      'negative padding crops',
      { inputSize: [1, 4], kernelSize: [1, 2], padding: [0, -1] },
      `
  padded    window 0
  b c       b c
`,
    ],
    [
      'a window may read nothing but padding',
      { inputSize: [1, 1], kernelSize: [1, 1], padding: [0, 1] },
      `
  padded    window 0    window 1    window 2
  0 a 0     0 · ·       · a ·       · · 0
`,
    ],
  ])('%s', (_, params, drawn) => {
    expect(drawWindows(of(params), 80)).toEqual(lines(drawn));
  });

  test('are the first ones and the last where not all fit', () => {
    expect(drawWindows(of({ inputSize: [1, 8], kernelSize: [1, 2] }), 80)).toEqual(
      lines(`
  input              window 0           window 1           window 6
  a b c d e f g h    a b · · · · · ·    · b c · · · · ·    · · · · · · g h
`),
    );
  });
});

test('columns hold what each window reads, top row first', () => {
  expect(drawColumns(of({ inputSize: [2, 3], kernelSize: 2, padding: [0, 1], stride: [1, 2] }))).toEqual(
    lines(`
  kh kw  0  1
   0  0  0  b
   0  1  a  c
   1  0  0  e
   1  1  d  f
`),
  );
});

describe('fold', () => {
  const problem = of({ inputSize: 4, kernelSize: 2 });

  test('lays the values out, row by row', () => {
    expect(drawFold(problem, 80)).toEqual(
      lines(`
  y0 y1 y2 y3 y4 y5 y6 y7 y8   →   y0 y1 y2
                                   y3 y4 y5
                                   y6 y7 y8
`),
    );
  });

  test('is drawn below them where the width does not take both', () => {
    expect(drawFold(problem, 40)).toEqual(
      lines(`
  y0 y1 y2 y3 y4 y5 y6 y7 y8

  y0 y1 y2
  y3 y4 y5
  y6 y7 y8
`),
    );
  });
});

test('the pixel that most windows read is named with them', () => {
  expect(mostReadPixel(of({ inputSize: 3, kernelSize: 2 }))).toEqual({ letter: 'e', windows: [0, 1, 2, 3] });
  expect(mostReadPixel(of({ inputSize: [1, 4], kernelSize: [1, 2] }))).toEqual({
    letter: 'b',
    windows: [0, 1],
  });
});

test.each([
  ['a small problem', { inputSize: 5, kernelSize: 3, stride: 2 }, true],
  ['more pixels than letters', { inputSize: [4, 14], kernelSize: 3, stride: 4 }, false],
  ['many windows', { inputSize: 7, kernelSize: 2 }, false],
  ['many taps', { inputSize: 5, kernelSize: 5 }, false],
  ['much padding', { inputSize: 1, kernelSize: 3, stride: 9, padding: 8 }, false],
])('%s can be drawn: %s', (_, params, drawable) => {
  expect(isDrawable(of(params as ConvParams))).toBe(drawable);
});
