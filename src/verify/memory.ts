/**
 * What a run will allocate, known before it allocates anything.
 */
import { ToolError } from '../core/errors.ts';
import { operandLabel, operandShapes } from '../core/operands.ts';
import { planDecomposition, type Step } from '../core/plan.ts';
import { type Problem, resultShape } from '../core/problem.ts';
import { elementCount } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../core/tensor.ts';
import { foldedElements, kernelBytes } from '../kernels/decompose.ts';
import { directLists, directMemory } from '../kernels/engine.ts';
import type { DecompositionOptions } from './run-decomposition.ts';

/** What a run allocates of one kind. */
export interface Allocation {
  readonly name: string;
  /** Bytes of all of it, at the run's peak. */
  readonly bytes: number;
  /** Bytes of its longest single array. */
  readonly longest: number;
}

/** Offsets into one channel plane are 32-bit integers in the window table. */
const MOST_PLANE_ELEMENTS = 2 ** 31 - 1;
/** Node 20's longest ArrayBuffer is 2^33 bytes on 64-bit machines, its longest typed array 2^32 elements. */
const MOST_ARRAY_BYTES = 2 ** 33;
/** Bytes per output element of the direct path's arrays: value and magnitude (float64), number of terms (uint32). */
const DIRECT_BYTES = [8, 8, 4];
/** Bytes per tap position of one plane: unfold's index, and the table it is made from. */
const TAP_BYTES = [4, 4];

/** Everything that a run of `problem` holds at its peak, but for SPARE_BYTES of others' that the command line keeps. */
export function estimateMemory(problem: Problem, options: DecompositionOptions = {}): readonly Allocation[] {
  const elementBytes = BYTES_PER_ELEMENT[problem.dtype];
  // Twice: the run's own tensors wait while those of an integer trial are used.
  const operands = operandShapes(problem).map(([name, shape]) =>
    arraysOf(operandLabel(problem, name), elementCount(shape), [elementBytes, elementBytes]),
  );
  const windowSize = problem.axes.reduce((product, axis) => product * axis.kernelSize, 1);
  const L = problem.axes.reduce((product, axis) => product * axis.outputSize, 1);
  const lists = directLists(problem);
  return [
    ...operands,
    ...decompositionMemory(problem, options),
    arraysOf('direct', elementCount(resultShape(problem)), DIRECT_BYTES),
    arraysOf('taps', windowSize * L, TAP_BYTES),
    ...(lists === 0 ? [] : [{ name: 'contacts', bytes: lists, longest: lists / 2 }]),
  ];
}

/** What the decomposition makes: each stage's result, or what is left where the kernels build no columns. */
function decompositionMemory(problem: Problem, { keepStages }: DecompositionOptions): Allocation[] {
  const { steps } = planDecomposition(problem);
  const elementBytes = BYTES_PER_ELEMENT[problem.dtype];
  const made = ({ step, shape }: Step) => arraysOf(STAGE_NAMES[step], elementCount(shape), [elementBytes]);
  const kernels = keepStages ? undefined : kernelBytes(problem);
  // One memory, for one path after the other.
  const packed = Math.max(kernels ?? 0, directMemory(problem));
  const matrices = packed === 0 ? [] : [{ name: 'packed matrices', bytes: packed, longest: packed }];
  if (kernels === undefined) return [...steps.map(made), ...matrices];
  const { columns, folded } = foldedElements(problem);
  return [
    // The product is the output, or the gradient of the weight, to which its bias has been added.
    ...steps.filter(({ step }) => !isPartOfProduct(step, problem)).map(made),
    ...matrices,
    ...(columns === 0 ? [] : [arraysOf('columns of one group', columns, [elementBytes])]),
    ...(folded === 0 ? [] : [arraysOf('output of one group', folded, [elementBytes])]),
  ];
}

/** Steps whose results are in the kernels' memory or in the output. */
function isPartOfProduct(step: Step['step'], { direction }: Problem): boolean {
  return step === 'unfold' || step === 'gemm' || (step === 'bias' && direction === 'forward');
}

/** One array per entry of `sizes`, each of `count` elements of so many bytes. */
function arraysOf(name: string, count: number, sizes: readonly number[]): Allocation {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { name, bytes: count * bytes, longest: count * Math.max(...sizes) };
}

const STAGE_NAMES = {
  pad: 'padded input',
  unfold: 'columns',
  gemm: 'product',
  bias: 'biased product',
  fold: 'output',
  unpad: 'gradient without padding',
  view: 'gradient of the weight',
  cast: 'rounded output',
} as const;

/** Refuses a problem that would need more than `limit` bytes. */
export function requireMemory(problem: Problem, limit: number, options: DecompositionOptions = {}): void {
  const allocations = estimateMemory(problem, options);
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
  const tooLong = allocations.find(({ longest }) => longest > MOST_ARRAY_BYTES);
  if (tooLong) {
    throw new ToolError(
      'too-large',
      `the ${tooLong.name} of this problem would fill an array of ${formatBytes(tooLong.longest)}, but one holds at most ${formatBytes(MOST_ARRAY_BYTES)}`,
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
