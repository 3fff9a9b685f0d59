/**
 * torch.rand's two conversions of 32-bit words into [0, 1), as PyTorch's CPU generator makes them.
 */
import type { WordGenerator } from './mt19937.ts';

/** 24 bits of one word: every value is a float32. */
export function uniform32(nextWord: WordGenerator): number {
  return (nextWord() & 0xffffff) * 2 ** -24;
}

/** 53 bits of two words, the first one high: every value is a float64. */
export function uniform64(nextWord: WordGenerator): number {
  const high = nextWord() & 0x1fffff; // 21 of its bits: 53 − 32
  return (high * 2 ** 32 + nextWord()) * 2 ** -53;
}
