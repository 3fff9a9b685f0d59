/**
 * Numbers for every axis or one for all, and how many axes there are.
 */
import { ToolError } from './errors.ts';
import type { ConvParams } from './params.ts';

/** PyTorch has Conv1d, Conv2d and Conv3d. */
const MOST_AXES = 3;
const DEFAULT_AXES = 2;

const SPATIAL = {
  inputSize: 'input_size',
  outputSize: 'output_size',
  kernelSize: 'kernel_size',
  stride: 'stride',
  padding: 'padding',
  paddingEnd: 'padding_end',
  outputPadding: 'output_padding',
  dilation: 'dilation',
} as const satisfies Partial<Record<keyof ConvParams, string>>;

/** Spatial dimensions: as many as are said, or as the longest list has numbers. */
export function rankOf(params: ConvParams): number {
  const { spatialDims } = params;
  if (
    spatialDims !== undefined &&
    !(Number.isInteger(spatialDims) && spatialDims >= 1 && spatialDims <= MOST_AXES)
  ) {
    throw new ToolError('bad-problem', `spatial_dims is ${spatialDims}, but a convolution has 1, 2 or 3`);
  }
  const { name, list } = longestList(params);
  if (list.length > MOST_AXES) {
    throw new ToolError(
      'unsupported',
      `${name} has ${list.length} numbers (${list.join(', ')}), but this version verifies 1-D, 2-D and 3-D convolutions: at most 3`,
    );
  }
  return saidRank(params) ?? DEFAULT_AXES;
}

/** The spatial dimensions that `params` themselves tell of; undefined where they say one number of everything. */
export function saidRank(params: ConvParams): number | undefined {
  if (params.spatialDims !== undefined) return params.spatialDims;
  const { length } = longestList(params).list;
  // One number in a list, as in Conv1d's kernel_size=(3,), says no more than the number alone.
  return length === 1 ? undefined : length;
}

function longestList(params: ConvParams): { readonly name: string; readonly list: readonly unknown[] } {
  return Object.entries(SPATIAL)
    .map(([key, name]) => ({ name, list: [params[key as keyof typeof SPATIAL]].flat() }))
    .reduce((a, b) => (b.list.length > a.list.length ? b : a));
}

/** Expands one number to every axis and checks each that is said against `minimum`. */
export function perAxis<T extends number | undefined>(
  name: string,
  value: T | readonly T[],
  rank: number,
  minimum?: number,
): readonly T[] {
  const list = typeof value === 'object' ? (value as readonly T[]) : [value as T];
  if (list.length !== 1 && list.length !== rank) {
    const axes = { 1: 'the length', 2: 'height and width', 3: 'depth, height and width' }[rank];
    throw new ToolError(
      'bad-problem',
      `${name} has ${list.length} numbers (${list.join(', ')}), but this convolution is ${rank}-D: one number, or ${axes}`,
    );
  }
  for (const number of list) {
    if (number === undefined) continue;
    if (!Number.isSafeInteger(number) || (minimum !== undefined && number < minimum)) {
      const rule = minimum === undefined ? 'be an integer' : `be an integer of at least ${minimum}`;
      throw new ToolError('bad-problem', `${name} is ${list.join('x')}, but each number must ${rule}`);
    }
  }
  return list.length === rank ? list : Array.from({ length: rank }, () => list[0] as T);
}
