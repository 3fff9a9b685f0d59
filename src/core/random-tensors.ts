/**
 * Random tensors as PyTorch's CPU generator draws them, bit for bit: one stream per seed, tensor after tensor.
 */
import { mersenneTwister, type WordGenerator } from './mt19937.ts';
import { type NormalGenerator, normalGenerator } from './normal.ts';
import type { Shape } from './shape.ts';
import { type Dtype, type Elements, type Tensor, zeros } from './tensor.ts';
import { uniform32, uniform64 } from './uniform.ts';

/** torch.rand, torch.randn (in float32), torch.randint without 0. */
export type RandomFill = 'uniform' | 'normal' | 'integer';

/** Draws the next tensor of the stream. */
export type TensorGenerator = (shape: Shape) => Tensor;

/** The stream that torch.manual_seed(seed) starts; `magnitude` is the A of `integer`, at least 1. */
export function randomTensors(
  fill: RandomFill,
  dtype: Dtype,
  seed: number,
  magnitude: number,
): TensorGenerator {
  const nextWord = mersenneTwister(seed);
  const normal = normalGenerator(nextWord);
  return (shape) => {
    const tensor = zeros(dtype, shape);
    switch (fill) {
      case 'uniform':
        fillUniform(tensor.data, dtype, nextWord);
        break;
      case 'normal':
        fillNormal(tensor.data, normal);
        break;
      case 'integer':
        fillIntegers(tensor.data, magnitude, nextWord);
        break;
    }
    return tensor;
  };
}

function fillUniform(data: Elements, dtype: Dtype, nextWord: WordGenerator): void {
  const draw = dtype === 'float32' ? uniform32 : uniform64;
  for (let i = 0; i < data.length; i++) data[i] = draw(nextWord);
}

// torch.randn(...) in float32, then widened: PyTorch's float64 normals come from libm and differ by platform.
function fillNormal(data: Elements, normal: NormalGenerator): void {
  const narrow = new Float32Array(data.length);
  normal(narrow);
  data.set(narrow);
}

/** r = torch.randint(0, 2A), then r − A + (r ≥ A): one of −A … −1, 1 … A, as a 0 would hide a dropped tap. */
function fillIntegers(data: Elements, magnitude: number, nextWord: WordGenerator): void {
  for (let i = 0; i < data.length; i++) {
    const r = nextWord() % (2 * magnitude);
    data[i] = r - magnitude + (r >= magnitude ? 1 : 0);
  }
}

/**
 * Probability of the likeliest of these integers. PyTorch takes the remainder of one 32-bit word, so that each is
 * drawn by floor or by ceil(2^32/(2A)) of the 2^32 words: the likeliest up to 2.1 % more often than 1/(2A), for
 * sums of three terms in float64. The largest 2A, of one term, is 2·floor(2^26.5) < 2^28, from where on PyTorch draws
 * 64 bits.
 */
export function likeliestInteger(magnitude: number): number {
  return Math.ceil(2 ** 32 / (2 * magnitude)) / 2 ** 32;
}
