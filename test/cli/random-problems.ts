/**
 * Random valid problems as the option words of a command line.
 */
import fc from 'fast-check';
import { windowExtent } from '../../src/core/geometry.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { DIRECTIONS, PADDING_MODES } from '../../src/core/problem.ts';
import { params } from '../problems.ts';

/** `--in-channels=2 …`, in every way to say where an axis ends. */
export function problemWords(): fc.Arbitrary<string[]> {
  return params().map(wordsOf);
}

/** The same of every direction, dimension, padding mode and dtype, and of transposed convolutions. */
export function anyProblemWords(): fc.Arbitrary<string[]> {
  return anyParams().map(wordsOf);
}

/** Hyperparameters of every kind; no drawn combination is refused. */
export function anyParams(): fc.Arbitrary<ConvParams> {
  const kind = fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.constantFrom(1, 1, 2, 3),
    groupInputs: fc.integer({ min: 1, max: 2 }),
    groupOutputs: fc.integer({ min: 1, max: 2 }),
    bias: fc.boolean(),
    dtype: fc.constantFrom('float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8'),
    direction: fc.constantFrom(...DIRECTIONS, 'transposed'),
    paddingMode: fc.constantFrom('zeros', 'zeros', ...PADDING_MODES),
    zeroPoints: fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: -128, max: 127 })),
    axes: fc.array(axis(), { minLength: 1, maxLength: 3 }),
  });
  return kind.map(({ groupInputs, groupOutputs, direction, paddingMode, zeroPoints, axes, ...rest }) => {
    const { groups, dtype } = rest;
    const sizes = {
      ...rest,
      spatialDims: axes.length,
      inChannels: groups * groupInputs,
      outChannels: groups * groupOutputs,
      kernelSize: axes.map(({ kernelSize }) => kernelSize),
      stride: axes.map(({ stride }) => stride),
      dilation: axes.map(({ dilation }) => dilation),
    };
    const isQuantised = dtype === 'int8' || dtype === 'uint8';
    if (direction === 'transposed' && !isQuantised) return { ...sizes, ...transposed(axes) };
    return {
      ...sizes,
      ...padded(axes, paddingMode),
      ...(isQuantised
        ? { inputZeroPoint: zeroPoints[0], weightZeroPoint: zeroPoints[1] }
        : { direction: direction as 'forward' }),
    };
  });
}

interface DrawnAxis {
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  readonly paddingEnd: number;
  readonly outputPadding: number;
  /** Elements beyond those that one window needs. */
  readonly spare: number;
}

function axis(): fc.Arbitrary<DrawnAxis> {
  return fc.record({
    kernelSize: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 0, max: 2 }),
    paddingEnd: fc.integer({ min: -1, max: 2 }),
    outputPadding: fc.integer({ min: 0, max: 2 }),
    spare: fc.integer({ min: 0, max: 3 }),
  });
}

/** Of modes that read the input again, at most what it holds. */
function padded(axes: readonly DrawnAxis[], paddingMode: NonNullable<ConvParams['paddingMode']>): ConvParams {
  const ends = axes.map(({ padding, paddingEnd }) => [
    padding,
    paddingMode === 'zeros' ? paddingEnd : Math.max(paddingEnd, 0),
  ]) as [number, number][];
  return {
    paddingMode,
    padding: ends.map(([begin]) => begin),
    paddingEnd: ends.map(([, end]) => end),
    inputSize: axes.map((drawn, a) => {
      const [begin, end] = ends[a] as [number, number];
      const least = paddingMode === 'zeros' ? 1 : Math.max(begin, end) + 1;
      return Math.max(least, windowExtent(drawn) - begin - end) + drawn.spare;
    }),
  };
}

function transposed(axes: readonly DrawnAxis[]): ConvParams {
  return {
    transposed: true,
    padding: axes.map(({ padding }) => padding),
    outputPadding: axes.map(({ outputPadding, stride, dilation }) =>
      Math.min(outputPadding, Math.max(stride, dilation) - 1),
    ),
    // Long enough that the paddings leave something.
    inputSize: axes.map(({ spare, padding, stride }) => 1 + spare + Math.ceil((2 * padding) / stride)),
  };
}

function wordsOf({ bias, transposed, ...sizes }: ConvParams): string[] {
  // The gradients of a layer do not read its bias.
  const hasBias = bias && (sizes.direction ?? 'forward') === 'forward';
  const words = Object.entries(sizes).flatMap(([key, value]) => {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === undefined ? [] : [`--${flag}=${Array.isArray(value) ? value.join('x') : value}`];
  });
  return [...words, ...(transposed ? ['--transposed'] : []), ...(hasBias ? ['--bias'] : [])];
}
