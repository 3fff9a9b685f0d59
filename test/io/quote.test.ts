import { expect, test } from 'vitest';
import { jsonLine, printable, quote, shellWord } from '../../src/io/quote.ts';

test.each([
  ['plain text stays as it is', 'naïve <f4', '"naïve <f4"'],
  ['quotes and backslashes are escaped', 'a"b\\', '"a\\"b\\\\"'],
  ['a line break cannot begin a line with a GitHub command', '\n::error::x', '"\\n::error::x"'],
  ['a terminal sequence loses its escape character', '\u001b[31m\u009b2J', '"\\u001b[31m\\u009b2J"'],
  ['characters that reverse or hide text are spelt out', 'a\u202eb\u200b\ufeff', '"a\\u202eb\\u200b\\ufeff"'],
  ["JavaScript's other line breaks are spelt out", '\u2028\u2029', '"\\u2028\\u2029"'],
  [
    "Azure's commands, which act anywhere in a line, are broken",
    '##vso[x] ##[y]',
    '"\\u0023#vso[x] \\u0023#[y]"',
  ],
])('%s', (_, text, quoted) => {
  expect(quote(text)).toBe(quoted);
  expect(JSON.parse(quote(text))).toBe(text);
});

test('a long text is cut to 60 characters and an ellipsis, also within a surrogate pair', () => {
  expect(quote('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(quote('x'.repeat(1e6))).toBe(`"${'x'.repeat(60)}…"`);
  expect(quote(`${'x'.repeat(59)}😀`)).toBe(`"${'x'.repeat(59)}\\ud83d…"`);
});

test.each([
  ['a path', 'a path'],
  ['::error::x', '\\u003a:error::x'],
  ['a ::error::x std::string', 'a \\u003a:error::x std::string'],
  ['a\n::error::x', 'a\\u000a::error::x'],
])('%j may be broken into lines at its spaces when it is printable', (text, safe) => {
  expect(printable(text)).toBe(safe);
});

test('a line of JSON reads the same with nothing in it that acts on the reader', () => {
  const value = { '##vso[x]': '\u2028\u202e\u009b##[y]', n: [1, null] };
  expect(jsonLine(value)).toMatch(/^[ -~]*$/);
  expect(jsonLine(value)).not.toContain('##');
  expect(JSON.parse(jsonLine(value))).toEqual(value);
});

test.each([
  ['x/y-1.npy', 'x/y-1.npy'],
  ["it's", "'it'\\''s'"],
  ["a\n'\\#", "$'a\\012\\'\\\\#'"],
  ['##vso[x]', "$'\\043#vso[x]'"],
  ['\u20281', "$'\\342\\200\\2501'"],
])('%j is the shell word %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});
