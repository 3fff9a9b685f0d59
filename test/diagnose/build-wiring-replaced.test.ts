/**
 * Which stages a wiring says that its changes replaced.
 */
import { expect, test } from 'vitest';
import type { Change } from '../../src/diagnose/wiring.ts';
import { replacedBy } from './tiny.ts';

const MAPS: Change = {
  pixel: () => () => 0,
  depth: () => () => 0,
  plane: () => () => 0,
  input: () => () => 0,
  columns: () => () => 0,
  weight: () => () => 0,
  bias: () => () => 0,
  output: () => () => 0,
};
const OTHERS: Change = {
  axes: ([h, w, d]) => [h, w, d],
  shape: () => [1, 1, 1, 1, 1],
  permuted: [0, 1, 2, 3, 4],
  paddingValue: () => 0,
  inputGain: () => () => 1,
  keeps: () => () => true,
  written: () => () => 0,
  biasTimes: 1,
  alsoAdds: () => () => [],
  outputGain: () => () => 1,
  arithmetic: {},
  raises: () => 'no',
};

test.each(Object.keys(MAPS))('%s, by another map', (stage) => {
  expect(replacedBy({}, { [stage]: MAPS[stage as keyof Change] })).toEqual([stage]);
  expect(replacedBy({}, { [stage]: (given: unknown) => given })).toEqual([]);
});

test.each(Object.keys(OTHERS))('%s, by what is given', (stage) => {
  expect(replacedBy({}, { [stage]: OTHERS[stage as keyof Change] })).toEqual([stage]);
});

test.each(['keeps', 'alsoAdds', 'outputGain', 'raises'])('%s, not by nothing', (stage) => {
  expect(replacedBy({}, { [stage]: () => undefined })).toEqual([]);
});

test('not the axes that are handed back', () => {
  expect(replacedBy({}, { axes: (axes) => axes })).toEqual([]);
});
