/**
 * How far a long run has come: one line on a terminal's stderr, rewritten in place and gone at the end.
 */
import { forCharset, type Host, widthOf } from './streams.ts';

/** What a run is told by, and how the line is taken away before anything else is printed. */
export interface ProgressLine {
  /** Shows that `done` of `total` is reached in `stage`. */
  show(stage: string, done: number, total: number): void;
  clear(): void;
}

/** A run that is done by then needs no line, in milliseconds. */
const PATIENCE = 2000;
/** Time between two lines: as fast as an eye reads digits, in milliseconds. */
const INTERVAL = 100;

const CLEAR = '\r\u001b[K';

/** Undefined where nobody would see the line, or it would stand in a log. `now` is a clock in milliseconds. */
export function progressLine(
  { stderr, env }: Host,
  options: { readonly quiet?: boolean; readonly json?: boolean },
  now: () => number = () => performance.now(),
): ProgressLine | undefined {
  if (!stderr.isTTY || env.TERM === 'dumb' || options.quiet || options.json) return undefined;
  let next = now() + PATIENCE;
  let shown = false;
  return {
    show(stage, done, total) {
      const time = now();
      if (time < next) return;
      next = time + INTERVAL;
      shown = true;
      const line = forCharset(`${stage} ${Math.floor((100 * done) / total)} %`, env);
      // The last column stays free: a terminal may break the line after it.
      stderr.write(CLEAR + line.slice(0, widthOf(stderr) - 1));
    },
    clear() {
      if (shown) stderr.write(CLEAR);
      shown = false;
    },
  };
}
