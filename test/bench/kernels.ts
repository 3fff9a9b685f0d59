/**
 * How fast both paths' kernels are on ResNet-50's convolutions, copying and packing included. `npm run bench`.
 *
 * A kernel is verified on a layer before it is timed there, and not timed where it is wrong; beside each speed stand
 * the worst error in units of its bound and the share of the peak: the best that the tile's own loop does in turns with
 * it, its operands in the first-level cache. Times are the best of several in a warm process, in turns, so that what
 * else the machine does, and how fast it just is, meets all alike. Multiplying and adding are two operations: 2 GFLOP/s
 * are 1 GMAC/s. TensorFlow.js takes its turn where it is installed (tfjs.ts).
 */
import { decompose } from '../../src/core/decompose.ts';
import { type DirectResult, directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { referenceError } from '../../src/core/numerics.ts';
import type { Operands } from '../../src/core/operands.ts';
import { DIRECTIONS, type Problem } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { type Arena, createArena } from '../../src/kernels/arena.ts';
import { fastDecompose } from '../../src/kernels/decompose.ts';
import { fastDirect } from '../../src/kernels/direct.ts';
import { type Gemm, openGemm } from '../../src/kernels/gemm.ts';
import { checkAgainstDirect } from '../../src/verify/check.ts';
import { RESNET_50 } from '../resnet-50.ts';
import { tensorFlow } from './tfjs.ts';

const RUNS = 7;
const arena = createArena();
if (arena === undefined) throw new Error('no WebAssembly memory, so there are no kernels to time');

const direction = DIRECTIONS.find((word) => process.argv.includes(word)) ?? 'forward';
const dtype = process.argv.includes('float64') ? 'float64' : 'float32';
const gemms = [true, false]
  .map((deterministic) => ({ deterministic, ...openGemm(dtype, arena, deterministic) }))
  .filter(({ deterministic, kernel }) => deterministic || kernel === 'wasm-relaxed-simd');

console.info(`${direction}, ${dtype}, Node ${process.versions.node}`);
const peaks = gemms.map(peakLoop);

const prepare = direction === 'forward' && dtype === 'float32' ? await tensorFlow() : undefined;
const PEER = 'tfjs-wasm';
const names = [...gemms.map(({ kernel }) => kernel), ...(prepare ? [PEER] : [])];
const layers = [...new Set(RESNET_50)];
/** `peakMs`: what the same work takes at the peak. */
const totals = names.map(() => ({ ms: 0, work: 0, peakMs: 0 }));
const truths = { ms: 0, work: 0, worst: 0 };
warmUp();
for (const layer of layers) {
  const problem = describeProblem(layer, { dtype, direction });
  const operands = fillOperands(problem, 'uniform', 0);
  const truth = { problem, operands, direct: directConvolution(problem, operands) };
  const own = gemms.map(
    ({ deterministic }) =>
      () =>
        fastDecompose(problem, operands, arena, { deterministic }).output,
  );
  const peer = prepare?.(problem, operands);
  const ratios = [...own, ...(peer ? [peer.output] : [])].map((output, i) => {
    const given = output();
    const check = checkAgainstDirect(truth, given, 'external', 'rounding', { kind: 'bound' });
    if (check.verdict !== 'pass')
      throw new Error(`${layer} ${names[i]}: ${check.verdict}, so it is not timed`);
    if (gemms[i]?.deterministic) requireSameBits(given.data, decompose(problem, operands).output.data);
    return check.comparison?.maxBoundRatio ?? Number.NaN;
  });
  const { outChannels, inChannels, groups, axes, batch } = problem;
  const windows = elementCount(axes.map((axis) => axis.outputSize * axis.kernelSize));
  const work = (2 * batch * outChannels * inChannels * windows) / groups;
  const runs = [...own, ...(peer ? [peer.run] : [])];
  const times = best([...runs, ...peaks.map(({ run }) => run)]);
  const peakMs = peaks.map((loop, i) => ((times[runs.length + i] as number) * work) / loop.work);
  const count = RESNET_50.filter((other) => other === layer).length;
  truths.ms += count * timeDirect(problem, operands, truth.direct);
  truths.work += (count * work) / 2;
  const figures = times.slice(0, runs.length).map((ms, i) => {
    const total = totals[i] as (typeof totals)[number];
    total.ms += count * ms;
    total.work += count * work;
    total.peakMs += count * (peakMs[i] ?? 0);
    return `${rate(work, ms, peakMs[i])}, error/bound ${(ratios[i] as number).toExponential(1)}`;
  });
  console.info(`  ${layer.padEnd(28)} ×${count}  ${figures.join('  |  ')}`);
}
for (const [i, name] of names.entries()) {
  const { ms, work, peakMs } = totals[i] as (typeof totals)[number];
  const peak = peaks[i] ? `, the peak ${(work / peakMs / 1e6).toFixed(1)}` : '';
  console.info(
    `  all ${RESNET_50.length} layers, ${name}: ${ms.toFixed(0)} ms, ${rate(work, ms, peakMs)}${peak}`,
  );
}

const speed = (truths.work / truths.ms / 1e6).toFixed(1);
console.info(
  `  all ${RESNET_50.length} layers, the direct path in float64: ${truths.ms.toFixed(0)} ms, ${speed} GMAC/s, error/bound ${truths.worst.toExponential(1)}`,
);

/** Compiles what is timed: engines optimise a function that was called some times. */
function warmUp(): void {
  const problem = describeProblem('mb1ic64ih28oc64kh3ph1', { dtype, direction });
  const operands = fillOperands(problem, 'uniform', 0);
  for (let call = 0; call < 20; call++) {
    for (const { deterministic } of gemms)
      fastDecompose(problem, operands, arena as Arena, { deterministic });
    fastDirect(arena as Arena, problem, operands);
  }
}

/** The best time of the truth's kernel, in ms; beside core's scalar loops both err by half of the bound at most. */
function timeDirect(problem: Problem, operands: Operands, plain: DirectResult): number {
  const run = () => fastDirect(arena as Arena, problem, operands) as DirectResult;
  const { output, terms, mostTerms } = run();
  let worst = 0;
  for (const [i, value] of output.entries()) {
    const bound = 2 * referenceError(problem.dtype, terms[i] as number, plain.magnitudeAt(i), value);
    const difference = Math.abs(value - (plain.output[i] as number));
    // Where nothing is read, nothing is allowed.
    if (difference !== 0) worst = Math.max(worst, difference / bound);
  }
  if (!(worst <= 1) || mostTerms !== plain.mostTerms)
    throw new Error(`${problem.dtype}: the direct kernel is wrong, so it is not timed`);
  truths.worst = Math.max(truths.worst, worst);
  return best([run])[0] as number;
}

/** The best time of each run, in ms; they take turns. */
function best(runs: readonly (() => unknown)[]): number[] {
  const times = runs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < RUNS; round++) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      run();
      times[i] = Math.min(times[i] as number, performance.now() - start);
    }
  }
  return times;
}

