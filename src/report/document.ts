/**
 * The JSON documents, schema_version 1. The published JSON Schema is generated from these types and their
 * comments; keys are PyTorch's keyword arguments in snake_case. Readers ignore keys they do not know: new ones
 * may come, none changes its meaning without a new schema_version.
 */
import type { Side, Witness } from '../verify/check.ts';
import type { Criterion } from '../verify/truth.ts';
import type { Reason, Verdict } from '../verify/verdict.ts';
import type { Warning } from '../verify/warnings.ts';
import type {
  CompanionDocument,
  DiagnoseDocument,
  FindingDocument,
  ShrunkDocument,
} from './diagnosis-document.ts';
import type {
  DataDocument,
  DocumentHead,
  Integer,
  JsonNumber,
  PerAxisNumbers,
  ProblemDocument,
  ReproDocument,
} from './document-parts.ts';
import type { LossDocument, RuleDocument } from './judged-document.ts';
import type { MistakesDocument } from './mistakes-document.ts';
import type { CounterexampleDocument, ProveDocument } from './prove-document.ts';
import type { SelftestDocument } from './selftest-document.ts';
import type { TraceStep } from './trace-document.ts';

export type * from './diagnosis-document.ts';
export type * from './document-parts.ts';
export type * from './mistakes-document.ts';
export type * from './prove-document.ts';
export type * from './trace-document.ts';

/** `convproof verify --json`: one per layer. */
export interface VerifyDocument extends DocumentHead {
  readonly command: 'verify';
  /** `fail` is a proven difference; `inconclusive` means that data or arithmetic cannot tell. */
  readonly verdict: Verdict;
  readonly problem: ProblemDocument;
  readonly data: DataDocument;
  /**
   * What computed the decomposition: WebAssembly's SIMD, its relaxed SIMD, which rounds a product and a sum at once
   * where the machine does, or the reference. All but the second give the same bits on every machine.
   */
  readonly kernel: 'wasm-simd128' | 'wasm-relaxed-simd' | 'reference';
  readonly trace: readonly TraceStep[];
  readonly criterion: Criterion;
  readonly checks: readonly CheckDocument[];
  readonly warnings: readonly Warning[];
  /** Known mistakes that would give the same output at this problem, whatever the tensors hold. */
  readonly blind_to: readonly string[];
  /** Of an output from elsewhere that failed: which known mistakes made it. */
  readonly diagnosis?: readonly FindingDocument[];
  /** Of --shrink: the smallest problem on which the first of them shows. */
  readonly shrunk?: ShrunkDocument;
  /** Of --companions: similar problems, verified, that show what this one hides. */
  readonly companions?: readonly CompanionDocument[];
  /** What other tools' rules say of the external output, or else of the decomposition's; no part of the verdict. */
  readonly as_judged_by?: readonly RuleDocument[];
  /** What is lost where `as_judged_by` asks which rule would see it. */
  readonly as_judged_loss?: LossDocument;
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
  /** Σ unfold(x)·y = Σ x·fold(y) with fold's adjoint parameters, computed; absent where a plane is too large. */
  readonly adjoint_identity?: AdjointIdentityDocument;
  /** Per axis the smallest and the largest input size that gives this output size: why fold is told its output_size. */
  readonly input_sizes_of_same_output: readonly (readonly [Integer, Integer])[];
  /** What becomes of F.unfold called without stride and dilation. */
  readonly unfold_without_stride_and_dilation: {
    /** Its L. */
    readonly L: Integer;
    /** H_out·W_out: what fold needs. */
    readonly needed_L: Integer;
    /** F.fold raises exactly where the two differ; where they are equal the columns are the right ones. */
    readonly fold_raises: boolean;
  };
  /** Known mistakes that would give the same output at this problem, whatever the tensors hold. */
  readonly blind_to: readonly string[];
  readonly explanation: string;
  readonly repro: ReproDocument;
}

/** Both sides of the identity that makes fold unfold's adjoint, on random integers: no sum of theirs rounds. */
export interface AdjointIdentityDocument {
  /** Σ unfold(x)·y, x padded before where padding is a step of its own. */
  readonly unfold_side: number;
  /** Σ x·fold(y), the padding's adjoint after it. */
  readonly fold_side: number;
  readonly equal: boolean;
  /** Of x: the input, or one sample and channel of it. */
  readonly input_shape: readonly Integer[];
  /** Of y. */
  readonly columns_shape: readonly Integer[];
  /** A: x and y are integers of −A … −1, 1 … A. */
  readonly magnitude: Integer;
}

/** Bad input: exit code 2. */
export interface ErrorDocument extends DocumentHead {
  readonly command: string;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Any document that the tool prints. */
export type ResultDocument =
  | VerifyDocument
  | DiagnoseDocument
  | ExplainDocument
  | MistakesDocument
  | ProveDocument
  | SelftestDocument
  | ErrorDocument;

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
  /** Of the wiring: taps compared. */
  readonly taps?: Integer;
  /** Of the wiring: every tap and output, or every index axis. */
  readonly mode?: 'full' | 'per-axis';
  /** Of a failed wiring: the first difference. */
  readonly counterexample?: CounterexampleDocument;
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
  /** Of --fast: what was compared in place of the elements, of each trial where there are trials. */
  readonly sums?: {
    /** Of each channel, independently. */
    readonly count: Integer;
    /** R: weights are drawn from −R … −1, 1 … R. */
    readonly magnitude: Integer;
    /** A wrong output that does not depend on the weights passes with at most this probability. */
    readonly miss_probability: number;
  };
  /** Random integer tensors of the exact witness. */
  readonly trials?: {
    readonly count: Integer;
    /** A: values are drawn from −A … −1, 1 … A; quantised ones from all of their dtype but its zero point, A the largest. */
    readonly magnitude: Integer;
    /** A wrong wiring that does not look at its data passes with at most this probability. */
    readonly miss_probability: number;
  };
}

/** How often windows cover the pixels of one channel plane. */
export interface OverlapDocument {
  readonly min: Integer;
  readonly max: Integer;
  /** Pixels that no window reads: fold(unfold(x)) is 0 there. */
  readonly uncovered: Integer;
  /** The first of them, row-major, at most 4. */
  readonly uncovered_pixels: readonly PerAxisNumbers[];
  /** The map row by row, in 1-D one row, in 3-D its middle plane; absent where it has more than 4096 pixels. */
  readonly counts?: readonly (readonly Integer[])[];
  /** Per axis: a pixel's count is the product of its positions'. Absent where `counts` is. */
  readonly counts_per_axis?: readonly (readonly Integer[])[];
}
