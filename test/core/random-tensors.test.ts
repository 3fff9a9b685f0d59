import { expect, it } from 'vitest';
import { likeliestInteger, symmetricRange } from '../../src/core/random-tensors.ts';

it.each([
  [1, 0.5],
  [2, 0.25],
  [2 ** 20, 2 ** -21],
  // 2^32 words over 6 values: four of them have one word more.
  [3, 715827883 / 2 ** 32],
])('the likeliest of the integers up to ±%i is drawn with probability %d', (magnitude, probability) => {
  expect(likeliestInteger(symmetricRange(magnitude))).toBe(probability);
});
