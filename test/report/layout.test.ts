import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelled, sideBySide, table, wrap } from '../../src/report/layout.ts';

describe('wrap', () => {
  test('fills lines up to the width, after the indent', () => {
    expect(wrap('one two three four', 9, 2)).toEqual(['  one two', '  three', '  four']);
  });

  test('keeps a tuple and a list whole', () => {
    expect(wrap('stride=(1, 2), at [0, 3, 1]', 14)).toEqual(['stride=(1, 2),', 'at [0, 3, 1]']);
  });

  test('gives a word that is wider than the line a line of its own', () => {
    expect(wrap('a wonderfully-long-name b', 10)).toEqual(['a', 'wonderfully-long-name', 'b']);
  });

  test('makes no line of no words', () => {
    expect(wrap('', 10)).toEqual([]);
  });

  test('loses and adds no word, and breaks no line that need not be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 12, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        (list, width, indent) => {
          const lines = wrap(list.join(' '), width, indent);
          expect(lines.map((line) => line.slice(indent)).join(' ')).toBe(list.join(' '));
          lines.forEach((line, i) => {
            expect(line.length).toBeLessThanOrEqual(width);
            const [next = ''] = (lines[i + 1] ?? '').trim().split(' ');
            if (next !== '') expect(line.length + 1 + next.length).toBeGreaterThan(width);
          });
        },
      ),
    );
  });
});

test('labelled puts the label before the first line', () => {
  expect(labelled('  exact', 'all 3 elements equal', 20, 9)).toEqual([
    '  exact  all 3',
    '         elements',
    '         equal',
  ]);
  expect(labelled('  exact', '', 20, 9)).toEqual(['  exact  ']);
});

test('table pads columns to their widest cell and no line beyond its last', () => {
  const rows = [
    ['', 'unfold', 'fold'],
    ['stride', '(2, 2)', '1'],
    ['L', '4'],
  ];
  expect(table(rows)).toEqual(['          unfold  fold', '  stride  (2, 2)  1', '  L       4']);
  expect(table([['a', 'b']], 0)).toEqual(['a  b']);
});

test('sideBySide keeps tops level and blocks apart', () => {
  expect(sideBySide([['a', 'bb'], ['→'], ['1', '2', '3']], 2)).toEqual(['a   →  1', 'bb     2', '       3']);
});
