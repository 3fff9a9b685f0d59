/**
 * Problems that tests write down in full: one sample, one channel and one pixel, but for what is told.
 */
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { buildWiring } from '../../src/diagnose/build-wiring.ts';
import type { Sameness } from '../../src/diagnose/everywhere.ts';
import { type Reference, referenceOf } from '../../src/diagnose/reference.ts';
import { compareWiring } from '../../src/diagnose/same-wiring.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change, Wiring } from '../../src/diagnose/wiring.ts';

/** As many dimensions as the input has sizes, and 1 where it is one number. */
export function tiny(params: ConvParams): Problem {
  const { inputSize = 1 } = params;
  const spatialDims = typeof inputSize === 'number' ? 1 : inputSize.length;
  return resolveProblem({ inChannels: 1, outChannels: 1, kernelSize: 1, spatialDims, inputSize, ...params });
}

/** What is decided of `change`, with so many entries left to compare beyond each change's own. */
export function samenessAt(problem: Problem, change: Change, left = 2 ** 20): Sameness {
  return compareWiring(withBudget(problem, left), change);
}

/** The reference to `problem`, with so many entries left. */
export function withBudget(problem: Problem, left: number): Reference {
  return { ...referenceOf(problem), budget: { left } };
}

/** `change` made on `problem`. */
export function wiringOf(problem: Problem, change: Change): Wiring {
  const wiring = buildWiring(sizesOf(problem), [change]);
  if (wiring === undefined) throw new Error('the change leaves no window');
  return wiring;
}

/** The stages that `change` puts others in the place of, on such a tiny problem. */
export function replacedBy(params: ConvParams, change: Change): string[] {
  return [...wiringOf(tiny(params), change).replaced];
}

/** 0 … count − 1 */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
