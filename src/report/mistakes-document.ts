/**
 * The JSON document of `convproof mistakes`.
 */
import type { Direction } from '../core/problem.ts';
import type { Family } from '../diagnose/mistake.ts';
import type { DocumentHead, Integer, JsonNumber } from './document-parts.ts';

/** `convproof mistakes --json`. */
export interface MistakesDocument extends DocumentHead {
  readonly command: 'mistakes';
  /** The whole catalogue, or what was asked for; the commonest of a family first. */
  readonly mistakes: readonly MistakeDocument[];
}

/** A known mistake. */
export interface MistakeDocument {
  /** Stable. */
  readonly id: string;
  readonly family: Family;
  /** Where it exists; `revealed_by` is of the first. */
  readonly directions: readonly Direction[];
  readonly title: string;
  /** What the code does instead of what. */
  readonly cause: string;
  /** What the output looks like. */
  readonly shows: string;
  /** What to write instead. */
  readonly fix: string;
  /** Addresses of public threads and pages where it was seen. */
  readonly evidence: readonly string[];
  /** Addresses where a kindred mistake was seen, but not this one. */
  readonly related: readonly string[];
  readonly revealed_by?: RevealDocument;
  /** Settings and kinds of data each of which hides it. */
  readonly hidden_by: readonly string[];
}

/** The smallest problem that reveals a mistake, and numbers on which it shows. */
export interface RevealDocument {
  /** The problem as one word, but for its bias. */
  readonly token: string;
  /** Verifies the problem. */
  readonly command: string;
  /** How the mistake is made, where it can be made in several ways. */
  readonly way?: string;
  /** What the problem's direction reads. */
  readonly input?: TensorDocument;
  readonly weight?: TensorDocument;
  readonly grad_output?: TensorDocument;
  readonly bias?: TensorDocument;
  readonly expected: TensorDocument;
  /** What the mistake gives; absent where it raises. */
  readonly actual?: TensorDocument;
  readonly raises?: string;
}

/** A tensor, row-major. */
export interface TensorDocument {
  readonly shape: readonly Integer[];
  /** Absent where there are more than 4096. */
  readonly values?: readonly JsonNumber[];
}
