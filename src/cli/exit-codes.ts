/**
 * What the process ends with. 130 and 143 are the shell's words for SIGINT and SIGTERM, which are left to end
 * the process.
 */
import type { Verdict } from '../verify/verdict.ts';

export const EXIT_USAGE = 2;

/** Where a thread has ended; bin, which loads nothing that could fail, has it in writing for faults of ours. */
export const EXIT_FAULT = 70;

/** 0 pass, 1 a proven difference, 3 inconclusive. */
export const EXIT_OF_VERDICT: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, inconclusive: 3 };

/** The codes, as help and README list them. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, 'pass'],
  [1, 'fail: a proven difference'],
  [2, 'bad usage or input'],
  [3, 'inconclusive: the data or the arithmetic cannot tell'],
  [70, 'internal error: please report it'],
  [130, 'interrupted (143: terminated)'],
];
