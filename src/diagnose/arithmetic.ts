/**
 * Arithmetic in which a mistaken implementation computes: operands or partial sums rounded to fewer bits.
 */
import { exponentOf, type Format, roundTo } from '../core/formats.ts';

/** Replaced roundings; what is left out stays exact. */
export interface Arithmetic {
  /** What an input or a weight becomes before it is multiplied. */
  readonly operand?: (value: number) => number;
  /** What a product becomes before it is added. */
  readonly product?: (value: number) => number;
  /** What a partial sum becomes after each addition, k ascending. */
  readonly sum?: (value: number, k: number) => number;
  /** Products with a zero are left out, so that 0·NaN and 0·Infinity are lost. */
  readonly skipsZeros?: boolean;
  /** What the sum of two neighbouring products becomes, those of the stored integers: their zero points come later. */
  readonly pair?: (value: number) => number;
  /** What the finished element becomes. */
  readonly result?: (value: number) => number;
}

/** `value` cut to the significand of `format`. */
export function cutTo({ bits }: Format, value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 2 ** (exponentOf(Math.abs(value)) - bits + 1);
  return Math.trunc(value / step) * step;
}

/** Sums in `format`, each rounded; operands and products too, if said so. */
export function accumulator(format: Format, rounded: { operands: boolean; products: boolean }): Arithmetic {
  const round = (value: number) => roundTo(format, value);
  return {
    ...(rounded.operands ? { operand: round } : {}),
    ...(rounded.products ? { product: round } : {}),
    sum: round,
  };
}

/** Exact sums that are stored in `format` after every `block` terms. */
export function blockwise(format: Format, block: number): Arithmetic {
  return {
    sum: (value, k) => ((k + 1) % block === 0 ? roundTo(format, value) : value),
    result: (value) => roundTo(format, value),
  };
}

/** Modulo 2^16, as a signed 16-bit integer. */
export function wrapped(value: number): number {
  return modulo16(value + 2 ** 15) - 2 ** 15;
}

function modulo16(value: number): number {
  return ((value % 2 ** 16) + 2 ** 16) % 2 ** 16;
}

/** The nearest signed 16-bit integer. */
export function saturated(value: number): number {
  return Math.min(Math.max(value, -(2 ** 15)), 2 ** 15 - 1);
}
