/**
 * How fast the decomposition's kernels are on ResNet-50's convolutions, copying and packing included. `npm run bench`.
 *
 * A kernel is verified on a layer before it is timed there, and not timed where it is wrong; beside each speed stand
 * the worst error in units of its bound and the share of the peak: the best that the tile's own loop does in the same
 * run, its operands in the first-level cache. Times are the best of several in a warm process, in turns, so that what
 * else the machine does meets all alike. Multiplying and adding are two operations: 2 GFLOP/s are 1 GMAC/s.
 */
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { DIRECTIONS } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { createArena } from '../../src/kernels/arena.ts';
import { fastDecompose } from '../../src/kernels/decompose.ts';
import { type Gemm, openGemm } from '../../src/kernels/gemm.ts';
import { checkAgainstDirect } from '../../src/verify/check.ts';
import { RESNET_50 } from '../resnet-50.ts';

const RUNS = 7;
const arena = createArena();
if (arena === undefined) throw new Error('no WebAssembly memory, so there are no kernels to time');

const direction = DIRECTIONS.find((word) => process.argv.includes(word)) ?? 'forward';
const dtype = process.argv.includes('float64') ? 'float64' : 'float32';
const gemms = [true, false]
  .map((deterministic) => ({ deterministic, ...openGemm(dtype, arena, deterministic) }))
  .filter(({ deterministic, kernel }) => deterministic || kernel === 'wasm-relaxed-simd');

console.info(`${direction}, ${dtype}, Node ${process.versions.node}`);
const peaks = gemms.map(peak);
for (const [i, { kernel }] of gemms.entries()) {
  console.info(`  ${kernel.padEnd(18)} peak ${(peaks[i] as number).toFixed(1)} GFLOP/s`);
}

const layers = [...new Set(RESNET_50)];
const totals = gemms.map(() => ({ ms: 0, work: 0 }));
for (const layer of layers) {
  const problem = describeProblem(layer, { dtype, direction });
  const operands = fillOperands(problem, 'uniform', 0);
  const truth = { problem, operands, direct: directConvolution(problem, operands) };
  const runs = gemms.map(
    ({ deterministic }) =>
      () =>
        fastDecompose(problem, operands, arena, { deterministic }),
  );
  const ratios = runs.map((run, i) => {
    const { output, kernel } = run();
    const check = checkAgainstDirect(truth, output, 'decomposed', 'rounding', { kind: 'bound' });
    if (check.verdict !== 'pass') throw new Error(`${layer} ${kernel}: ${check.verdict}, so it is not timed`);
    if (gemms[i]?.deterministic) requireSameBits(output.data, decompose(problem, operands).output.data);
    return check.comparison?.maxBoundRatio ?? Number.NaN;
  });
  const { outChannels, inChannels, groups, axes, batch } = problem;
  const windows = elementCount(axes.map((axis) => axis.outputSize * axis.kernelSize));
  const work = (2 * batch * outChannels * inChannels * windows) / groups;
  const times = best(runs);
  const count = RESNET_50.filter((other) => other === layer).length;
  const figures = times.map((ms, i) => {
    const total = totals[i] as { ms: number; work: number };
    total.ms += count * ms;
    total.work += count * work;
    return `${rate(work, ms, i)}, error/bound ${(ratios[i] as number).toExponential(1)}`;
  });
  console.info(`  ${layer.padEnd(28)} ×${count}  ${figures.join('  |  ')}`);
}
for (const [i, { kernel }] of gemms.entries()) {
  const { ms, work } = totals[i] as { ms: number; work: number };
  console.info(`  all ${RESNET_50.length} layers, ${kernel}: ${ms.toFixed(0)} ms, ${rate(work, ms, i)}`);
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

/** The tile's loop on one left and one right panel, again and again: GFLOP/s. */
function peak({ multiply, bytes, tileColumns }: Gemm): number {
  const [depth, panels, calls] = [384, 64, 20];
  const mark = arena?.mark();
  const left = arena?.allocate(5 * depth * bytes).address ?? 0;
  const right = arena?.allocate(tileColumns * depth * bytes).address ?? 0;
  const step = tileColumns * bytes;
  const result = arena?.allocate(5 * panels * step).address ?? 0;
  const run = () => {
    for (let call = 0; call < calls; call++) {
      multiply(left, 0, panels, right, 1, depth, result, step, true);
    }
  };
  const times = Array.from({ length: 10 }, () => best([run])[0] as number);
  arena?.release(mark);
  return (2 * 5 * tileColumns * depth * panels * calls) / Math.min(...times) / 1e6;
}

function rate(work: number, ms: number, i: number): string {
  const speed = work / ms / 1e6;
  const share = ((100 * speed) / (peaks[i] as number)).toFixed(0);
  return `${speed.toFixed(1).padStart(5)} GFLOP/s (${share} % of peak)`;
}

function requireSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      throw new Error(`element ${i} has not the bits that core gives it`);
  }
}
