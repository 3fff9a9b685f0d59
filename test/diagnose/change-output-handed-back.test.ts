/**
 * Which changes of the output hand their stage back, at the sizes on either side of where they begin to change something.
 */
import { expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import {
  CHANNELS_LAST_VIEWED,
  channelFrom,
  channelsBelow,
  columnMajor,
  columnsBelow,
  outputFlat,
  outputFrom,
  samplesBelow,
  termsBelow,
  windowsBelow,
  writtenWhere,
} from '../../src/diagnose/change-output.ts';
import { AS_IS } from '../../src/diagnose/change-reading.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { replacedBy, tiny, upTo, wiringOf } from './tiny.ts';

test.each<[string, ConvParams, Change, string[]]>([
  ['no map', {}, outputFrom(() => undefined), []],
  ['a map', {}, outputFrom(() => () => undefined), ['output']],
  ['no condition', {}, writtenWhere(() => undefined), []],
  ['a condition', {}, writtenWhere(() => () => true), ['output']],
  ['offsets as they are', {}, outputFlat(() => AS_IS), []],
  ['other offsets', {}, outputFlat(() => (offset) => offset), ['output']],
  ['every channel its own', { outChannels: 3 }, channelFrom((_, co) => co), []],
  ['two channels of three', { outChannels: 3 }, channelFrom((_, co) => Math.min(co, 1)), ['output']],
  ['one channel viewed last', { inputSize: [3] }, CHANNELS_LAST_VIEWED, []],
  ['channels of one window viewed last', { outChannels: 3 }, CHANNELS_LAST_VIEWED, []],
  ['channels viewed last', { outChannels: 2, inputSize: [2] }, CHANNELS_LAST_VIEWED, ['output']],
  ['all samples', { batch: 2 }, samplesBelow(() => 2), []],
  ['more samples than there are', { batch: 2 }, samplesBelow(({ N }) => N + 1), []],
  ['one sample of two', { batch: 2 }, samplesBelow(() => 1), ['output']],
  ['all channels', { outChannels: 2 }, channelsBelow(() => 2), []],
  ['more channels than there are', { outChannels: 2 }, channelsBelow(({ C_out }) => C_out + 1), []],
  ['one channel of two', { outChannels: 2 }, channelsBelow(() => 1), ['output']],
  ['whole blocks of terms', { inChannels: 4 }, termsBelow(4), []],
  ['a term behind them', { inChannels: 5 }, termsBelow(4), ['keeps']],
  ['fewer column entries than wrap', { inputSize: [6] }, columnsBelow(7), []],
  ['as many as wrap', { inputSize: [7] }, columnsBelow(7), ['columns']],
  ['fewer windows than wrap', { inputSize: [6], inChannels: 2 }, windowsBelow(7), []],
  ['as many windows as wrap', { inputSize: [7] }, windowsBelow(7), ['columns']],
])('%s', (_, params, change, replaced) => {
  expect(replacedBy(params, change)).toEqual(replaced);
});

test('rows or columns of one are in order either way', () => {
  const isHandedBack = (inputSize: number[]) => columnMajor(sizesOf(tiny({ inputSize }))) === AS_IS;
  expect(
    [
      [1, 3],
      [3, 1],
      [2, 2],
    ].map(isHandedBack),
  ).toEqual([true, true, false]);
});

test('the first samples and channels are kept, and no more', () => {
  const sources = (change: Change) => {
    const { output, placeAt } = wiringOf(tiny({ batch: 3, outChannels: 3 }), change);
    return upTo(9).map((element) => output(...placeAt(element)));
  };
  expect(sources(samplesBelow(() => 2))).toEqual([0, 1, 2, 3, 4, 5, NONE, NONE, NONE]);
  expect(sources(channelsBelow(() => 2))).toEqual([0, 1, NONE, 3, 4, NONE, 6, 7, NONE]);
});
