/**
 * A known mistake: what people get wrong, and the change of the right wiring that it is.
 */
import type { Direction, PaddingMode } from '../core/problem.ts';
import type { Dtype } from '../core/tensor.ts';
import type { Sizes } from './sizes.ts';
import type { Change, Fit } from './wiring.ts';

/** Where in the pipeline, or in whose code, a mistake is at home. */
export type Family =
  | 'unfold'
  | 'fold'
  | 'gradients'
  | 'kernel'
  | 'padding'
  | 'output-size'
  | 'stride'
  | 'dilation'
  | 'groups'
  | 'layout'
  | 'bias'
  | 'batch'
  | 'integers'
  | 'quantised'
  | 'precision'
  | 'data'
  | 'memory'
  | 'tails'
  | 'threads'
  | 'output';

/** One way in which a mistake is made. */
export interface Variant {
  /** What sets this way apart, as it goes on from the title: `with blocks of 8`. */
  readonly note?: string;
  readonly change: Change;
  /** Default the mistake's. */
  readonly directions?: readonly Direction[];
  /** How a product of another size is brought into the output; default every way. */
  readonly fits?: readonly Fit[];
}

/** Dtypes that round, and hold NaN. */
export const FLOATS: readonly Dtype[] = ['float32', 'float64', 'float16', 'bfloat16'];

/** For which problems a mistake exists: elsewhere it is no mistake, rather than a hidden one. */
export interface Scope {
  /** Default all; only those with an output where the change is of what is written. */
  readonly directions?: readonly Direction[];
  /** 2 where height and width are confused. Default 1. */
  readonly leastAxes?: 2;
  /** Default all. */
  readonly modes?: readonly PaddingMode[];
  /** Default all; floats where the change is of arithmetic. */
  readonly dtypes?: readonly Dtype[];
}

/** An entry of the catalogue. Ids are stable. */
export interface Mistake {
  readonly id: string;
  readonly family: Family;
  /** One short clause, said of the code, without a full stop. */
  readonly title: string;
  /** What the code does instead of what, in sentences with the symbols of PyTorch's documentation. */
  readonly cause: string;
  /** What the output looks like. */
  readonly shows: string;
  /** What to write instead; PyTorch's own words stand in backquotes. */
  readonly fix: string;
  /** Addresses of public threads and pages where it was seen. Empty: from first principles. */
  readonly evidence: readonly string[];
  /** Addresses where a kindred mistake was seen, but not this one. */
  readonly related?: readonly string[];
  readonly scope?: Scope;
  /** Where the mistake can be made at all; default everywhere. */
  readonly applies?: (sizes: Sizes) => boolean;
  /** The first is the mistake as `selftest` injects it and as blind spots are computed for. */
  readonly variants: readonly [Variant, ...Variant[]];
}
