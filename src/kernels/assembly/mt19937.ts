/**
 * Mersenne Twister, four words at a time: the stream of core/mt19937.ts, whose state array it takes over.
 *
 * The recurrence reads one word ahead and 397 ahead, modulo 624, so that four neighbouring words never depend on each
 * other: words 0–223 in 56 blocks (224–226 singly, as 397 + 227 is the end), 227–622 in 99 blocks that read 227 behind,
 * and the last, which reads the first.
 */

const WORDS: i32 = 624;
const SHIFT: i32 = 397;

/** Draws all 624 words anew, in place. */
function twist(state: usize): void {
  for (let i = 0; i < 224; i += 4) mixBlock(state, i, i + SHIFT);
  for (let i = 224; i < WORDS - SHIFT; i++) mixWord(state, i, i + 1, i + SHIFT);
  for (let i = WORDS - SHIFT; i < WORDS - 1; i += 4) mixBlock(state, i, i + SHIFT - WORDS);
  mixWord(state, WORDS - 1, 0, SHIFT - 1);
}

// @ts-ignore: decorator
@inline
function mixWord(state: usize, i: i32, next: i32, far: i32): void {
  const joined = (word(state, i) & 0x80000000) | (word(state, next) & 0x7fffffff);
  const mixed = (joined >> 1) ^ (-(joined & 1) & 0x9908b0df);
  store<u32>(state + (<usize>i << 2), word(state, far) ^ mixed);
}

// @ts-ignore: decorator
@inline
function mixBlock(state: usize, i: i32, far: i32): void {
  const at = state + (<usize>i << 2);
  const high = v128.and(v128.load(at), i32x4.splat(0x80000000));
  const low = v128.and(v128.load(at + 4), i32x4.splat(0x7fffffff));
  const joined = v128.or(high, low);
  const odd = i32x4.neg(v128.and(joined, i32x4.splat(1)));
  const mixed = v128.xor(i32x4.shr_u(joined, 1), v128.and(odd, i32x4.splat(0x9908b0df)));
  v128.store(at, v128.xor(v128.load(state + (<usize>far << 2)), mixed));
}

// @ts-ignore: decorator
@inline
function word(state: usize, i: i32): u32 {
  return load<u32>(state + (<usize>i << 2));
}

/** One tempered word. */
// @ts-ignore: decorator
@inline
function tempered(state: usize, i: i32): u32 {
  let y = word(state, i);
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >> 18);
}

// @ts-ignore: decorator
@inline
function temperedBlock(state: usize, i: i32): v128 {
  let y = v128.load(state + (<usize>i << 2));
  y = v128.xor(y, i32x4.shr_u(y, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/**
 * torch.rand's float32: 24 bits of a word.
 *
 * @param next the state's next unused word; WORDS where all are used
 * @returns the same afterwards
 */
export function uniform32(state: usize, next: i32, out: usize, count: i32): i32 {
  const scale = f32x4.splat(<f32>(1.0 / 16777216.0));
  const bits = i32x4.splat(0xffffff);
  let done = 0;
  while (done < count) {
    if (next == WORDS) {
      twist(state);
      next = 0;
    }
    const blocks = min(WORDS - next, count - done) >> 2;
    for (let block = 0; block < blocks; block++) {
      const y = v128.and(temperedBlock(state, next), bits);
      // 24 bits have the same value signed and unsigned.
      v128.store(out + (<usize>done << 2), f32x4.mul(f32x4.convert_i32x4_s(y), scale));
      next += 4;
      done += 4;
    }
    while (next < WORDS && done < count && (WORDS - next < 4 || count - done < 4)) {
      const y = tempered(state, next) & 0xffffff;
      store<f32>(out + (<usize>done << 2), <f32>y * <f32>(1.0 / 16777216.0));
      next++;
      done++;
    }
  }
  return next;
}

/** torch.rand's float64: 53 bits of two words, the first one high. */
export function uniform64(state: usize, next: i32, out: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    if (next == WORDS) {
      twist(state);
      next = 0;
    }
    const high = <u64>(tempered(state, next) & 0x1fffff);
    next++;
    if (next == WORDS) {
      twist(state);
      next = 0;
    }
    const low = <u64>tempered(state, next);
    next++;
    store<f64>(out + (<usize>i << 3), <f64>((high << 32) | low) * (1.0 / 9007199254740992.0));
  }
  return next;
}

/** core/random-tensors.ts's integers, as T: low + word mod (size − 1), one more from `without` on. */
// @ts-ignore: decorator
@inline
function integers<T>(
  state: usize,
  next: i32,
  out: usize,
  count: i32,
  low: i32,
  size: u32,
  without: i32,
): i32 {
  for (let i = 0; i < count; i++, out += sizeof<T>()) {
    if (next == WORDS) {
      twist(state);
      next = 0;
    }
    const value = low + <i32>(tempered(state, next) % (size - 1));
    next++;
    store<T>(out, <T>(value + <i32>(value >= without)));
  }
  return next;
}

/** Those as float32. */
export function integers32(
  state: usize,
  next: i32,
  out: usize,
  count: i32,
  low: i32,
  size: u32,
  without: i32,
): i32 {
  return integers<f32>(state, next, out, count, low, size, without);
}

/** And as float64. */
export function integers64(
  state: usize,
  next: i32,
  out: usize,
  count: i32,
  low: i32,
  size: u32,
  without: i32,
): i32 {
  return integers<f64>(state, next, out, count, low, size, without);
}
