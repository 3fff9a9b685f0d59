/**
 * The families of mistakes, as headings.
 */
import type { Family } from '../mistake.ts';

/** What the mistakes of each family are about. */
export const FAMILIES: Readonly<Record<Family, string>> = {
  unfold: 'unfold and its columns',
  fold: 'fold',
  gradients: 'gradients and transposed convolution',
  kernel: 'the kernel and the weight',
  padding: 'padding',
  'output-size': 'output size',
  stride: 'stride',
  dilation: 'dilation',
  groups: 'groups and depthwise',
  layout: 'memory layout',
  bias: 'bias',
  batch: 'batch',
  integers: 'integers',
  quantised: 'quantised arithmetic',
  precision: 'precision',
  data: 'non-finite and unwritten values',
  memory: 'memory that was not cleared',
  tails: 'tails of blocks',
  threads: 'threads',
  output: 'the whole input or output',
};
