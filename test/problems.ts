/**
 * Random problems for property tests: every hyperparameter, small, and valid as drawn.
 *
 * Importing this module prints the seed of test/seed.ts; `FAST_CHECK_SEED=1 npx vitest` draws other problems.
 * Numbers are bounded by what a run can afford, not by what the tool can.
 */
import fc from 'fast-check';
import { ToolError } from '../src/core/errors.ts';
import { windowExtent } from '../src/core/geometry.ts';
import type { ConvParams } from '../src/core/params.ts';
import { DIRECTIONS, type Direction, PADDING_MODES, type Problem } from '../src/core/problem.ts';
import { resolveProblem } from '../src/core/resolve.ts';
import type { Dtype } from '../src/core/tensor.ts';

console.info(`fast-check seed: ${fc.readConfigureGlobal().seed}`);

/** Every way to say where an axis ends. */
const PADDINGS = ['none', 'both', 'ends', 'output', 'begin and output', 'same', 'valid'] as const;
type Padding = (typeof PADDINGS)[number];

/** Seeds as torch.manual_seed takes them. */
export function seeds(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** 32 - 1 });
}

/** Problems of every kind. */
export function problems(): fc.Arbitrary<Problem> {
  return params().map(resolveProblem);
}

/** What problems are written as; no drawn combination is refused. */
export function params(): fc.Arbitrary<ConvParams> {
  return fc
    .record({
      padding: fc.constantFrom(...PADDINGS),
      square: fc.boolean(),
      rows: axis(),
      columns: axis(),
      batch: fc.integer({ min: 1, max: 2 }),
      groups: fc.constantFrom(1, 1, 2, 3, 4),
      groupInputs: fc.integer({ min: 1, max: 3 }),
      groupOutputs: fc.integer({ min: 1, max: 3 }),
      bias: fc.boolean(),
      dtype: fc.constantFrom('float32', 'float64'),
    })
    .map(({ padding, square, rows, columns, batch, groups, groupInputs, groupOutputs, bias, dtype }) => ({
      batch,
      inChannels: groups * groupInputs,
      outChannels: groups * groupOutputs,
      groups,
      bias,
      dtype,
      ...(square ? oneNumberEach(padding, rows) : heightAndWidth(padding, rows, columns)),
    }));
}

interface DrawnAxis {
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  readonly outputSize: number;
  /** Elements beyond those that one window needs. */
  readonly spare: number;
}

function axis(): fc.Arbitrary<DrawnAxis> {
  return fc.record({
    kernelSize: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    begin: fc.integer({ min: -2, max: 4 }),
    end: fc.integer({ min: -2, max: 4 }),
    outputSize: fc.integer({ min: 1, max: 4 }),
    spare: fc.integer({ min: 0, max: 4 }),
  });
}

/** The hyperparameters of one axis, under ConvParams' names. */
function written(padding: Padding, { begin, end, spare, outputSize, ...window }: DrawnAxis) {
  const extent = windowExtent(window);
  /** The least input that one window fits in, and some more. */
  const enough = (ends: number) => Math.max(1, extent - ends) + spare;
  switch (padding) {
    case 'none':
    case 'valid':
      return { ...window, inputSize: enough(0) };
    case 'both':
      return { ...window, inputSize: enough(2 * begin), padding: begin };
    case 'ends':
      return { ...window, inputSize: enough(begin + end), padding: begin, paddingEnd: end };
    case 'output':
      return { ...window, inputSize: 1 + spare, outputSize };
    case 'begin and output':
      return { ...window, inputSize: 1 + spare, padding: begin, outputSize };
    case 'same':
      return { ...window, stride: 1, inputSize: 1 + spare };
  }
}

function oneNumberEach(padding: Padding, drawn: DrawnAxis): ConvParams {
  return withWord(padding, written(padding, drawn));
}

function heightAndWidth(padding: Padding, rows: DrawnAxis, columns: DrawnAxis): ConvParams {
  const height: Record<string, number> = written(padding, rows);
  const width: Record<string, number> = written(padding, columns);
  const pairs = Object.keys(height).map((key) => [key, [height[key], width[key]]]);
  return withWord(padding, Object.fromEntries(pairs));
}

function withWord(padding: Padding, sizes: ConvParams): ConvParams {
  return padding === 'same' || padding === 'valid' ? { ...sizes, padding } : sizes;
}

/** Problems in every direction, of every dimension, padding mode and dtype; those that a rule refuses are left out. */
export function anyProblems(directions: readonly Direction[] = DIRECTIONS): fc.Arbitrary<Problem> {
  return fc
    .integer({ min: 1, max: 3 })
    .chain((rank) => {
      const each = (min: number, max: number) => fc.array(fc.integer({ min, max }), SAME_LENGTH(rank));
      return fc.record({
        spatialDims: fc.constant(rank),
        kind: fc.constantFrom<ConvParams>(
          ...directions.map((direction) => ({ direction })),
          ...(directions.includes('grad-input') ? [{ transposed: true }] : []),
        ),
        batch: fc.integer({ min: 1, max: 2 }),
        groups: fc.integer({ min: 1, max: 2 }),
        perGroup: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
        inputSize: each(1, 6),
        kernelSize: each(1, 3),
        stride: each(1, 3),
        dilation: each(1, 2),
        padding: each(0, 2),
        paddingEnd: fc.option(each(-1, 2), { nil: undefined }),
        outputPadding: each(0, 1),
        paddingMode: fc.constantFrom(...PADDING_MODES),
        dtype: fc.constantFrom<Dtype>('float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8'),
        zeroPoints: fc.tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: -128, max: 127 })),
        bias: fc.boolean(),
      });
    })
    .map(
      ({ kind, perGroup, groups, zeroPoints, outputPadding, paddingMode, paddingEnd, dtype, ...drawn }) => {
        const isForward = kind.direction === 'forward';
        const isQuantised = isForward && (dtype === 'int8' || dtype === 'uint8');
        const floats = dtype === 'int8' || dtype === 'uint8' ? 'float32' : dtype;
        return {
          ...drawn,
          ...kind,
          groups,
          inChannels: groups * perGroup[0],
          outChannels: groups * perGroup[1],
          dtype: isQuantised ? dtype : floats,
          ...(isQuantised && { inputZeroPoint: zeroPoints[0], weightZeroPoint: zeroPoints[1] }),
          ...(kind.transposed ? { outputPadding } : { paddingMode, paddingEnd }),
        };
      },
    )
    .map(resolvable)
    .filter((problem) => problem !== undefined);
}

const SAME_LENGTH = (length: number) => ({ minLength: length, maxLength: length });

function resolvable(params: ConvParams): Problem | undefined {
  try {
    return resolveProblem(params);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
