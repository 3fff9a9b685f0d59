/**
 * Binary floating-point formats narrower than float32, and rounding to them.
 */

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
/** The formats of the dtypes that have one here. */
export const HALF_FORMATS = { float16: FLOAT16, bfloat16: BFLOAT16 } as const;
/** TensorFloat-32: float16's 11 bits with float32's exponents (NVIDIA, A100 whitepaper). */
export const TF32: Format = { bits: 11, lowest: -136, overflow: 128 };

/** `value` rounded to the nearest number of `format`, ties to even; infinite where that overflows. */
export function roundTo({ bits, lowest, overflow }: Format, value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const magnitude = Math.abs(value);
  const step = 2 ** Math.max(exponentOf(magnitude) - bits + 1, lowest);
  const rounded = roundHalfToEven(magnitude / step) * step;
  // What underflows keeps its sign: -0.
  return Math.sign(value) * (rounded >= 2 ** overflow ? Number.POSITIVE_INFINITY : rounded);
}

/** The e with 2^e ≤ magnitude < 2^(e+1); Math.log2 alone may be off by one beside a power of two. */
export function exponentOf(magnitude: number): number {
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
