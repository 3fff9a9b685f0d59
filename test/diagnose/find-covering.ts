/**
 * Finds the covering set anew, when the catalogue has changed: npx tsx test/diagnose/find-covering.ts [seed] [seconds] [direction]
 *
 * Greedy over random candidates, then a local search that changes one problem at a time: fewer problems first, then
 * fewer taps. Prints the tokens for src/diagnose/covering.ts.
 */
import { mersenneTwister } from '../../src/core/mt19937.ts';
import { DIRECTIONS } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken } from '../../src/core/token.ts';
import { halves, sameTotal } from '../../src/diagnose/change-axes.ts';
import { visibilityOf } from '../../src/diagnose/inject.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { referenceOf } from '../../src/diagnose/reference.ts';

const [seed = 1, seconds = 60] = process.argv.slice(2, 4).map(Number);
const direction = DIRECTIONS.find((one) => one === process.argv[4]) ?? 'forward';
const next = mersenneTwister(seed);
const between = (least: number, most: number) => least + (next() % (most - least + 1));
const oneOf = <T>(items: readonly T[]) => items[next() % items.length] as T;
const chance = (share: number) => next() / 2 ** 32 < share;

type Pair = [number, number];
interface Candidate {
  readonly batch: number;
  readonly groups: number;
  readonly groupInputs: number;
  readonly groupOutputs: number;
  readonly same: boolean;
  readonly size: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly begin: Pair;
  readonly end: Pair;
}

interface Found {
  readonly candidate: Candidate;
  readonly token: string;
  /** Taps and input elements. */
  readonly cost: number;
  /** Indices of MISTAKES that show by their values, or (+ MISTAKES.length) by their shape. */
  readonly shown: ReadonlySet<number>;
}

/** What only special problems show: pointwise with C_in = H_in = W_in, Winograd, depthwise, SAME, large. */
function draw(): Candidate {
  const kind = oneOf(['any', 'any', 'any', 'same', 'same', 'pointwise', 'winograd', 'depthwise', 'large']);
  const isLarge = kind === 'large' && chance(0.3);
  const pair = (least: number, most: number): Pair => [between(least, most), between(least, most)];
  const groups = kind === 'depthwise' ? between(2, 3) : between(1, 3);
  const groupInputs = kind === 'depthwise' ? 1 : between(1, 4);
  const channels = groups * groupInputs;
  const begin = pair(0, 3);
  return {
    batch: between(1, 3),
    groups,
    groupInputs,
    groupOutputs: between(1, 4),
    same: kind === 'same' || chance(0.2),
    size: isLarge ? pair(60, 180) : kind === 'pointwise' ? [channels, channels] : pair(3, 10),
    kernel: kind === 'pointwise' ? [1, 1] : kind === 'winograd' ? [3, 3] : pair(1, 4),
    stride: kind === 'winograd' ? [1, 1] : pair(1, 3),
    dilation: kind === 'winograd' ? [1, 1] : pair(1, 3),
    begin,
    end: chance(0.5) ? begin : pair(0, 3),
  };
}

const MOST_TAPS = 300_000;
const known = new Map<string, Found | undefined>();

function look(candidate: Candidate): Found | undefined {
  const key = JSON.stringify(candidate);
  if (!known.has(key)) known.set(key, lookAnew(candidate));
  return known.get(key);
}

