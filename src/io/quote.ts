/**
 * Strings that come from files or the command line, made safe to print on a terminal or in a CI log.
 */

/** Enough to recognise the text by, short enough for one line. */
const MAX_CHARACTERS = 60;

// Control, format and line-breaking characters act on terminals; Azure and GitHub run a line that holds "##[" or
// "##vso[" anywhere.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|#(?=#)/gu;
// GitHub runs "::error::" at the start of a line, after spaces too; any word may be the first of a wrapped line.
const UNSAFE_WORD_START = /(?<=^|\s):(?=:)/gu;

/** `text` as a JSON string of at most 60 characters and an ellipsis, with nothing left in it that acts on the reader. */
export function quote(text: string): string {
  const short = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
  return JSON.stringify(short).replace(UNSAFE, escapeCodeUnits);
}

/** `text` as one line that acts on no reader, wherever it is broken, otherwise as it is. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeCodeUnits).replace(UNSAFE_WORD_START, escapeCodeUnits);
}

/** `value` as one line of JSON that acts on no reader: only strings can hold what is escaped, so it reads the same. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(UNSAFE, escapeCodeUnits);
}

/** `word` as a shell reads it back: as it is, in quotes, or in $'…' where it holds what acts on a reader. */
export function shellWord(word: string): string {
  if (/^[\w./=+-]+$/.test(word)) return word;
  if (word.search(UNSAFE) < 0) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${word.replace(/['\\]/g, '\\$&').replace(UNSAFE, escapeBytes)}'`;
}

/** Octal, three digits a byte, which no shell reads further than. */
function escapeBytes(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function escapeCodeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
