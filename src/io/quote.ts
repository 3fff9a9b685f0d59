/**
 * Strings that come from files, made safe to print on a terminal or in a CI log.
 */

/** Enough to recognise the text by, short enough for one line. */
const MAX_CHARACTERS = 60;

// Control, format and line-breaking characters act on terminals; Azure and GitHub run a line that holds "##[" or
// "##vso[" anywhere. ("::error::" acts at the start of a line only, where a quoted string never stands.)
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|#(?=#)/gu;

/** `text` as a JSON string of at most 60 characters and an ellipsis, with nothing left in it that acts on the reader. */
export function quote(text: string): string {
  const short = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
  return JSON.stringify(short).replace(UNSAFE, escapeCodeUnits);
}

/** `text` as one line that acts on no reader, otherwise as it is. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeCodeUnits);
}

function escapeCodeUnits(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
