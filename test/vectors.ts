/**
 * Reads the golden vectors of fixtures/vectors: what real PyTorch gives.
 */
import { readFileSync } from 'node:fs';
import type { Operands } from '../src/core/operands.ts';
import type { ConvParams, PerAxis } from '../src/core/params.ts';
import type { Problem } from '../src/core/problem.ts';
import { resolveProblem } from '../src/core/resolve.ts';
import type { Dtype, Tensor } from '../src/core/tensor.ts';

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
  const numbers = vector.data.map(Number);
  const data = dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
  return { dtype, shape: vector.shape, data };
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
  };
}

export function problemOf(vector: { readonly problem: VectorProblem }): Problem {
  return resolveProblem(paramsOf(vector.problem));
}

export function operandsOf(vector: Pick<ConvVector, 'problem' | 'input' | 'weight' | 'bias'>): Operands {
  const { dtype } = vector.problem;
  return {
    input: tensorOf(vector.input, dtype),
    weight: tensorOf(vector.weight, dtype),
    bias: vector.bias && tensorOf(vector.bias, dtype),
  };
}
