/**
 * What a run will allocate, known before it allocates anything.
 */
import { ToolError } from '../core/errors.ts';
import { planDecomposition } from '../core/plan.ts';
import { biasShape, inputShape, outputShape, type Problem, weightShape } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../core/tensor.ts';

/** Bytes of one thing that a run allocates. */
export interface Allocation {
  readonly name: string;
  readonly bytes: number;
}

/** Offsets into one channel plane are 32-bit integers in the window table. */
const MOST_PLANE_ELEMENTS = 2 ** 31 - 1;
/** Node 20's longest ArrayBuffer is 2^33 bytes on 64-bit machines, its longest typed array 2^32 elements. */
const MOST_ARRAY_BYTES = 2 ** 33;
/** Bytes per output element of the direct path: value, magnitude (float64) and number of terms (uint32). */
const DIRECT_BYTES = 8 + 8 + 4;
/** Bytes per tap position of one plane: unfold's index, and the table it is made from. */
const TAP_BYTES = 4 + 4;

/** Everything that a run of `problem` holds at its peak. */
export function estimateMemory(problem: Problem): readonly Allocation[] {
  const bytes = BYTES_PER_ELEMENT[problem.dtype];
  const { steps } = planDecomposition(problem);
  const windowSize = problem.axes.reduce((product, axis) => product * axis.kernelSize, 1);
  const L = problem.axes.reduce((product, axis) => product * axis.outputSize, 1);
  return [
    // Twice: the run's own tensors wait while those of an integer trial are used.
    { name: 'input', bytes: 2 * elementCount(inputShape(problem)) * bytes },
    { name: 'weight', bytes: 2 * elementCount(weightShape(problem)) * bytes },
    { name: 'bias', bytes: problem.bias ? 2 * elementCount(biasShape(problem)) * bytes : 0 },
    ...steps.map(({ step, shape }) => ({ name: STAGE_NAMES[step], bytes: elementCount(shape) * bytes })),
    { name: 'direct', bytes: elementCount(outputShape(problem)) * DIRECT_BYTES },
    { name: 'taps', bytes: windowSize * L * TAP_BYTES },
  ];
}

const STAGE_NAMES = {
  pad: 'padded input',
  unfold: 'columns',
  gemm: 'product',
  bias: 'biased product',
  fold: 'output',
} as const;

/** Refuses a problem that would need more than `limit` bytes. */
export function requireMemory(problem: Problem, limit: number): void {
  const allocations = estimateMemory(problem);
  const total = allocations.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > limit) {
    const largest = allocations.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    throw new ToolError(
      'too-large',
      `this problem needs about ${formatBytes(total)} (${largest.name}: ${formatBytes(largest.bytes)}), but ${formatBytes(limit)} are allowed`,
      'make it smaller (the batch, most easily), or raise --max-memory',
    );
  }
  requireIndexable(problem);
  const tooLong = allocations.find(({ bytes }) => bytes > MOST_ARRAY_BYTES);
  if (tooLong) {
    throw new ToolError(
      'too-large',
      `the ${tooLong.name} of this problem takes ${formatBytes(tooLong.bytes)}, but one tensor holds at most ${formatBytes(MOST_ARRAY_BYTES)}`,
      'make it smaller (the batch, most easily)',
    );
  }
}

/** Refuses a problem whose channel planes the window table cannot index. */
export function requireIndexable(problem: Problem): void {
  const plane = problem.axes.reduce(
    (product, { inputSize, paddingBegin, paddingEnd }) =>
      product * Math.max(inputSize, inputSize + paddingBegin + paddingEnd),
    1,
  );
  if (plane > MOST_PLANE_ELEMENTS) {
    throw new ToolError(
      'too-large',
      `a channel plane has ${plane} pixels with its padding, but this version indexes at most 2^31 - 1`,
      'make the input or its padding smaller',
    );
  }
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `1.5 GiB`: three significant digits in binary units. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log2(bytes) / 10)), UNITS.length - 1);
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power]}`;
}
