/**
 * Lines of text for a terminal of some width. Only what this tool writes itself is wrapped (prose, parameters,
 * numbers: one column per character), never a file's name or a command to copy.
 */

/** Styles that a terminal may add; each returns its text unchanged where colour is off. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly pass: (text: string) => string;
  readonly fail: (text: string) => string;
  readonly doubt: (text: string) => string;
}

/** No styles at all. */
export const PLAIN: Palette = {
  bold: (text) => text,
  dim: (text) => text,
  pass: (text) => text,
  fail: (text) => text,
  doubt: (text) => text,
};

/** How a report is to be written. */
export interface Style {
  readonly width: number;
  readonly palette: Palette;
  readonly verbose: boolean;
}

/**
 * Words, each kept whole with the brackets it opens and across an equals sign, or a ≤: no tuple, no equation is broken
 * unless it is longer than a line.
 */
const WORD = /(?:\([^()]*\)|\[[^[\]]*\]| [=\u2264] |\S)+/g;

/** Lines of at most `width` characters, each after `indent` spaces. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.match(WORD) ?? [];
  for (const word of words.flatMap((whole) => (indent + whole.length > width ? whole.split(' ') : [whole]))) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((content) => ' '.repeat(indent) + content);
}

/** `text` over as many lines as it takes, after a label on the first one. */
export function labelled(label: string, text: string, width: number, column: number): string[] {
  const [first = '', ...rest] = wrap(text, width, column);
  return [label.padEnd(column) + first.trimStart(), ...rest];
}

/** Columns padded to their widest cell, two spaces apart, after `indent` spaces. */
export function table(rows: readonly (readonly string[])[], indent = 2): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...rows.map((row) => row[c]?.length ?? 0)),
  );
  return rows.map((row) =>
    (' '.repeat(indent) + row.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join('  ')).trimEnd(),
  );
}

/** Blocks of lines side by side, their tops level. */
export function sideBySide(blocks: readonly (readonly string[])[], gap: number): string[] {
  const widths = blocks.map((block) => Math.max(...block.map((line) => line.length)));
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((block, b) => (block[row] ?? '').padEnd(widths[b] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}
