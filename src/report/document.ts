/**
 * The JSON documents, schema_version 1. The published JSON Schema is generated from these types and their
 * comments; keys are PyTorch's keyword arguments in snake_case. Readers ignore keys they do not know: new ones
 * may come, none changes its meaning without a new schema_version.
 */
import type { Fill } from '../core/fill.ts';
import type { Dtype } from '../core/tensor.ts';
import type { Criterion, Side, Witness } from '../verify/check.ts';
import type { Reason, Verdict } from '../verify/verdict.ts';
import type { Warning } from '../verify/warnings.ts';

/** A number; JSON has no words for the non-finite ones. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/**
 * A whole number.
 * @asType integer
 */
export type Integer = number;

/** One number per spatial axis: height, width. */
export type PerAxisNumbers = readonly Integer[];

/** What begins every document. */
export interface DocumentHead {
  readonly schema_version: 1;
  readonly tool: { readonly name: 'convproof'; readonly version: string };
}

/** `convproof verify --json`: one per layer. */
export interface VerifyDocument extends DocumentHead {
  readonly command: 'verify';
  /** `fail` is a proven difference; `inconclusive` means that data or arithmetic cannot tell. */
  readonly verdict: Verdict;
  readonly problem: ProblemDocument;
  readonly data: DataDocument;
  readonly trace: readonly TraceStep[];
  readonly criterion: Criterion;
  readonly checks: readonly CheckDocument[];
  readonly warnings: readonly Warning[];
  /** Why fold's parameters are not unfold's, in this problem's numbers. */
  readonly explanation: string;
  readonly repro: ReproDocument;
}

/** `convproof explain --json`. */
export interface ExplainDocument extends DocumentHead {
  readonly command: 'explain';
  readonly problem: ProblemDocument;
  readonly trace: readonly TraceStep[];
  /** The fold that is unfold's adjoint: the gradient with respect to the input, and transposed convolution. */
  readonly adjoint_fold: TraceStep;
  /** Number of windows that read each pixel of one channel plane: what fold(unfold(x)) multiplies x by. */
  readonly overlap: OverlapDocument;
  /** What becomes of F.unfold called without stride and dilation. */
  readonly unfold_without_stride_and_dilation: {
    /** Its L. */
    readonly L: Integer;
    /** H_out·W_out: what fold needs. */
    readonly needed_L: Integer;
    /** F.fold raises exactly where the two differ; where they are equal the columns are the right ones. */
    readonly fold_raises: boolean;
  };
  readonly explanation: string;
  readonly repro: ReproDocument;
}

