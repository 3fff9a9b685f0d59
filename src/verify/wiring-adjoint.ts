/**
 * A1 and A2: what a gradient flows back through is what the convolution reads through. P1 has shown which input element
 * every entry of the columns holds; here the columns of tokens say so again.
 */
import { writeBack } from '../core/adjoint.ts';
import { mersenneTwister } from '../core/mt19937.ts';
import { factorNames } from '../core/operands.ts';
import { planDecomposition } from '../core/plan.ts';
import {
  bareConvolution,
  type Direction,
  inputShape,
  outputShape,
  type Problem,
  resultShape,
  weightShape,
} from '../core/problem.ts';
import { coordinates, elementCount, sameShape } from '../core/shape.ts';
import type { Difference, Origin } from './wiring-difference.ts';
import type { Paths } from './wiring-paths.ts';
import { integers } from './wiring-sums.ts';
import { columnsOf, originOf } from './wiring-taps.ts';
import { elementOf, firstToken, tokens } from './wiring-tokens.ts';

/** The three elements that meet in one product, by the tensor that each belongs to. */
type Tap = Readonly<Record<'input' | 'weight' | 'gradOutput', number>>;

/**
 * A1: the direct path's own list of a gradient's terms, element by element, holds every tap that is not padding, once:
 * the pixel that it pairs with a weight and an output is what the columns hold there.
 */
export function compareTerms(problem: Problem, { pipeline, direct }: Paths): Difference | undefined {
  // One output channel a group, as in P1: what is read does not depend on it.
  const bare: Problem = { ...bareConvolution(problem), outChannels: problem.groups };
  const single: Problem = { ...bare, direction: problem.direction };
  const { batch, groups, inChannels, axes } = single;
  const shapes = { input: inputShape(single), weight: weightShape(single), gradOutput: outputShape(single) };
  const input = tokens(shapes.input, bare.dtype);
  const columns = columnsOf({ ...problem, outChannels: groups }, input, pipeline);
  const window = axes.reduce((count, axis) => count * axis.kernelSize, 1);
  const K = (inChannels / groups) * window;
  const L = elementCount(shapes.gradOutput.slice(2));
  const [first, second] = factorNames(single);
  const operands = {
    [first]: tokens(shapes[first as 'input'], bare.dtype),
    [second]: tokens(shapes[second as 'weight'], bare.dtype),
  };
  const { shape, termsOf } = direct(single, operands);
  if (!sameShape(shape, resultShape(single))) {
    return {
      obligation: 'A1',
      expected: { kind: 'shape', shape },
      found: { kind: 'shape', shape: resultShape(single) },
    };
  }
  const own = {
    'grad-input': 'input',
    'grad-weight': 'weight',
    forward: 'gradOutput',
  } as const satisfies Record<Direction, keyof Tap>;
  const listed = new Uint8Array(batch * groups * K * L);
  const at = (entry: number, expected: Origin): Difference => {
    const l = entry % L;
    const row = Math.floor(entry / L) % (groups * K);
    const g = Math.floor(row / K);
    const k = row % K;
    return {
      obligation: 'A1',
      output: [
        Math.floor(entry / L / groups / K),
        (g * problem.outChannels) / groups,
        ...coordinates(l, shapes.gradOutput.slice(2)),
      ],
      tap: [Math.floor(k / window), ...coordinates(k % window, shapes.weight.slice(2))],
      column: [l, row],
      expected,
      found: originOf(columns.data[entry] as number, 'input', shapes.input),
    };
  };
  const count = elementCount(shape);
  for (let element = 0; element < count; element++) {
    const { x, w, n } = termsOf(element);
    for (let t = 0; t < n; t++) {
      const tap = {
        [first]: elementOf(x[t] as number, shapes[first as 'input']) ?? -1,
        [second]: elementOf(w[t] as number, shapes[second as 'weight']) ?? -1,
        [own[problem.direction]]: element,
      } as unknown as Tap;
      // Weight row (g, c, k) and output column (n, g, l) are of one group, and name one entry of the columns.
      const [sample, g] = [Math.floor(tap.gradOutput / L / groups), Math.floor(tap.gradOutput / L) % groups];
      const entry = ((sample * groups + g) * K + (tap.weight % K)) * L + (tap.gradOutput % L);
      const read: Origin = originOf(tap.input + firstToken(shapes.input), 'input', shapes.input);
      if (Math.floor(tap.weight / K) !== g || !(entry >= 0))
        return at(Math.max(entry, 0), { kind: 'nothing' });
      if (columns.data[entry] !== tap.input + firstToken(shapes.input)) return at(entry, read);
      if (listed[entry] === 1) return at(entry, { kind: 'repeated' });
      listed[entry] = 1;
    }
  }
  const missing = listed.findIndex((isListed, entry) => isListed === 0 && columns.data[entry] !== 0);
  return missing === -1 ? undefined : at(missing, { kind: 'nothing' });
}

/** Independent draws of integers; see `adjointMissProbability`. */
const DRAWS = 2;
/** A: sums of 2^32 such values stay exact. */
const MAGNITUDE = 2 ** 20;

/**
 * What a fold that is not the adjoint passes with, at most: the sum that it gives for a pixel and the right one differ by
 * a polynomial of degree 1, which vanishes for each draw with probability ≤ 1/2A.
 */
export function adjointMissProbability(): number {
  return (1 / (2 * MAGNITUDE)) ** DRAWS;
}

/** A2: fold, and the adjoint of the padding, sum every entry of the columns onto the pixel that unfold read it from. */
export function compareAdjoint(problem: Problem, seed: number, { pipeline }: Paths): Difference | undefined {
  const bare = { ...problem, bias: false, outChannels: problem.groups };
  const input = tokens(inputShape(bare), bareConvolution(bare).dtype);
  const read = columnsOf(bare, input, pipeline).data;
  const plan = planDecomposition(bare);
  const first = firstToken(input.shape);
  for (let draw = 0; draw < DRAWS; draw++) {
    const shape = [bare.batch, plan.gemm.K * plan.gemm.groups, plan.gemm.L];
    const columns = integers(shape, MAGNITUDE, mersenneTwister(seed + draw));
    const expected = new Float64Array(input.data.length);
    for (let entry = 0; entry < read.length; entry++) {
      const pixel = (read[entry] as number) - first;
      if (pixel >= 0) expected[pixel] = (expected[pixel] as number) + (columns.data[entry] as number);
    }
    const folded = writeBack(columns, plan, pipeline);
    if (!sameShape(folded.shape, input.shape)) {
      return {
        obligation: 'A2',
        expected: { kind: 'shape', shape: input.shape },
        found: { kind: 'shape', shape: folded.shape },
      };
    }
    for (let pixel = 0; pixel < expected.length; pixel++) {
      if (folded.data[pixel] === expected[pixel]) continue;
      return {
        obligation: 'A2',
        result: coordinates(pixel, input.shape),
        expected: { kind: 'value', value: expected[pixel] as number },
        found: { kind: 'value', value: folded.data[pixel] as number },
      };
    }
  }
  return undefined;
}
