/**
 * float64 in exact arithmetic: every value, and every product of two, as an integer number of units.
 */
/** The unit is 2^-2148: the product of the two smallest subnormals. */
const UNIT_BITS = 2148;

const view = new DataView(new ArrayBuffer(8));

/** `value` in units of 2^-1074, the smallest subnormal. */
function halfExact(value: number): bigint {
  view.setFloat64(0, value);
  const word = view.getBigUint64(0);
  const biased = (word >> 52n) & 0x7ffn;
  const fraction = word & 0xfffffffffffffn;
  if (biased === 0x7ffn) throw new RangeError(`${value} is not finite`);
  const magnitude = biased === 0n ? fraction : (fraction | 0x10000000000000n) << (biased - 1n);
  return word >> 63n === 1n ? -magnitude : magnitude;
}

/** `value`, exactly, in units. */
export function exact(value: number): bigint {
  return halfExact(value) << BigInt(UNIT_BITS / 2);
}

/** a·b, exactly, in units. */
export function exactProduct(a: number, b: number): bigint {
  return halfExact(a) * halfExact(b);
}

/** Σ x[i]·w[i], exactly, in units. */
export function exactDot(x: ArrayLike<number>, w: ArrayLike<number>): bigint {
  let sum = 0n;
  for (let i = 0; i < x.length; i++) sum += exactProduct(x[i] as number, w[i] as number);
  return sum;
}

const FORMATS = {
  float32: { precision: 24, leastExponent: -149, mostBits: 128 },
  float64: { precision: 53, leastExponent: -1074, mostBits: 1024 },
} as const;

/** The value of `dtype` nearest to `units`, ties to even: IEEE 754's rounding of an exact result. */
export function rounded(units: bigint, dtype: keyof typeof FORMATS): number {
  const { precision, leastExponent, mostBits } = FORMATS[dtype];
  const sign = units < 0n ? -1 : 1;
  const magnitude = units < 0n ? -units : units;
  const bits = magnitude.toString(2).length;
  // The last place that is kept, in bits above the unit: `precision` places, or as far as subnormals reach.
  const last = Math.max(bits - precision, UNIT_BITS + leastExponent);
  const unit = 1n << BigInt(last);
  const below = magnitude / unit;
  const rest = 2n * (magnitude % unit);
  const up = rest > unit || (rest === unit && (below & 1n) === 1n);
  const significand = below + (up ? 1n : 0n);
  const exponent = last - UNIT_BITS;
  if (significand.toString(2).length + exponent > mostBits) return sign * Number.POSITIVE_INFINITY;
  // In two steps, each exact, as 2^-1074 times 2^53 and 2^971 times 2^53 are at the ends of the range.
  return sign * Number(significand) * 2 ** Math.max(exponent, -1022) * 2 ** Math.min(0, exponent + 1022);
}

export function absolute(units: bigint): bigint {
  return units < 0n ? -units : units;
}
