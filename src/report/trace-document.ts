/**
 * The calls of a decomposition as JSON, under PyTorch's keyword arguments.
 */
import type { Integer, PerAxisNumbers } from './document-parts.ts';

/**
 * One call of the decomposition. `parameters` are its PyTorch keyword arguments (`gemm`: its dimensions). A step goes on
 * with what the one before it gave, or begins with the operand that `of` names. Two calls of pad stand one after the
 * other where a padding crops more than the input holds: F.pad cannot do that in one.
 */
export type TraceStep =
  | {
      readonly step: 'pad';
      readonly of?: OperandLabel;
      readonly shape: readonly Integer[];
      readonly parameters: PadParameters;
    }
  | {
      readonly step: 'unfold';
      readonly of?: OperandLabel;
      readonly shape: readonly Integer[];
      readonly parameters: UnfoldParameters;
    }
  | {
      readonly step: 'gemm';
      readonly shape: readonly Integer[];
      /** Which matrices; the last one is summed over the samples. */
      readonly product: 'weight @ columns' | 'weight.T @ columns' | 'columns_of_grad_output @ columns.T';
      readonly parameters: {
        /** Weight rows per group: C_out/groups. */
        readonly M: Integer;
        /** Taps of a window: (C_in/groups)·kH·kW. */
        readonly K: Integer;
        /** Windows: H_out·W_out. */
        readonly L: Integer;
        readonly groups: Integer;
        /** Of quantised operands: subtracted before they are multiplied. */
        readonly input_zero_point?: Integer;
        readonly weight_zero_point?: Integer;
      };
    }
  | { readonly step: 'bias'; readonly shape: readonly Integer[]; readonly parameters: Record<string, never> }
  | { readonly step: 'fold'; readonly shape: readonly Integer[]; readonly parameters: FoldParameters }
  | {
      /** The adjoint of the call of F.pad with these parameters: crops, or adds back what was read again. */
      readonly step: 'unpad';
      readonly shape: readonly Integer[];
      readonly parameters: PadParameters;
    }
  | {
      /** torch.reshape. */
      readonly step: 'view';
      readonly shape: readonly Integer[];
      readonly parameters: { readonly shape: readonly Integer[] };
    }
  | {
      /** Tensor.to: the sums, in float32, are rounded once. */
      readonly step: 'cast';
      readonly shape: readonly Integer[];
      readonly parameters: { readonly dtype: string };
    };

/** A tensor that the problem reads, under its layer's own name. */
export type OperandLabel = 'input' | 'grad_output';

/** Keyword arguments of torch.nn.functional.pad. */
export interface PadParameters {
  /** Last axis first, beginning before end; negative crops. */
  readonly pad: readonly Integer[];
  readonly mode: 'constant' | 'reflect' | 'replicate' | 'circular';
  /** Of 'constant': what the padding holds. */
  readonly value?: number;
}

/** Keyword arguments of torch.nn.functional.unfold. */
export interface UnfoldParameters {
  readonly kernel_size: PerAxisNumbers;
  readonly stride: PerAxisNumbers;
  readonly padding: PerAxisNumbers;
  readonly dilation: PerAxisNumbers;
}

/** Keyword arguments of torch.nn.functional.fold. */
export interface FoldParameters extends UnfoldParameters {
  readonly output_size: PerAxisNumbers;
}
