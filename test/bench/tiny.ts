/**
 * Small random problems one after the other, those of pytorch.py's `tiny`, each by all witnesses: prints how many a second,
 * once the code is compiled, and the largest error that one had, in units of its bound. `tiny.ts SECONDS`.
 */
import { mersenneTwister } from '../../src/core/mt19937.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { verify } from '../../src/verify/verify.ts';

const WARM_UP = 1000;
const seconds = Number(process.argv[2]);
const next = mersenneTwister(0);
const between = (least: number, most: number) => least + (next() % (most - least + 1));

let worst = 0;
function verifyNext(seed: number): void {
  const problem = resolveProblem({
    inChannels: between(1, 4),
    outChannels: between(1, 4),
    inputSize: between(3, 8),
    kernelSize: between(1, 3),
    stride: between(1, 2),
    padding: between(0, 1),
  });
  const { verdict, checks } = verify(problem, { seed });
  // A factor of one element holds one value only.
  if (verdict === 'fail') throw new Error('a problem does not pass, so none is timed');
  for (const { comparison } of checks) worst = Math.max(worst, comparison?.maxBoundRatio ?? 0);
}

for (let seed = 0; seed < WARM_UP; seed++) verifyNext(seed);
const start = performance.now();
let done = 0;
while (performance.now() - start < 1000 * seconds) verifyNext(WARM_UP + done++);
const rate = done / ((performance.now() - start) / 1000);
console.info(`${rate.toFixed(0)} ${worst.toPrecision(2)}`);
