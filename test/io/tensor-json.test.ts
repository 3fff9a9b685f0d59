import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/core/errors.ts';
import { elementCount } from '../../src/core/shape.ts';
import { decodeTensorJson } from '../../src/io/tensor-json.ts';
import { mutations } from './mutations.ts';

function errorOf(text: string): ToolError {
  try {
    decodeTensorJson(text, 'x.json');
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('decodeTensorJson accepted the text');
}

describe('nested arrays are read row-major', () => {
  test.each<[string, string, number[], number[]]>([
    ['a matrix', '[[1, 2, 3], [4, 5, 6]]', [2, 3], [1, 2, 3, 4, 5, 6]],
    ['four dimensions', '[[[[1],[2]]],[[[3],[4]]]]', [2, 1, 2, 1], [1, 2, 3, 4]],
    ['a bare number is 0-d', ' -1.5e-3\n', [], [-0.0015]],
    ['the words for non-finite numbers', '["NaN", "Infinity", "-Infinity"]', [3], [NaN, Infinity, -Infinity]],
    ['a bare word for a number', '"NaN"', [], [NaN]],
    ['negative zero', '[-0, -0.0]', [2], [-0, -0]],
    ['a number below the least float64 rounds to 0', '[1e-400]', [1], [0]],
    ['an empty array', '[]', [0], []],
    ['arrays of empty arrays', '[[], [], []]', [3, 0], []],
    ['an empty array within single ones', '[[[]]]', [1, 1, 0], []],
    ['space of every kind that JSON has', '\t[\r\n 1 ,\n2 ]\r\n', [2], [1, 2]],
    [
      '2^53 and larger integers that float64 holds',
      '[9007199254740992, 18446744073709551616]',
      [2],
      [2 ** 53, 2 ** 64],
    ],
    ['an integer as JavaScript prints a float64', '[1152921504606847000]', [1], [2 ** 60]],
    ['an integer that is rounded on purpose', '[9007199254740993.0]', [1], [2 ** 53]],
    ['32 dimensions', `${'['.repeat(32)}1${']'.repeat(32)}`, new Array(32).fill(1), [1]],
  ])('%s', (_, text, shape, values) => {
    const expected = { storedDtype: 'float64', shape, values: Float64Array.from(values) };
    expect(decodeTensorJson(text, 'x.json')).toEqual(expected);
  });

  test('more elements than the reader makes room for at first', () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i / 8);
    expect(decodeTensorJson(JSON.stringify(numbers), 'x').values).toEqual(Float64Array.from(numbers));
  });

  test('any tensor that JSON.stringify writes comes back as it was', () => {
    fc.assert(
      fc.property(tensors(), fc.constantFrom(undefined, 1), ({ shape, data }, indent) => {
        const text = JSON.stringify(nest(Array.from(data, spell), shape), undefined, indent);
        expect(decodeTensorJson(text, 'x')).toEqual({ storedDtype: 'float64', shape, values: data });
      }),
    );
  });
});

