/**
 * torch.randn in float32, bit for bit as PyTorch's x86 AVX2 CPU builds compute it; other builds differ in the
 * last digits of about a third of the elements.
 *
 * 16 elements or more: Box–Muller over blocks of 16 uniforms, u1 = 1 − d[j] and u2 = d[j + 8], with the
 * logarithm, sine and cosine of Cephes' single-precision polynomials (S. Moshier), a multiplication that feeds
 * an addition fused into it, as GCC compiles them. A tail block covers the last 16 elements again. Fewer:
 * Box–Muller in float64 one by one, the second value of each pair kept for the next call.
 */
import type { WordGenerator } from './mt19937.ts';
import { uniform32, uniform64 } from './uniform.ts';

const BLOCK = 16;

/** Fills `data` as torch.randn does; the generator keeps a spare value between calls, as PyTorch's does. */
export type NormalGenerator = (data: Float32Array) => void;

/** A generator that continues the stream of `nextWord`. */
export function normalGenerator(nextWord: WordGenerator): NormalGenerator {
  let spare: number | undefined;
  const single = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const u1 = uniform64(nextWord);
    const u2 = uniform64(nextWord);
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    spare = radius * Math.sin(2 * Math.PI * u1);
    return radius * Math.cos(2 * Math.PI * u1);
  };
  return (data) => {
    if (data.length < BLOCK) {
      for (let i = 0; i < data.length; i++) data[i] = single();
      return;
    }
    for (let i = 0; i < data.length; i++) data[i] = uniform32(nextWord);
    const tail = data.length % BLOCK;
    for (let start = 0; start + BLOCK <= data.length; start += BLOCK) transformBlock(data, start);
    if (tail === 0) return;
    const last = data.length - BLOCK;
    for (let i = last; i < data.length; i++) data[i] = uniform32(nextWord);
    transformBlock(data, last);
  };
}

function transformBlock(data: Float32Array, start: number): void {
  const half = BLOCK / 2;
  for (let j = start; j < start + half; j++) {
    const u1 = f32(1 - data[j]!);
    const theta = f32(f32(2 * Math.PI) * data[j + half]!);
    const radius = f32(Math.sqrt(f32(-2 * log32(u1))));
    const { sine, cosine } = sineCosine32(theta);
    data[j] = radius * cosine;
    data[j + half] = radius * sine;
  }
}

const f32 = Math.fround;

// Cephes logf: x = m·2^e with √½ ≤ m < √2, log x = log m + e·(Q1 + Q2), log m by a polynomial in m − 1.
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f32);
const LOG_Q1 = f32(-2.1219444e-4);
const LOG_Q2 = f32(0.693359375);

const bits = new DataView(new ArrayBuffer(8));

function log32(value: number): number {
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  bits.setUint32(0, (word & 0x007fffff) | 0x3f000000);
  let x = bits.getFloat32(0);
  let e = (word >>> 23) - 126;
  if (x < f32(Math.SQRT1_2)) {
    e -= 1;
    x = f32(f32(x - 1) + x);
  } else x = f32(x - 1);
  const z = f32(x * x);
  let y = LOG[0]!;
  for (const coefficient of LOG.slice(1)) y = fma32(y, x, coefficient);
  y = fma32(f32(y * x), z, f32(e * LOG_Q1));
  y = fma32(z, -0.5, y);
  return fma32(e, LOG_Q2, f32(x + y));
}

// Cephes sinf and cosf: reduce by π/4 in three parts, then a polynomial on [−π/4, π/4].
const FOUR_OVER_PI = f32(1.27323954473516);
const REDUCTION = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(f32);
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f32) as Triple;
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f32) as Triple;
type Triple = [number, number, number];

function sineCosine32(angle: number): { sine: number; cosine: number } {
  const octant = (Math.trunc(f32(angle * FOUR_OVER_PI)) + 1) & ~1;
  let x = angle;
  for (const part of REDUCTION) x = fma32(octant, part, x);
  const z = f32(x * x);
  const cosPolynomial = fma32(fma32(COS[0], z, COS[1]), z, COS[2]);
  const cosine = f32(fma32(f32(cosPolynomial * z), z, f32(-0.5 * z)) + 1);
  const sinPolynomial = fma32(fma32(SIN[0], z, SIN[1]), z, SIN[2]);
  const sine = fma32(f32(sinPolynomial * z), x, x);
  const swapped = (octant & 2) !== 0;
  const sineNegative = (octant & 4) !== 0;
  const cosineNegative = ((octant - 2) & 4) === 0;
  const s = swapped ? cosine : sine;
  const c = swapped ? sine : cosine;
  return { sine: sineNegative ? -s : s, cosine: cosineNegative ? -c : c };
}

/** fround(a·b + c) of finite float32 operands with one rounding: the float64 sum is rounded to odd, so rounding it again cannot go wrong. */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const virtual = sum - product;
  const error = product - (sum - virtual) + (c - virtual);
  if (error === 0 || sum === 0) return f32(sum);
  bits.setFloat64(0, sum);
  const low = bits.getUint32(4);
  if ((low & 1) !== 0) return f32(sum);
  // An even last bit with something left over: step to the odd neighbour on the error's side.
  if (error > 0 === sum > 0) bits.setUint32(4, low | 1);
  else if (low === 0) {
    bits.setUint32(0, bits.getUint32(0) - 1);
    bits.setUint32(4, 0xffffffff);
  } else bits.setUint32(4, low - 1);
  return f32(bits.getFloat64(0));
}
