/**
 * Arithmetic in which a mistaken implementation computes: operands or partial sums rounded to fewer bits.
 */

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
  /** What the finished element becomes. */
  readonly result?: (value: number) => number;
}

/** A binary format: significand bits with the hidden one, and the exponents of its smallest and largest values. */
export interface Format {
  readonly bits: number;
  /** Of the smallest subnormal. */
  readonly lowest: number;
  /** 2^this is the first power of two that is not finite. */
  readonly overflow: number;
}

/** IEEE binary16. */
export const FLOAT16: Format = { bits: 11, lowest: -24, overflow: 16 };
/** float32 with its significand cut to 8 bits. */
export const BFLOAT16: Format = { bits: 8, lowest: -133, overflow: 128 };
/** TensorFloat-32: float16's 11 bits with float32's exponents (NVIDIA, A100 whitepaper). */
export const TF32: Format = { bits: 11, lowest: -136, overflow: 128 };

/** `value` rounded to the nearest number of `format`, ties to even; infinite where that overflows. */
export function roundTo({ bits, lowest, overflow }: Format, value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 2 ** Math.max(exponentOf(Math.abs(value)) - bits + 1, lowest);
  const rounded = roundHalfToEven(value / step) * step;
  return Math.abs(rounded) >= 2 ** overflow ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}

/** The e with 2^e ≤ magnitude < 2^(e+1); Math.log2 alone may be off by one beside a power of two. */
function exponentOf(magnitude: number): number {
  const exponent = Math.floor(Math.log2(magnitude));
  if (2 ** exponent > magnitude) return exponent - 1;
  return 2 ** (exponent + 1) <= magnitude ? exponent + 1 : exponent;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
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