describe('a text that is no tensor is refused in one line', () => {
  const arrays = 'but a number or an array must stand there';
  test.each([
    ['an empty file', '', 'x.json is empty'],
    ['a file of space', ' \n', 'x.json is empty'],
    ['a byte order mark', '\ufeff[1]', 'x.json begins with a byte order mark'],
    ['UTF-16 read as UTF-8', '[\0\u0031\0', `x.json has "\\u00001\\u0000" at line 1, column 2, ${arrays}`],
    [
      'text after the tensor',
      '[1]\n[2]',
      'x.json has "[2]" at line 2, column 1, but nothing, since the tensor has ended,',
    ],
    ['a bracket too many', '[1]]', 'x.json has "]" at line 1, column 4, but nothing'],
    ['a bracket too few', '[[1],\n [2', "x.json ends at line 2, column 4, but ',' or ']' must stand there"],
    ['a lone bracket', '[', `x.json ends at line 1, column 2, ${arrays}`],
    ['a comma too many', '[1,]', `x.json has "]" at line 1, column 4, ${arrays}`],
    ['a comma too few', '[1 2]', `x.json has "2]" at line 1, column 4, but ',' or ']' must stand there`],
    ['a comma first', '[,1]', `x.json has ",1]" at line 1, column 2, ${arrays}`],
    ['a comment', '[1] // one', 'x.json has "// one" at line 1, column 5'],
    [
      '33 dimensions',
      `${'['.repeat(33)}1${']'.repeat(33)}`,
      'x.json opens a bracket within 32 others at line 1, column 34',
    ],
    ['a million brackets', '['.repeat(1e6), 'x.json opens a bracket within 32 others'],
    [
      'a shorter array',
      '[[[1, 2]], [[3]]]',
      'x.json is ragged: [1][0] has length 1, but [0][0] has length 2',
    ],
    ['a longer array', '[[1], [2, 3]]', 'x.json is ragged: [1] has length 2, but [0] has length 1'],
    [
      'fewer arrays in one array',
      '[[[1],[2]], [[3]]]',
      'x.json is ragged: [1] has length 1, but [0] has length 2',
    ],
    [
      'an empty array after a full one',
      '[[1], []]',
      'x.json is ragged: [1] has length 0, but [0] has length 1',
    ],
    [
      'a full array after an empty one',
      '[[], [1]]',
      'x.json is ragged: [1] has length 1, but [0] has length 0',
    ],
    [
      'an array in an array that is empty elsewhere',
      '[[], [[]]]',
      'x.json is ragged: [1][0] is an array, but [0] is empty',
    ],
    ['an array among numbers', '[1, [2]]', 'x.json is ragged: [1] is an array, but [0] is a number'],
    ['an empty array among numbers', '[1, []]', 'x.json is ragged: [1] is an array, but [0] is a number'],
    ['a number among arrays', '[[1], 2]', 'x.json is ragged: [1] is a number, but [0] is an array'],
    ['a number among empty arrays', '[[], 2]', 'x.json is ragged: [1] is a number, but [0] is an array'],
    [
      'a number among deeper arrays',
      '[[[1]], [2]]',
      'x.json is ragged: [1][0] is a number, but [0][0] is an array',
    ],
    ['null', '[[0, null]]', 'x.json holds the word "null" at index [0][1], but an element is a JSON number'],
    ['true', '[true]', 'x.json holds the word "true" at index [0]'],
    ['null by itself', 'null', 'x.json holds the word "null", but'],
    [
      'a number in quotes',
      '["1"]',
      'x.json holds the string "1" at index [0], but of strings only "NaN", "Infinity" and',
    ],
    ['an unknown string', '["nan"]', 'x.json holds the string "nan" at index [0]'],
    ['a string without end', '["abc', 'x.json holds the string "abc" at index [0]'],
    [
      'an object at the top',
      ' {"shape": [1]}',
      'x.json holds a JSON object, but a tensor is nested arrays of numbers',
    ],
    [
      'an object within',
      '[{"__proto__": 1}]',
      'x.json holds an object at index [0], but a tensor is nested arrays',
    ],
    [
      'a number beyond float64',
      '[1, -1e400]',
      'x.json holds the number "-1e400" at index [1], but the largest float64 is',
    ],
    [
      'an integer beyond float64',
      `[${'9'.repeat(400)}]`,
      `x.json holds the number "${'9'.repeat(60)}…" at index [0]`,
    ],
    [
      'an integer that float64 rounds',
      '[9007199254740993]',
      'x.json holds the integer "9007199254740993" at index [0], but the nearest float64 is 9007199254740992',
    ],
    [
      'a bare NaN',
      '[NaN]',
      'x.json holds the bare word NaN at index [0], but JSON has no number of that name',
    ],
    ['a bare -Infinity', '[-Infinity]', 'x.json holds the bare word -Infinity at index [0]'],
    ["Python's inf", '[inf]', 'x.json holds the bare word inf at index [0]'],
    [
      'a leading zero',
      '[01]',
      'x.json holds the characters "01" at index [0], but an element is a JSON number',
    ],
    ['a leading plus', '[+1]', 'x.json holds the characters "+1" at index [0]'],
    ['a leading point', '[.5]', 'x.json holds the characters ".5" at index [0]'],
    ['a trailing point', '[5.]', 'x.json holds the characters "5." at index [0]'],
    ['a hexadecimal number', '[0x10]', 'x.json holds the characters "0x10" at index [0]'],
  ])('%s', (_, text, words) => {
    const error = errorOf(text);
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^x\.json [ -~…]*$/); // one printable line that begins with the name
    expect(error.message.length).toBeLessThan(250);
    expect(error.hint).toBeTruthy();
  });

  test.each([
    ['NaN', 'write "NaN", in quotes'],
    ['-NaN', 'write "NaN", in quotes'],
    ['-inf', 'write "-Infinity", in quotes'],
    ['Infinity', 'write "Infinity", in quotes'],
  ])('who writes %s is told how to', (word, hint) => {
    expect(errorOf(`[${word}]`).hint).toBe(hint);
  });

  test('text from the file cannot act on a terminal or a CI log', () => {
    expect(errorOf('["\x1b[2J\n::error::"]').message).toContain('the string "\\u001b[2J\\n::error::"');
    expect(errorOf('[\r::error::##vso[x]]').message).toContain('"::error::\\u0023#vso[x]]"');
  });

  test('a long run of digits is refused at once', () => {
    expect(errorOf(`[${'1'.repeat(1e7)}]`).message).toContain('holds the number "1111');
  });
});

test('a damaged text gives a tensor or a ToolError, and a tensor only where JSON.parse reads it, too', () => {
  const texts = [
    '[[1, 2.5], ["NaN", -3e-2]]',
    '[]',
    '[[[0]], [[10]]]',
    '7',
    '[[], []]',
    '[9007199254740993]',
  ];
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...texts), mutations(), (text, mutate) => {
      const damaged = Buffer.from(mutate(Buffer.from(text))).toString('utf8');
      try {
        const { shape, values } = decodeTensorJson(damaged, 'x.json');
        expect(Array.from(values)).toEqual(leaves(JSON.parse(damaged)));
        expect(values.length).toBe(elementCount(shape));
        accepted++;
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        expect(error.message).toMatch(/^x\.json [^\p{Cc}]*$/u);
        refused++;
      }
    }),
    { numRuns: 10_000 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(200); // the damage is neither always fatal nor harmless
});

function leaves(json: unknown): number[] {
  return [json].flat(Number.POSITIVE_INFINITY).map(Number);
}

function tensors(): fc.Arbitrary<{ shape: number[]; data: Float64Array }> {
  // A 0 can only be the last size: nothing within it tells the sizes that follow.
  const shapes = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), fc.constantFrom([], [0]))
    .map(([sizes, last]) => [...sizes, ...last]);
  return shapes.chain((shape) => {
    const count = elementCount(shape);
    return fc
      .float64Array({ minLength: count, maxLength: count })
      .map((data) => ({ shape, data: data.map((value) => value + 0) })); // JSON.stringify writes -0 as 0;
  });
}

/** The array of arrays that has `shape`. */
function nest(elements: readonly unknown[], shape: readonly number[]): unknown {
  const [size, ...inner] = shape;
  if (size === undefined) return elements[0];
  const step = elementCount(inner);
  return Array.from({ length: size }, (_, i) => nest(elements.slice(i * step, (i + 1) * step), inner));
}

/** Non-finite numbers are strings. */
function spell(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
