/**
 * How far a long loop has come, told rarely enough to cost nothing.
 */

/** Hears of `done` of `total` items. */
export type OnProgress = (done: number, total: number) => void;

/** Terms between two reports: some milliseconds of work, beside which a call is nothing. */
const TERMS_PER_REPORT = 2 ** 20;

/** Counts the terms of each finished item, and reports once in TERMS_PER_REPORT of them. */
export function progressMeter(total: number, onProgress: OnProgress | undefined): (terms: number) => void {
  let done = 0;
  let unreported = 0;
  return (terms) => {
    done++;
    unreported += terms;
    if (unreported < TERMS_PER_REPORT) return;
    unreported = 0;
    onProgress?.(done, total);
  };
}