function lookAnew(candidate: Candidate): Found | undefined {
  const { batch, groups, groupInputs, groupOutputs, size, kernel, stride, dilation, same } = candidate;
  const totals = size.map((inputSize, a) =>
    halves(
      Math.max(
        0,
        sameTotal({
          inputSize,
          kernelSize: kernel[a] as number,
          stride: stride[a] as number,
          dilation: dilation[a] as number,
          begin: 0,
          end: 0,
          windows: 0,
        }),
      ),
    ),
  );
  try {
    const problem = resolveProblem({
      direction,
      batch,
      groups,
      inChannels: groups * groupInputs,
      outChannels: groups * groupOutputs,
      bias: true,
      inputSize: size,
      kernelSize: kernel,
      stride,
      dilation,
      padding: same ? totals.map(({ begin }) => begin) : candidate.begin,
      paddingEnd: same ? totals.map(({ end }) => end) : candidate.end,
    });
    const [h, w] = problem.axes.map((axis) => axis.outputSize) as Pair;
    const taps = batch * groups * groupOutputs * h * w * groupInputs * kernel[0] * kernel[1];
    const cost = taps + batch * groups * groupInputs * size[0] * size[1];
    // One window or none in a row shows little but shapes.
    if (taps > MOST_TAPS || Math.min(h, w) < 2) return undefined;
    const reference = referenceOf(problem);
    const shown = new Set<number>();
    for (const [m, mistake] of MISTAKES.entries()) {
      const visibility = visibilityOf(mistake, reference);
      if (visibility !== 'harmless') shown.add(visibility === 'values' ? m : MISTAKES.length + m);
    }
    return { candidate, token: formatToken(problem).token, cost, shown };
  } catch {
    return undefined;
  }
}

function changed(candidate: Candidate): Candidate {
  const copy = structuredClone(candidate) as { -readonly [K in keyof Candidate]: Candidate[K] };
  for (let change = between(1, 3); change > 0; change--) {
    const step = oneOf([-1, -1, 1, -2, 2]);
    const key = oneOf([
      'batch',
      'groups',
      'groupInputs',
      'groupOutputs',
      'same',
      'size',
      'size',
      'kernel',
      'stride',
      'dilation',
      'begin',
      'end',
    ] as const);
    if (key === 'same') copy.same = chance(0.3);
    else if (typeof copy[key] === 'number') (copy[key] as number) = Math.max(1, (copy[key] as number) + step);
    else {
      const pair = copy[key] as Pair;
      const least = key === 'begin' || key === 'end' ? 0 : 1;
      const a = oneOf([0, 1] as const);
      pair[a] = Math.max(least, pair[a] + (pair[a] > 20 && chance(0.3) ? -between(1, 40) : step));
    }
  }
  return copy;
}

const pool = Array.from({ length: 800 }, draw).flatMap((candidate) => look(candidate) ?? []);
const byValue = new Set(pool.flatMap(({ shown }) => [...shown].filter((m) => m < MISTAKES.length)));
const anyhow = new Set(pool.flatMap(({ shown }) => [...shown]));
/** By its values where any problem does, else by its shape. */
const wanted = MISTAKES.flatMap((_, m) =>
  byValue.has(m) ? [m] : anyhow.has(MISTAKES.length + m) ? [MISTAKES.length + m] : [],
);
const covers = (set: readonly Found[]) => wanted.every((m) => set.some(({ shown }) => shown.has(m)));
const without = (set: readonly Found[], i: number) => set.filter((_, j) => j !== i);
const price = (set: readonly Found[]) => set.reduce((sum, { cost }) => sum + cost, set.length * 1e9);

function pruned(set: readonly Found[]): readonly Found[] {
  for (const i of set.keys()) if (covers(without(set, i))) return pruned(without(set, i));
  return set;
}

function greedy(share: number): readonly Found[] {
  const set: Found[] = [];
  while (!covers(set)) {
    const open = wanted.filter((m) => !set.some(({ shown }) => shown.has(m)));
    const gain = ({ shown, cost }: Found) => open.filter((m) => shown.has(m)).length - 0.3 * Math.log10(cost);
    const choice = pool.filter((found) => chance(share) && open.some((m) => found.shown.has(m)));
    if (choice.length > 0) set.push(choice.reduce((a, b) => (gain(b) > gain(a) ? b : a)));
  }
  return pruned(set);
}

let best = greedy(1);
for (let attempt = 0; attempt < 40; attempt++) {
  const other = greedy(0.5);
  if (price(other) < price(best)) best = other;
}
for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
  const i = next() % best.length;
  const found = look(chance(0.05) ? oneOf(pool).candidate : changed((best[i] as Found).candidate));
  if (found === undefined) continue;
  const other = best.map((kept, j) => (j === i ? found : kept));
  if (covers(other) && price(pruned(other)) <= price(best)) best = pruned(other);
}
console.log(`${wanted.length} of ${MISTAKES.length} mistakes`);
for (const { token, cost } of [...best].sort((a, b) => a.cost - b.cost)) console.log(token, cost);
