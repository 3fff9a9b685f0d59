/**
 * The document of a diagnosis, and its parts that other documents hold too.
 */
import type { Verdict } from '../verify/verdict.ts';
import type {
  DataDocument,
  DocumentHead,
  Integer,
  ProblemDocument,
  ReproDocument,
} from './document-parts.ts';

/** `convproof diagnose --json`. */
export interface DiagnoseDocument extends DocumentHead {
  readonly command: 'diagnose';
  /** `pass` where the output is right, and there is nothing to diagnose. */
  readonly verdict: 'pass' | 'fail';
  readonly problem: ProblemDocument;
  readonly data: DataDocument;
  /** The output's shape, where it is not the convolution's. */
  readonly actual_shape?: readonly Integer[];
  /** Of such an output: its values are right and in their order, so that it need only be reshaped. */
  readonly values_are_right?: boolean;
  readonly elements: Integer;
  /** Elements outside their error bound. */
  readonly wrong_elements: Integer;
  /** `named`: the first entry of `diagnosis` reproduces every element, and so do all with `reproduces` 1. */
  readonly status: 'right' | 'named' | 'partly' | 'unknown';
  readonly diagnosis: readonly FindingDocument[];
  /** Mistakes that fit on so few elements that chance would do: no claim is made. */
  readonly too_little_evidence: readonly string[];
  /** Where several reproduce every element: a problem on which they give different outputs. */
  readonly told_apart_by?: string;
  /** Where no mistake reproduces it: what can be said of the places and values that are wrong. */
  readonly where?: {
    readonly sentences: readonly string[];
    /** Share of samples and channels that are wrong at each pixel, row by row; absent beyond 4096 pixels. */
    readonly map?: readonly (readonly number[])[];
  };
  /** The same layer with another stride, padding or dilation, whose output it is: the two do not mean the same. */
  readonly fits_problem?: string;
  /** Ways to go wrong that were tried. */
  readonly tried: Integer;
  /** Of --shrink: the smallest problem on which the first mistake shows, neighbours on which it does not, and why. */
  readonly shrunk?: ShrunkDocument;
  readonly repro: ReproDocument;
}

/** A mistake of the catalogue, or several made together, that fits an output. */
export interface FindingDocument {
  /** Its id; of several, the first. */
  readonly mistake: string;
  /** All ids: more than one where it takes several mistakes together. */
  readonly mistakes: readonly string[];
  readonly title: string;
  /** How it was made, where that can differ. */
  readonly notes: readonly string[];
  /** `shape`: it gives an output of this shape, and nothing is known of its numbers. */
  readonly by: 'values' | 'shape';
  /** Share of the compared elements that it gives, within rounding. */
  readonly reproduces?: number;
  /** Elements compared: all of them, or of a large output every n-th. */
  readonly compared_elements?: Integer;
  /** Share of what is wrong that it explains. */
  readonly explains?: number;
  readonly fix: string;
  readonly evidence: readonly string[];
}

/** Problems as words of a command line. */
export interface ShrunkDocument {
  readonly smallest: string;
  readonly passing: readonly { readonly problem: string; readonly change: string }[];
  /** Holds on all problems tried that fail, and on no other. */
  readonly condition?: string;
  readonly tried: Integer;
}

/** A similar problem that shows what the verified one hides. */
export interface CompanionDocument {
  /** As words of a command line. */
  readonly problem: string;
  readonly verdict: Verdict;
  /** Ids of the mistakes that it shows and those before it do not. */
  readonly shows: readonly string[];
}
