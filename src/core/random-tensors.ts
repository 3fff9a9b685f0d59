/**
 * Random tensors as PyTorch's CPU generator draws them, bit for bit: one stream per seed, tensor after tensor.
 */
import { HALF_FORMATS, roundTo } from './formats.ts';
import { mersenneTwister, type WordGenerator } from './mt19937.ts';
import { type NormalGenerator, normalGenerator } from './normal.ts';
import type { Shape } from './shape.ts';
import { type Dtype, type Elements, isHalf, type Tensor, zeros } from './tensor.ts';
import { uniform32, uniform64 } from './uniform.ts';

/** torch.rand, torch.randn (in float32), torch.randint without one value. */
export type RandomFill = 'uniform' | 'normal' | 'integer';

/** The integers from `low` on, `count` of them, but `without`, which is one of them: what hides a dropped tap. */
export interface IntegerRange {
  readonly low: number;
  readonly count: number;
  readonly without: number;
}

/** −A … −1, 1 … A. */
export function symmetricRange(magnitude: number): IntegerRange {
  return { low: -magnitude, count: 2 * magnitude + 1, without: 0 };
}

/** Draws the next tensor of the stream; `range` is of `integer`. */
export type TensorGenerator = (dtype: Dtype, shape: Shape, range: IntegerRange) => Tensor;

/** Starts a stream of tensors. */
export type RandomTensors = (fill: RandomFill, seed: number) => TensorGenerator;

/** The stream that torch.manual_seed(seed) starts. */
export function randomTensors(fill: RandomFill, seed: number): TensorGenerator {
  const nextWord = mersenneTwister(seed);
  const normal = normalGenerator(nextWord);
  return (dtype, shape, range) => {
    const tensor = zeros(dtype, shape);
    switch (fill) {
      case 'uniform':
        fillUniform(tensor.data, dtype, nextWord);
        break;
      case 'normal':
        fillNormal(tensor.data, dtype, normal);
        break;
      case 'integer':
        fillIntegers(tensor.data, range, nextWord);
        break;
    }
    return tensor;
  };
}

function fillUniform(data: Elements, dtype: Dtype, nextWord: WordGenerator): void {
  const draw = UNIFORM[dtype];
  for (let i = 0; i < data.length; i++) data[i] = draw(nextWord);
}

/** torch.rand takes as many low bits of a word as the significand has: all are multiples of the unit roundoff · 2. */
const UNIFORM: Readonly<Record<Dtype, (nextWord: WordGenerator) => number>> = {
  float32: uniform32,
  float64: uniform64,
  float16: (nextWord) => (nextWord() % 2 ** 11) * 2 ** -11,
  bfloat16: (nextWord) => (nextWord() % 2 ** 8) * 2 ** -8,
  int8: refused,
  uint8: refused,
  int32: refused,
};

function refused(): never {
  throw new TypeError('torch.rand has no integers');
}

// torch.randn(...) in float32, then converted: PyTorch's float64 normals come from libm and differ by platform.
function fillNormal(data: Elements, dtype: Dtype, normal: NormalGenerator): void {
  const narrow = new Float32Array(data.length);
  normal(narrow);
  const format = isHalf(dtype) ? HALF_FORMATS[dtype] : undefined;
  data.set(format === undefined ? narrow : narrow.map((value) => roundTo(format, value)));
}

/** r = torch.randint(0, count − 1), then low + r, one more from `without` on. */
function fillIntegers(data: Elements, { low, count, without }: IntegerRange, nextWord: WordGenerator): void {
  for (let i = 0; i < data.length; i++) {
    const value = low + (nextWord() % (count - 1));
    data[i] = value + (value >= without ? 1 : 0);
  }
}

/**
 * Probability of the likeliest of these integers. PyTorch takes the remainder of one 32-bit word, so that each is
 * drawn by floor or by ceil(2^32/n) of the 2^32 words, n = count − 1: the likeliest up to 2.1 % more often than 1/n, for
 * sums of three terms in float64. The largest n, of one term, is 2·floor(2^26.5) < 2^28, from where on PyTorch draws
 * 64 bits.
 */
export function likeliestInteger({ count }: IntegerRange): number {
  return Math.ceil(2 ** 32 / (count - 1)) / 2 ** 32;
}
