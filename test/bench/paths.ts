/**
 * How fast the two paths are, each speed with its residual. `npm run bench`.
 *
 * A path is verified before it is timed, and not timed where it is wrong. Times are of one call in a warm
 * process: best and median of several. MAC = multiply-accumulate of the in-range taps.
 */
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { checkAgainstDirect } from '../../src/verify/check.ts';

const LAYERS = [
  'mb10ic32ih1oc64kh3ph1', // the starting case
  'mb1ic64ih56oc64kh1', // pointwise
  'mb1ic64ih28oc64kh3ph1', // the commonest window
  'mb1ic3ih112oc32kh7sh2ph3', // a first layer
  'g64mb1ic64ih56oc64kh3ph1', // depthwise
] as const;
const RUNS = 7;

for (const dtype of ['float32', 'float64'] as const) {
  for (const layer of LAYERS) {
    const problem = describeProblem(layer, { dtype });
    const operands = fillOperands(problem, 'uniform', 0);
    const direct = directConvolution(problem, operands);
    const { output } = decompose(problem, operands);
    const check = checkAgainstDirect({ problem, operands, direct }, output, 'decomposed', 'rounding', {
      kind: 'bound',
    });
    if (check.verdict !== 'pass') throw new Error(`${layer} ${dtype}: ${check.verdict}, so it is not timed`);
    const macs = direct.terms.reduce((total, terms) => total + terms, 0);
    const residual = `worst error ${check.comparison?.maxBoundRatio.toPrecision(2)} of its bound`;
    const decomposed = time(() => decompose(problem, operands));
    const naive = time(() => directConvolution(problem, operands));
    console.info(`${layer.padEnd(26)} ${dtype}  ${(macs / 1e6).toFixed(1).padStart(6)} MMAC  ${residual}`);
    console.info(`  decomposed ${rate(macs, decomposed)}`);
    console.info(`  direct     ${rate(macs, naive)}`);
  }
}

function time(run: () => unknown): number[] {
  return Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
}

function rate(macs: number, ms: readonly number[]): string {
  const [best = 0] = ms;
  const median = ms[Math.floor(ms.length / 2)] ?? 0;
  const speed = (time: number) => `${(macs / time / 1e6).toFixed(3)} GMAC/s`;
  return `best ${best.toFixed(2)} ms (${speed(best)}), median ${median.toFixed(2)} ms (${speed(median)})`;
}
