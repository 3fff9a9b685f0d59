/**
 * What several documents hold: numbers, the head, the problem, where its tensors came from, how to get it again.
 */
import type { Fill } from '../core/fill.ts';
import type { Direction, PaddingMode } from '../core/problem.ts';
import type { Dtype } from '../core/tensor.ts';

/** A number; JSON has no words for the non-finite ones. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/**
 * A whole number.
 * @asType integer
 */
export type Integer = number;

/** One number per spatial axis, the last of depth, height and width. */
export type PerAxisNumbers = readonly Integer[];

/** What begins every document. */
export interface DocumentHead {
  readonly schema_version: 1;
  readonly tool: { readonly name: 'convproof'; readonly version: string };
}

/** One convolution, whole, under the names of its own class: Conv1d to Conv3d, or with `transposed` ConvTranspose. */
export interface ProblemDocument {
  /** What is decomposed: the layer itself, or a gradient of it. */
  readonly direction: Direction;
  /** torch.nn.ConvTranspose: in_channels and input_size are what it reads. */
  readonly transposed: boolean;
  /** N */
  readonly batch: Integer;
  /** C_in */
  readonly in_channels: Integer;
  /** C_out */
  readonly out_channels: Integer;
  /** H_in, W_in; W_in alone in 1-D, D_in before them in 3-D */
  readonly input_size: PerAxisNumbers;
  /** H_out, W_out */
  readonly output_size: PerAxisNumbers;
  readonly kernel_size: PerAxisNumbers;
  readonly stride: PerAxisNumbers;
  /** Zeros at the beginning of each axis; negative crops. */
  readonly padding: PerAxisNumbers;
  /** Zeros at the end of each axis, negative crops; equal to `padding` wherever that gives the same windows. */
  readonly padding_end: PerAxisNumbers;
  readonly padding_mode: PaddingMode;
  /** Of a transposed convolution: how much longer the output is than its windows need; negative crops. */
  readonly output_padding: PerAxisNumbers;
  /** 1 is a dense window. */
  readonly dilation: PerAxisNumbers;
  readonly groups: Integer;
  readonly bias: boolean;
  /** Of the input and the output; int8 and uint8 have int8 weights and an int32 output. */
  readonly dtype: Dtype;
  /** The integers that stand for 0 in quantised tensors; 0 of floats. */
  readonly input_zero_point: Integer;
  readonly weight_zero_point: Integer;
}

/** Where the tensors came from. */
export interface DataDocument {
  /** How the tensors that were not loaded were generated; absent where all were loaded. */
  readonly fill?: Fill;
  /** As torch.manual_seed takes it; the exact check's trials count up from it. */
  readonly seed: Integer;
  /** File of the input, where it was loaded. */
  readonly input?: string;
  readonly weight?: string;
  readonly bias?: string;
  /** File of the incoming gradient. */
  readonly grad_output?: string;
  /** File of the output that came from elsewhere: verify's. */
  readonly expected?: string;
  /** The same, of diagnose. */
  readonly actual?: string;
  /** The order of the files' dimensions, where it was said: of inputs and outputs, and of weights. */
  readonly layout?: 'nchw' | 'nhwc';
  readonly weight_layout?: 'oihw' | 'ohwi' | 'hwio';
  /** What raw dumps were read as, where it was said. */
  readonly raw_dtype?: Dtype;
  /** SHA-256 of each tensor's little-endian bytes in its own dtype, row-major, in PyTorch's order of dimensions. */
  readonly sha256: { readonly [tensor: string]: string };
}

/** How to get the same again. */
export interface ReproDocument {
  /** The problem as one word. */
  readonly token: string;
  readonly command: string;
  /** Python that rebuilds the tensors and the output in PyTorch. */
  readonly pytorch: string;
}
