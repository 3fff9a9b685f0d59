/**
 * Reads the golden vectors of fixtures/vectors: what real PyTorch gives.
 */
import { readFileSync } from 'node:fs';
import type { ConvParams, PerAxis } from '../src/core/params.ts';
import type { PaddingMode, Problem } from '../src/core/problem.ts';
import { resolveProblem } from '../src/core/resolve.ts';
import { type Dtype, type Tensor, zeros } from '../src/core/tensor.ts';
import type { ConvOperands } from './operands.ts';

export interface VectorTensor {
  readonly shape: readonly number[];
  readonly data: readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
}

export interface VectorProblem {
  readonly batch: number;
  readonly in_channels: number;
  readonly out_channels: number;
  readonly input_size: PerAxis;
  readonly kernel_size: PerAxis;
  readonly stride: PerAxis;
  readonly padding: PerAxis | 'same' | 'valid';
  readonly padding_end?: PerAxis;
  readonly output_size: readonly number[];
  readonly dilation: PerAxis;
  readonly groups: number;
  readonly bias: boolean;
  readonly dtype: Dtype;
  readonly padding_mode?: PaddingMode;
  readonly transposed?: true;
  readonly output_padding?: PerAxis;
  readonly input_zero_point?: number;
  readonly weight_zero_point?: number;
}

export interface ConvVector {
  readonly id: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly problem: VectorProblem;
  readonly input: VectorTensor;
  readonly weight: VectorTensor;
  readonly bias?: VectorTensor;
  readonly columns: VectorTensor;
  readonly folded: VectorTensor;
  readonly output: VectorTensor;
  /** Of wrong outputs. */
  readonly actual?: VectorTensor;
  readonly result: 'valid' | 'invalid';
}

/** A module that is wrong as people write it, and what it gave. */
export interface MistakenModule extends Omit<ConvVector, 'columns' | 'folded'> {
  /** Ids of the mistakes made; none where no known mistake explains the output. */
  readonly mistakes: readonly string[];
  /** Public threads and pages. */
  readonly evidence?: readonly string[];
  /** The module, in Python. */
  readonly source: string;
  /** Then there is no `actual`. */
  readonly raises?: true;
  /** The first line of what PyTorch said. */
  readonly error?: string;
  /** L of the columns, where the module that raises made some. */
  readonly unfold_L?: number;
  readonly needed_L?: number;
}

/** Families of whole problems with right outputs. */
export const VALID_FAMILIES = [
  'starting',
  'covering',
  'edges',
  'padding',
  'combinations',
  'random',
  'nonfinite',
] as const;

export function readVectors<T>(family: string): readonly T[] {
  return readFamily(family).tests;
}

/** The ids and features that a family's flags may be. */
export function readNotes(family: string): readonly string[] {
  return Object.keys(readFamily(family).notes);
}

function readFamily(family: string) {
  const path = new URL(`../fixtures/vectors/${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The vector's tensor; float32 numbers are written with as few digits as float32 needs. */
export function tensorOf(vector: VectorTensor, dtype: Dtype): Tensor {
  const tensor = zeros(dtype, vector.shape);
  vector.data.forEach((number, i) => {
    tensor.data[i] = Number(number);
  });
  return tensor;
}

export function paramsOf(problem: VectorProblem): ConvParams {
  return {
    batch: problem.batch,
    inChannels: problem.in_channels,
    outChannels: problem.out_channels,
    inputSize: problem.input_size,
    kernelSize: problem.kernel_size,
    stride: problem.stride,
    padding: problem.padding,
    paddingEnd: problem.padding_end,
    dilation: problem.dilation,
    groups: problem.groups,
    bias: problem.bias,
    dtype: problem.dtype,
    spatialDims: problem.output_size.length,
    paddingMode: problem.padding_mode,
    transposed: problem.transposed,
    outputPadding: problem.output_padding,
    inputZeroPoint: problem.input_zero_point,
    weightZeroPoint: problem.weight_zero_point,
  };
}

export function problemOf(vector: { readonly problem: VectorProblem }): Problem {
  return resolveProblem(paramsOf(vector.problem));
}

export function operandsOf(vector: Pick<ConvVector, 'problem' | 'input' | 'weight' | 'bias'>): ConvOperands {
  const { dtype } = vector.problem;
  return {
    input: tensorOf(vector.input, dtype),
    weight: tensorOf(vector.weight, dtype),
    bias: vector.bias && tensorOf(vector.bias, dtype),
  };
}
