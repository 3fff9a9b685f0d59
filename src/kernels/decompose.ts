/**
 * core/decompose.ts's output without its columns: unfold is how the GEMM's right matrix is read. The steps beside them
 * (padding, fold as unfold's adjoint, bias, rounding to a half) are core's own.
 */
import { addBias, cast, decompose } from '../core/decompose.ts';
import { fold } from '../core/fold.ts';
import { type Operands, operand } from '../core/operands.ts';
import { pad, unpad } from '../core/pad.ts';
import { type Plan, planDecomposition } from '../core/plan.ts';
import { type Direction, outputShape, type Problem, weightShape } from '../core/problem.ts';
import type { OnProgress } from '../core/progress.ts';
import { elementCount } from '../core/shape.ts';
import { ACCUMULATOR, type Elements, isHalf, type Tensor, zeros } from '../core/tensor.ts';
import { windowTable } from '../core/window-table.ts';
import { type Arena, inArena, MOST_WORKSPACE, sharedArena } from './arena.ts';
import { copyRun } from './column-planes.ts';
import { type Gemm, type Kernel, openGemm } from './gemm.ts';
import { multiplyGroups, type Product, type Taken } from './product.ts';
import { sizesOf, workspaceBytes, workspaceOf } from './workspace.ts';

/** How to decompose. */
export interface FastOptions {
  /** The same bits on every machine, which are core's: no fused instructions. Default false. */
  readonly deterministic?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Terms below which core runs. In a new process, where core is not optimised yet, whole runs are as long by either for 5
 * thousand terms, and 6 and 9 ms shorter by the kernels for 9 and 14 thousand; later on both take 30 µs for 5 thousand, and
 * for 18 thousand core 70 µs. (Node 20, two AMD EPYC cores.)
 */
export const LEAST_TERMS = 2 ** 13;
/**
 * Terms below which no fused instructions are used: what a quarter of the time saves, 0.2 ms here, is worth less than an
 * output that is the same on every machine.
 */
export const LEAST_FUSED_TERMS = 2 ** 24;

/** What it gave, and what computed it. */
export interface Decomposed {
  readonly output: Tensor;
  readonly kernel: Kernel;
}

/** As quickly as may be: small problems by core, and the first other one makes the arena of all. */
export function decomposeOutput(problem: Problem, operands: Operands, options: FastOptions = {}): Decomposed {
  const terms = countTerms(problem);
  const deterministic = options.deterministic || terms < LEAST_FUSED_TERMS;
  return fastDecompose(problem, operands, arenaFor(problem), { ...options, deterministic });
}

/** The arena of all, where kernels pay for the problem. */
export function arenaFor(problem: Problem): Arena | undefined {
  return countTerms(problem) < LEAST_TERMS ? undefined : sharedArena();
}

/** Bytes of the kernels' memory that `decomposeOutput` uses; undefined where core runs, which builds the columns. */
export function kernelBytes(problem: Problem): number | undefined {
  if (arenaFor(problem) === undefined) return undefined;
  const bytes = workspaceBytes(problem, planDecomposition(problem));
  return bytes <= MOST_WORKSPACE ? bytes : undefined;
}

/** Elements that grad-input folds at a time, and of what it makes of them: those of a group's some samples. */
export function foldedElements(problem: Problem): { readonly columns: number; readonly folded: number } {
  if (problem.direction !== 'grad-input') return { columns: 0, folded: 0 };
  const plan = planDecomposition(problem);
  const { rows, columns, samples } = sizesOf(problem, plan);
  const [, C_in, ...size] = plan.unfoldInput as [number, number, ...number[]];
  return { columns: rows * columns, folded: samples * (C_in / problem.groups) * elementCount(size) };
}

/** The decomposition in `arena`, which is as it was afterwards; core's where there is none, or too little memory. */
export function fastDecompose(
  problem: Problem,
  operands: Operands,
  arena: Arena | undefined,
  options: FastOptions = {},
): Decomposed {
  const { deterministic = false, onProgress } = options;
  const { direction, dtype } = problem;
  const plan = planDecomposition(problem);
  const fits = arena !== undefined && workspaceBytes(problem, plan) <= MOST_WORKSPACE;
  return inArena<Decomposed>(
    fits ? arena : undefined,
    (memory) => {
      const gemm = openGemm(ACCUMULATOR[dtype], memory, deterministic);
      const output = DECOMPOSE[direction](gemm, problem, plan, operands, onProgress);
      return { output: isHalf(dtype) ? cast(output, dtype) : output, kernel: gemm.kernel };
    },
    () => ({ output: decompose(problem, operands, onProgress).output, kernel: 'reference' }),
  );
}

/** As many products in each direction: one for each weight and window. */
function countTerms(problem: Problem): number {
  const windows = problem.batch * elementCount(outputShape(problem).slice(2));
  return elementCount(weightShape(problem)) * windows;
}

type Decompose = (
  gemm: Gemm,
  problem: Problem,
  plan: Plan,
  operands: Operands,
  onProgress: OnProgress | undefined,
) => Tensor;

const DECOMPOSE = {
  forward(gemm, problem, plan, operands, onProgress) {
    const output = zeros(ACCUMULATOR[problem.dtype], outputShape(problem));
    const bias = problem.bias ? operand(operands, 'bias').data : undefined;
    const { M, L, groups } = plan.gemm;
    multiply(gemm, problem, plan, {
      left: { data: operand(operands, 'weight').data, zeroPoint: problem.zeroPoints.weight, kind: 'plain' },
      right: padded(problem, plan, operands),
      windowTable: windowTable(plan.unfoldInput.slice(2), plan.unfold),
      // One value for each window: laying them out as an output, which fold does, moves nothing.
      take: (taken) =>
        copyWindows(taken, M, L, problem.bias, (sample, row) => {
          const channel = taken.group * M + row;
          return { to: output.data, at: (sample * groups * M + channel) * L, added: bias?.[channel] ?? 0 };
        }),
      onProgress,
    });
    return output;
  },

  'grad-input'(gemm, problem, plan, operands, onProgress) {
    const dtype = ACCUMULATOR[problem.dtype];
    const { groups, K, L, M } = plan.gemm;
    const { unfoldInput, adjoint } = plan;
    const [, C_in, ...size] = unfoldInput as [number, number, ...number[]];
    const [channels, plane] = [C_in / groups, elementCount(size)];
    const gradient = zeros(dtype, unfoldInput);
    const outputSize = problem.axes.map((axis) => axis.outputSize);
    const table = windowTable(size, adjoint);
    let columns: Tensor | undefined;
    multiply(gemm, problem, plan, {
      left: { data: operand(operands, 'weight').data, zeroPoint: 0, kind: 'transposed' },
      right: { data: operand(operands, 'gradOutput').data, channels: M * groups, zeroPoint: 0 },
      windowTable: windowTable(outputSize, plan.fold),
      take: (taken) => {
        const { group, sample, samples, column, width } = taken;
        columns ??= zeros(dtype, [samples, K, L]);
        const { data } = columns;
        copyWindows(taken, K, L, false, (n, row) => ({
          to: data,
          at: ((n - sample) * K + row) * L,
          added: 0,
        }));
        if (column + width < samples * L) return;
        const folded = fold(columns, adjoint, table).data;
        for (let n = 0; n < samples; n++) {
          const some = folded.subarray(n * channels * plane, (n + 1) * channels * plane);
          gradient.data.set(some, ((sample + n) * groups + group) * channels * plane);
        }
        columns = undefined;
      },
      onProgress,
    });
    const unpadded = plan.unpads.reduce(
      (given, { parameters, shape }) => unpad(given, parameters, shape.slice(2)),
      gradient,
    );
    return problem.bias ? addBias(unpadded, operand(operands, 'bias')) : unpadded;
  },

  'grad-weight'(gemm, problem, plan, operands, onProgress) {
    const gradient = zeros(ACCUMULATOR[problem.dtype], weightShape(problem));
    const { M, K } = plan.gemm;
    multiply(gemm, problem, plan, {
      left: { data: operand(operands, 'gradOutput').data, zeroPoint: 0, kind: 'samples' },
      right: padded(problem, plan, operands),
      windowTable: windowTable(plan.unfoldInput.slice(2), plan.unfold),
      take: ({ result, step, group }) => {
        for (let row = 0; row < M; row++) {
          copyRun(result, row * step, gradient.data, (group * M + row) * K, K, 0);
        }
      },
      onProgress,
    });
    return gradient;
  },
} as const satisfies Record<Direction, Decompose>;

function multiply(
  gemm: Gemm,
  problem: Problem,
  plan: Plan,
  product: Omit<Product, 'sizes' | 'batch' | 'groups'>,
): void {
  const sizes = sizesOf(problem, plan);
  const { batch, groups } = problem;
  multiplyGroups(gemm, workspaceOf(problem, sizes), { ...product, sizes, batch, groups });
}

/** The input, padded where unfold cannot. */
function padded(problem: Problem, { pads }: Plan, operands: Operands): Product['right'] {
  const { data } = pads.reduce((given, call) => pad(given, call), operand(operands, 'input'));
  return { data, channels: problem.inChannels, zeroPoint: problem.zeroPoints.input };
}

/** Where a row of the result belongs, of `sample`, and what is added to it. */
type Place = (
  sample: number,
  row: number,
) => { readonly to: Elements; readonly at: number; readonly added: number };

/** Copies a block's rows, whose windows may be several samples', at once where they follow one another on both sides. */
function copyWindows(
  { result, step, sample, column, width }: Taken,
  rows: number,
  L: number,
  isBiased: boolean,
  place: Place,
): void {
  if (width === L && step === L && !isBiased) {
    const { to, at } = place(sample, 0);
    copyRun(result, 0, to, at, rows * L, 0);
    return;
  }
  for (let from = 0; from < width; ) {
    const l = (column + from) % L;
    const count = Math.min(L - l, width - from);
    const n = sample + (column + from - l) / L;
    for (let row = 0; row < rows; row++) {
      const { to, at, added } = place(n, row);
      copyRun(result, row * step + from, to, at + l, count, added);
    }
    from += count;
  }
}
