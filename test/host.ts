/**
 * The command line run in this process, with what it prints collected.
 */
import { main } from '../src/cli/main.ts';

/** What the command finds around it; nothing of this process's own environment leaks in. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Of both streams. Default false. */
  readonly isTTY?: boolean;
  /** Of the terminal, where it is one. */
  readonly columns?: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs `convproof` with the words `argv`; what main throws (a fault of ours) is thrown here too. */
export async function run(argv: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const { env = {}, isTTY = false, columns } = surroundings;
  const printed = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof printed) => ({
    isTTY,
    columns,
    write(text: string) {
      printed[name] += text;
    },
  });
  const exitCode = await main(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env });
  return { ...printed, exitCode };
}

/** Runs a command as one types it: `verify mb1ic1ih5oc1kh3 --seed 7`, with a shell's quotes. */
export function runLine(line: string, surroundings: Surroundings = {}): Promise<Outcome> {
  return run(shellWords(line), surroundings);
}

/** The words of a line, quotes removed: what a shell makes of it where it holds nothing to expand. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  // Pieces that touch are one word: '--name='"x y".
  for (const [word] of line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/gs)) {
    words.push(
      word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) =>
        single !== undefined ? single : double !== undefined ? double.replace(/\\(["\\$`])/g, '$1') : escaped,
      ),
    );
  }
  return words;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
const STYLE = /\x1b\[[\d;]*m/g;

/** `text` without its colours. */
export function plain(text: string): string {
  return text.replace(STYLE, '');
}
