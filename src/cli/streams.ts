/**
 * Where output goes, and what the terminal there can show: colour, width, characters.
 */
import { type Palette, PLAIN } from '../report/layout.ts';

/** The part of a Node stream that is used. */
export interface Sink {
  write(text: string): unknown;
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What a command talks to; `process` is one. */
export interface Host {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a failure to write is noted that comes after the command has returned. */
  exitCode?: number | string | null | undefined;
}

export const COLOR_MODES = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof COLOR_MODES)[number];

/** Lines are not made wider than this, however wide the window: longer ones are hard to read. */
const WIDEST = 100;
const DEFAULT_WIDTH = 80;
/** Below this a shape and its symbols no longer fit on a line. */
const NARROWEST = 40;

/** Columns to write in. Output that is not a terminal has the same width everywhere. */
export function widthOf(sink: Sink): number {
  const columns = sink.isTTY ? (sink.columns ?? DEFAULT_WIDTH) : DEFAULT_WIDTH;
  return Math.max(NARROWEST, Math.min(columns, WIDEST));
}

/** The option, then FORCE_COLOR, then NO_COLOR (https://no-color.org), then what the stream is. */
export function wantsColor(mode: ColorMode, sink: Sink, env: Host['env']): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return sink.isTTY === true && env.TERM !== 'dumb';
}

/** chalk, at a level that we decided: by itself it ignores NO_COLOR and reads our command line. */
export async function paletteFor(colored: boolean): Promise<Palette> {
  if (!colored) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    pass: (text) => chalk.bold.green(text),
    fail: (text) => chalk.bold.red(text),
    doubt: (text) => chalk.bold.yellow(text),
  };
}

/** One character for one where columns of a picture depend on it. */
const ASCII: Readonly<Record<string, string>> = {
  '→': '>',
  '×': 'x',
  '·': '.',
  '≤': '<=',
  '±': '+-',
  '–': '-',
  ᵀ: '^T',
  '≥': '>=',
  '…': '...',
  '−': '-',
  '≠': '!=',
  '²': '^2',
  Σ: 'sum',
  ₙ: '_n',
};
const NOT_ASCII = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'g');
/** A · between two factors, as against one that stands alone: an unread pixel, or between two phrases. */
const PRODUCT_DOT = /(?<=\S)\u00b7(?=\S)/g;

/** Text that the terminal can show: plain ASCII where the locale says that it has no UTF-8. */
export function forCharset(text: string, env: Host['env']): string {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  const ascii = env.TERM === 'linux' || (locale !== undefined && locale !== '' && !/utf-?8/i.test(locale));
  if (!ascii) return text;
  return text.replace(PRODUCT_DOT, '*').replace(NOT_ASCII, (character) => ASCII[character] ?? '?');
}

/**
 * A reader that has gone (`| head`) is no fault, and changes no verdict. Output that cannot be written for
 * another reason (a full disk) is the user's to know: `onFailure` hears of it.
 */
export function tolerateClosedPipe(sink: Sink, onFailure: (code: string) => void): void {
  sink.on?.('error', ({ code }) => {
    if (code !== 'EPIPE') onFailure(code ?? 'unknown error');
  });
}