/** Bad input: exit code 2. */
export interface ErrorDocument extends DocumentHead {
  readonly command: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Any document that the tool prints. */
export type ResultDocument = VerifyDocument | ExplainDocument | ErrorDocument;

/** One convolution, whole. */
export interface ProblemDocument {
  readonly direction: 'forward';
  /** N */
  readonly batch: Integer;
  /** C_in */
  readonly in_channels: Integer;
  /** C_out */
  readonly out_channels: Integer;
  /** H_in, W_in */
  readonly input_size: PerAxisNumbers;
  /** H_out, W_out */
  readonly output_size: PerAxisNumbers;
  readonly kernel_size: PerAxisNumbers;
  readonly stride: PerAxisNumbers;
  /** Zeros at the beginning of each axis; negative crops. */
  readonly padding: PerAxisNumbers;
  /** Zeros at the end of each axis, negative crops; equal to `padding` wherever that gives the same windows. */
  readonly padding_end: PerAxisNumbers;
  readonly padding_mode: 'zeros';
  /** 1 is a dense window. */
  readonly dilation: PerAxisNumbers;
  readonly groups: Integer;
  readonly bias: boolean;
  readonly dtype: Dtype;
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
  /** File of the output that came from elsewhere. */
  readonly expected?: string;
  /** SHA-256 of each tensor's little-endian bytes in the problem's dtype, row-major. */
  readonly sha256: { readonly [tensor: string]: string };
}

/**
 * One call of the decomposition. `parameters` are its PyTorch keyword arguments (`gemm`: its dimensions). Two calls
 * of pad stand one after the other where a padding crops more than the input holds: F.pad cannot do that in one.
 */
export type TraceStep =
  | {
      readonly step: 'pad';
      readonly shape: readonly Integer[];
      readonly parameters: {
        /** torch.nn.functional.pad's list: last axis first, beginning before end. */
        readonly pad: readonly Integer[];
        readonly mode: 'constant';
        readonly value: 0;
      };
    }
  | { readonly step: 'unfold'; readonly shape: readonly Integer[]; readonly parameters: UnfoldParameters }
  | {
      readonly step: 'gemm';
      readonly shape: readonly Integer[];
      readonly parameters: {
        /** Rows per group: C_out/groups. */
        readonly M: Integer;
        /** Terms per output element: (C_in/groups)·kH·kW. */
        readonly K: Integer;
        /** Windows: H_out·W_out. */
        readonly L: Integer;
        readonly groups: Integer;
      };
    }
  | { readonly step: 'bias'; readonly shape: readonly Integer[]; readonly parameters: Record<string, never> }
  | { readonly step: 'fold'; readonly shape: readonly Integer[]; readonly parameters: FoldParameters };

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

/** One output judged by one witness. */
export interface CheckDocument {
  readonly witness: Witness;
  /** What is judged. */
  readonly actual: Side;
  /** What it is judged by. */
  readonly expected: Side;
  readonly verdict: Verdict;
  /** Why it did not pass. */
  readonly reason?: Reason;
  /** The shape judged, where it is not the convolution's. */
  readonly actual_shape?: readonly Integer[];
  /** Elements compared: of each trial again, and none after the first trial that failed. */
  readonly elements?: Integer;
  readonly mismatches?: Integer;
  /** Elements that may be non-finite by the order of their sum alone. */
  readonly undecided?: Integer;
  /** Largest |actual − expected|; Infinity where one is finite and the other is not. */
  readonly max_abs_error?: JsonNumber;
  readonly max_rel_error?: JsonNumber;
  /** In units of the distance between neighbouring values of the dtype. */
  readonly max_ulp_error?: JsonNumber;
  /** Largest error in units of its element's bound; absent from exact checks, whose bound is 0. */
  readonly max_bound_ratio?: JsonNumber;
  /** Share of single dropped taps that this run would have shown, 0 to 1; of checks that did not fail. */
  readonly sensitivity?: number;
  /** Taps that the share was measured on. */
  readonly sensitivity_taps?: Integer;
  /** The element with the worst ratio of error to bound. */
  readonly worst?: {
    readonly index: readonly Integer[];
    readonly actual: JsonNumber;
    readonly expected: JsonNumber;
    readonly bound: JsonNumber;
  };
  /** Over the elements, of all trials, that are finite on both sides. */
  readonly actual_mean?: JsonNumber;
  readonly expected_mean?: JsonNumber;
  /** Random integer tensors of the exact witness. */
  readonly trials?: {
    readonly count: Integer;
    /** A: values are drawn from −A … −1, 1 … A. */
    readonly magnitude: Integer;
    /** A wrong wiring that does not look at its data passes with at most this probability. */
    readonly miss_probability: number;
  };
}

/** How to get the same again. */
export interface ReproDocument {
  /** The problem as one word. */
  readonly token: string;
  readonly command: string;
  /** Python that rebuilds the tensors and the output in PyTorch. */
  readonly pytorch: string;
}

/** How often windows cover the pixels of one channel plane. */
export interface OverlapDocument {
  readonly min: Integer;
  readonly max: Integer;
  /** Pixels that no window reads: fold(unfold(x)) is 0 there. */
  readonly uncovered: Integer;
  /** The whole map, row by row; absent where it has more than 4096 pixels. */
  readonly counts?: readonly (readonly Integer[])[];
}
