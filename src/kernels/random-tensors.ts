/**
 * The tensors of core/random-tensors.ts, bit for bit, drawn four words at a time. torch.randn and narrow dtypes are left
 * to it.
 */
import type { Fill } from '../core/fill.ts';
import { initialState } from '../core/mt19937.ts';
import type { IntegerRange, TensorGenerator } from '../core/random-tensors.ts';
import { elementCount } from '../core/shape.ts';
import { type Dtype, isHalf, unwritten } from '../core/tensor.ts';
import type { Arena } from './arena.ts';
import { instantiate } from './instantiate.ts';

/** assembly/mt19937.ts: each draws `count` values to `out` and returns the next unused word. */
interface Twister {
  uniform32(state: number, next: number, out: number, count: number): number;
  uniform64(state: number, next: number, out: number, count: number): number;
  integers32(...drawn: IntegerArguments): number;
  integers64(...drawn: IntegerArguments): number;
}
type IntegerArguments = [
  state: number,
  next: number,
  out: number,
  count: number,
  low: number,
  size: number,
  without: number,
];

/** Values drawn before they are copied to their tensor: 64 KiB of float64 at most, which stays in the second-level cache. */
const CHUNK = 2 ** 13;

/** Fills that this draws; of the others, normal has its own arithmetic and a half's uniform its own bits. */
export function isDrawn(fill: Fill, dtype: Dtype): fill is 'uniform' | 'integer' {
  return fill === 'integer' || (fill === 'uniform' && !isHalf(dtype));
}

/** The stream that torch.manual_seed(seed) starts, drawn in `arena`, which it keeps 67 KiB of. */
export function fastRandomTensors(fill: 'uniform' | 'integer', seed: number, arena: Arena): TensorGenerator {
  const twister = instantiate<Twister>('mt19937', arena);
  const words = initialState(seed);
  let next = words.length;
  const state = arena.allocate(words.byteLength);
  const out = arena.allocate(CHUNK * Float64Array.BYTES_PER_ELEMENT);
  arena.uint32(state).set(words);

  function draw(count: number, isNarrow: boolean, { low, count: size, without }: IntegerRange): number {
    const to = [state.address, next, out.address, count] as const;
    if (fill === 'uniform') return isNarrow ? twister.uniform32(...to) : twister.uniform64(...to);
    const range = [low, size, without] as const;
    return isNarrow ? twister.integers32(...to, ...range) : twister.integers64(...to, ...range);
  }

  return (dtype, shape, range) => {
    const tensor = unwritten(dtype, shape);
    const { data } = tensor;
    const isNarrow = data instanceof Float32Array;
    const drawn = isNarrow ? arena.float32(out) : arena.float64(out);
    const count = elementCount(shape);
    for (let start = 0; start < count; start += CHUNK) {
      const length = Math.min(CHUNK, count - start);
      next = draw(length, isNarrow, range);
      data.set(drawn.subarray(0, length), start);
    }
    return tensor;
  };
}
