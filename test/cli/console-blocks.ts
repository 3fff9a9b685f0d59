/**
 * Command lines and their output as documents show them, in fenced blocks with the info string `console`.
 */

/** One `$ command` and the lines below it. */
export interface Example {
  /** Without the prompt. */
  readonly command: string;
  readonly expected: readonly string[];
}

/** A line that stands for any lines left out. */
const GAP = '…';

/** The examples of a Markdown text, in order. */
export function readExamples(markdown: string): Example[] {
  return [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => {
    const [before, ...parts] = block.trimEnd().split(/^\$ /m);
    if (before !== '' || parts.length === 0)
      throw new Error(`a console block begins with "$ ", not: ${block}`);
    return parts.map((part) => {
      const [command = '', ...expected] = part.trimEnd().split('\n');
      return { command, expected };
    });
  });
}

/** What of `expected` `actual` does not show, as a message; undefined where it shows all of it. */
export function firstDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  let at = 0;
  let anchored = true;
  for (const [i, part] of partsOf(expected).entries()) {
    if (i > 0) anchored = false;
    const found = anchored ? at : indexOf(actual, part, at);
    const shown = actual.slice(found, found + part.length);
    const differing = part.findIndex((line, l) => line !== shown[l]);
    if (found < 0) return `not in the output, or not in this order:\n${part.join('\n')}`;
    if (differing >= 0) return `expected: ${part[differing]}\nprinted:  ${shown[differing] ?? '(nothing)'}`;
    at = found + part.length;
  }
  const isOpen = expected.at(-1) === GAP;
  return isOpen || at === actual.length ? undefined : `left out without a line "${GAP}":\n${actual[at]}`;
}

/** The runs of lines between gaps; an empty first one where it begins with a gap. */
function partsOf(expected: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of expected) {
    if (line === GAP) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function indexOf(lines: readonly string[], part: readonly string[], from: number): number {
  for (let at = from; at + part.length <= lines.length; at++) {
    if (part.every((line, l) => line === lines[at + l])) return at;
  }
  return -1;
}