/** The tile's loop on one left and one right panel, again and again, and its operations. */
function peakLoop({ multiply, bytes, tileColumns }: Gemm): {
  readonly run: () => void;
  readonly work: number;
} {
  const [depth, panels, calls] = [384, 64, 8];
  const memory = arena as Arena;
  // Never taken back, so that it runs in turns with all else.
  const left = memory.allocate(5 * depth * bytes).address;
  const right = memory.allocate(tileColumns * depth * bytes).address;
  const step = tileColumns * bytes;
  const result = memory.allocate(5 * panels * step).address;
  return {
    run() {
      for (let call = 0; call < calls; call++) {
        multiply(left, 0, panels, right, tileColumns, depth, result, step, true);
      }
    },
    work: 2 * 5 * tileColumns * depth * panels * calls,
  };
}

/** The speed, and where a peak is known the share of it; `peakMs` is 0 of what has none. */
function rate(work: number, ms: number, peakMs = 0): string {
  const share = peakMs === 0 ? '' : ` (${((100 * peakMs) / ms).toFixed(0)} % of peak)`;
  return `${(work / ms / 1e6).toFixed(1).padStart(5)} GFLOP/s${share}`;
}

function requireSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      throw new Error(`element ${i} has not the bits that core gives it`);
  }
}
