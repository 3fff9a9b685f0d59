import { expect, test } from 'vitest';
import { quote } from '../../src/io/quote.ts';

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
