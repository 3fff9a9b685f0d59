/**
 * Mersenne Twister, as PyTorch's CPU generator and NumPy's RandomState use it.
 *
 * Source: Matsumoto and Nishimura, ACM TOMACS 8(1), 1998; seeding by init_genrand of the authors' 2002 version.
 */

const WORDS = 624;
const SHIFT = 397;

/** Draws the next 32-bit word, 0 ≤ word < 2^32. */
export type WordGenerator = () => number;

/** The words that a seed's are made of, all of them used; seeds equal modulo 2^32 start the same stream. */
export function initialState(seed: number): Uint32Array {
  const state = new Uint32Array(WORDS);
  let word = (seed - Math.floor(seed / 2 ** 32) * 2 ** 32) | 0;
  for (let i = 0; i < WORDS; i++) {
    state[i] = word;
    word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) | 0;
  }
  return state;
}

/** The stream that `torch.manual_seed(seed)` starts. */
export function mersenneTwister(seed: number): WordGenerator {
  const state = initialState(seed);
  let next = WORDS;
  return () => {
    if (next === WORDS) {
      twist(state);
      next = 0;
    }
    let word = state[next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    word ^= word >>> 18;
    return word >>> 0;
  };
}

function twist(state: Uint32Array): void {
  // The indices i + 1 and i + SHIFT wrap around: three stretches, so that no index is taken modulo WORDS.
  for (let i = 0; i < WORDS - SHIFT; i++) state[i] = state[i + SHIFT]! ^ mixed(state[i]!, state[i + 1]!);
  for (let i = WORDS - SHIFT; i < WORDS - 1; i++) {
    state[i] = state[i + SHIFT - WORDS]! ^ mixed(state[i]!, state[i + 1]!);
  }
  state[WORDS - 1] = state[SHIFT - 1]! ^ mixed(state[WORDS - 1]!, state[0]!);
}

function mixed(high: number, low: number): number {
  const joined = (high & 0x80000000) | (low & 0x7fffffff);
  return (joined >>> 1) ^ (-(low & 1) & 0x9908b0df);
}
