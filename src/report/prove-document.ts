/**
 * The JSON document of `convproof prove`; what all documents share is in document.ts.
 */
import type { Verdict } from '../verify/verdict.ts';
import type { DocumentHead, Integer, ProblemDocument } from './document-parts.ts';

/** `convproof prove --json`: one per layer. */
export interface ProveDocument extends DocumentHead {
  readonly command: 'prove';
  /** `fail` is a proven difference. */
  readonly verdict: Verdict;
  readonly problem: ProblemDocument;
  /** `full`: every tap and output was compared; `per-axis`: every index axis was, and they combine. */
  readonly mode: 'full' | 'per-axis';
  /** Taps compared. */
  readonly taps: Integer;
  readonly obligations: readonly ObligationDocument[];
  /** The first difference, of a failed proof. */
  readonly counterexample?: CounterexampleDocument;
  /** What a pass says; of a proof that passed. */
  readonly claim?: string;
  /** What the proof takes for granted. */
  readonly relies_on: readonly string[];
  readonly repro: { readonly token: string; readonly command: string };
}

/** One part of a proof. */
export interface ObligationDocument {
  readonly id: 'P0' | 'P1' | 'A1' | 'A2' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6';
  /** What has to hold. */
  readonly statement: string;
  /** `assumed` is taken for granted; `inconclusive` was not run, as an earlier one failed. */
  readonly verdict: Verdict | 'assumed';
  /** What was run. */
  readonly how: string;
}

/** Where the two paths part. */
export interface CounterexampleDocument {
  readonly obligation: ObligationDocument['id'];
  /** [n, co, oh, ow], or as much of it as one output element has to do with it. */
  readonly output?: readonly Integer[];
  /** [c, kh, kw]; c counts within the group. */
  readonly tap?: readonly Integer[];
  /** The same in a sentence, with the numbers. */
  readonly sentence: string;
}
