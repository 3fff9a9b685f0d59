/**
 * Where the two paths part: the first tap, sum, place or bias that a proof of the wiring found to differ.
 */
import type { Shape } from '../core/shape.ts';
import type { TapSlice } from './wiring-slices.ts';

/**
 * What has to hold so that both paths are the same sums of the same products, in the order that they are proved. A1 and
 * A2 are of the gradients: they say that what goes back takes the way that it came.
 */
export const OBLIGATION_IDS = ['P0', 'P1', 'A1', 'A2', 'P2', 'P3', 'P4', 'P5', 'P6'] as const;
export type ObligationId = (typeof OBLIGATION_IDS)[number];

/** What stands somewhere. */
export type Origin =
  | {
      readonly kind: 'element';
      readonly of: 'input' | 'weight' | 'bias' | 'product' | 'grad_output';
      readonly index: Shape;
    }
  | { readonly kind: 'padding' }
  /** A tap that is not listed, or an element that is not written. */
  | { readonly kind: 'nothing' }
  /** A tap that is listed twice. */
  | { readonly kind: 'repeated' }
  /** No single element: a sum of several, or something else. */
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'shape'; readonly shape: Shape };

/** The first difference that a proof met. Indices are row-major and count from 0. */
export interface Difference {
  readonly obligation: Exclude<ObligationId, 'P6'>;
  /** [n, co, oh, ow], as far as one output element is concerned. */
  readonly output?: readonly number[];
  /** [c, kh, kw]; c counts within the group. */
  readonly tap?: readonly number[];
  /** Index in the direction's result, where that is no output. */
  readonly result?: readonly number[];
  /** Column of the columns, row of them: [window, row]. */
  readonly column?: readonly [number, number];
  /** By the direct convolution. */
  readonly expected: Origin;
  /** By the decomposition. */
  readonly found: Origin;
  /** The problem that the indices belong to, where it is a part of the one proved. */
  readonly slice?: TapSlice;
}
