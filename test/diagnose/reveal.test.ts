/**
 * The smallest problem that reveals a mistake, and what it gives there.
 */
import { describe, expect, test, vi } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { operandsFor, revealOf } from '../../src/diagnose/reveal.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { smallProblems } from '../../src/diagnose/small-problems.ts';
import { type Change, NONE } from '../../src/diagnose/wiring.ts';
import { mistakeBy } from './mistakes.ts';
import { tiny } from './tiny.ts';

/** The search is over a million problems, which nothing here needs: it ends after these. */
const MOST_SEARCHED = 1000;

vi.mock('../../src/diagnose/small-problems.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/diagnose/small-problems.ts')>();
  return {
    *smallProblems(...kind: Parameters<typeof original.smallProblems>) {
      let searched = 0;
      for (const problem of original.smallProblems(...kind)) {
        if (++searched > MOST_SEARCHED) return;
        yield problem;
      }
    },
  };
});

const values = (operands: Operands) =>
  Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [name, [...(tensor?.data ?? [])]]));

/** Forgets every weight. */
const NOTHING: Change = { weight: () => () => NONE };

describe('a mistake of the wiring', () => {
  test('shows on the first problem where it can be made, by integers that count', () => {
    const reveal = revealOf(mistakeBy({ biasTimes: 3 }, { family: 'bias' }));
    expect(reveal).toMatchObject({ kind: 'integers', raises: undefined });
    expect(reveal?.problem).toMatchObject({ bias: true, batch: 1, inChannels: 1, outChannels: 1 });
    // 1·1 + 1 is due, and 1·1 + 3 given.
    expect(reveal?.expected).toEqual({ shape: [1, 1, 1, 1], data: [2] });
    expect(reveal?.actual).toEqual({ shape: [1, 1, 1, 1], data: [4] });
    expect(values(reveal?.operands ?? {})).toEqual({ input: [1], weight: [1], bias: [1] });
  });

  test('is looked for where it exists, and changes something', () => {
    const grouped = revealOf(mistakeBy(NOTHING, { applies: ({ G, L }) => G === 2 && L === 4 }));
    expect(grouped?.problem).toMatchObject({ groups: 2, axes: [{ outputSize: 2 }, { outputSize: 2 }] });
    const flipped = mistakeBy({
      weight:
        (weight, { sizes }) =>
        (co, c, kh, kw, kd) =>
          weight(co, c, kh, sizes.kW - 1 - kw, kd),
    });
    const { problem, expected, actual } = revealOf(flipped) ?? {};
    expect(problem?.axes).toMatchObject([{ kernelSize: 2 }, { kernelSize: 2 }]);
    // 1·1 + 2·2 + 3·3 + 4·4, and 1·2 + 2·1 + 3·4 + 4·3.
    expect([expected?.data, actual?.data]).toEqual([[30], [28]]);
  });

  test('is of the mistake’s kind', () => {
    const { problem } = revealOf(mistakeBy(NOTHING, { scope: { directions: ['grad-weight'] } })) ?? {};
    expect(problem).toMatchObject({ direction: 'grad-weight', dtype: 'float32' });
  });

  test('that gives an output of another shape shows by that', () => {
    const taller: Change = { axes: ([h, w, d]) => [{ ...h, windows: h.windows + 1 }, w, d] };
    const { expected, actual } = revealOf(mistakeBy(taller)) ?? {};
    expect(expected?.shape).toEqual([1, 1, 1, 1]);
    // No pixel is there for the second window.
    expect(actual).toEqual({ shape: [1, 1, 2, 1], data: [1, 0] });
  });
});

describe('a mistake that raises', () => {
  const raising = (raises: NonNullable<Change['raises']>) => mistakeBy({ ...NOTHING, raises });

  test('is revealed by the first problem where it does, if none gives a wrong output', () => {
    const reveal = revealOf(raising(({ sizes }) => `no ${sizes.IH}×${sizes.IW}`));
    expect(reveal).toMatchObject({ kind: 'integers', actual: undefined, raises: 'no 1×1' });
    expect(reveal?.expected).toEqual({ shape: [1, 1, 1, 1], data: [1] });
    expect(reveal && values(reveal.operands)).toEqual({ input: [1], weight: [1] });
  });

  test('says how many windows are left, where none is', () => {
    const none: Change = { axes: ([h, w, d]) => [{ ...h, windows: h.windows - 1 }, w, d] };
    expect(revealOf(mistakeBy(none, { applies: ({ OH, OW }) => OH === 1 && OW === 2 }))?.raises).toBe(
      'no window is left: H_out×W_out = 0×2',
    );
  });

  test('is looked for a wrong output at 300 further problems', () => {
    const keyOf = (problem: Problem) => JSON.stringify(sizesOf(problem));
    const keys: string[] = [];
    for (const problem of smallProblems()) {
      if (keys.push(keyOf(problem)) > 302) break;
    }
    const isOnlyAt = (place: number) =>
      raising(({ sizes }) => (JSON.stringify(sizes) === keys[place] ? undefined : 'no'));
    const last = revealOf(isOnlyAt(300));
    expect(last?.raises).toBeUndefined();
    expect(last && keyOf(last.problem)).toBe(keys[300]);
    expect(revealOf(isOnlyAt(301))).toMatchObject({ raises: 'no', actual: undefined });
    // As many behind the first that raises, however late that is.
    const later = mistakeBy(
      { ...NOTHING, raises: ({ sizes }) => (JSON.stringify(sizes) === keys[301] ? undefined : 'no') },
      { applies: (sizes) => JSON.stringify(sizes) !== keys[0] },
    );
    expect(revealOf(later)?.raises).toBeUndefined();
  });
});

test('a mistake that no problem shows is not revealed', () => {
  expect(revealOf(mistakeBy({ weight: (weight) => weight }))).toBeUndefined();
});

describe('a mistake of arithmetic', () => {
  test('shows on the first integers that tell', () => {
    // Products below 0 are lost: none is where integers count from 1.
    const clipped = revealOf(mistakeBy({ arithmetic: { product: (value) => Math.max(value, 0) } }));
    const draws = [1, 2, 3, 4, 5, 6, 7].map((draw) =>
      operandsFor(tiny({ inputSize: [1, 1] }), 'integers', draw),
    );
    const [first] = draws
      .map(values)
      .filter(({ input = [], weight = [] }) => (input[0] as number) * (weight[0] as number) < 0);
    expect(first).toBeDefined();
    expect(clipped?.kind).toBe('integers');
    expect(clipped && values(clipped.operands)).toEqual(first);
    const product = (first?.input?.[0] as number) * (first?.weight?.[0] as number);
    expect([clipped?.expected.data, clipped?.actual?.data]).toEqual([[product], [0]]);
  });

  test('shows on fractions where integers tell nothing', () => {
    const rounded = revealOf(mistakeBy({ arithmetic: { operand: Math.round } }));
    expect(rounded?.kind).toBe('floats');
    // torch.manual_seed(0); torch.rand(2): 0.4963 and 0.7682.
    const { input, weight } = rounded ? values(rounded.operands) : {};
    expect(input?.[0]).toBeCloseTo(0.496256589889526, 12);
    expect(weight?.[0]).toBeCloseTo(0.768221795558929, 12);
    expect(rounded?.actual?.data).toEqual([0]);
  });

  test('shows on a NaN where finite numbers tell nothing', () => {
    const skipping = revealOf(mistakeBy({ arithmetic: { skipsZeros: true } }));
    expect(skipping?.kind).toBe('nan');
    expect(skipping && values(skipping.operands)).toEqual({ input: [Number.NaN], weight: [0] });
    expect([skipping?.expected.data, skipping?.actual?.data]).toEqual([[Number.NaN], [0]]);
  });

  test('of quantised tensors shows on integers alone, all of the dtype in the end', () => {
    // Beyond what two digits make.
    const narrow = mistakeBy(
      { arithmetic: { product: (value) => Math.min(value, 200) } },
      { scope: { dtypes: ['int8'] } },
    );
    const { problem, kind, operands, expected, actual } = revealOf(narrow) ?? {};
    expect([problem?.dtype, kind, actual?.data]).toEqual(['int8', 'integers', [200]]);
    expect(expected?.data[0]).toBeGreaterThan(200);
    expect(operands).toEqual(
      [4, 5, 6, 7]
        .map((draw) => fillOperands(problem!, 'integer', draw))
        .find(({ input, weight }) => (input!.data[0] as number) * (weight!.data[0] as number) > 200),
    );
  });

  test('is looked for in eight draws of each problem', () => {
    const single = tiny({ inputSize: [1, 1], dtype: 'int8' });
    const draws = [4, 5, 6, 7, 8].map((draw) => fillOperands(single, 'integer', draw));
    const products = draws.map(({ input, weight }) => input!.data[0]! * weight!.data[0]!);
    // One product alone is wrong, which of these draws one has: beyond what digits give.
    expect(new Set(products.map((product) => Math.max(Math.abs(product), 81))).size).toBe(5);
    const wrongAt = (product: number) =>
      revealOf(
        mistakeBy(
          { arithmetic: { product: (value) => (value === product ? 0 : value) } },
          { scope: { dtypes: ['int8'] } },
        ),
      );
    expect(wrongAt(products[3]!)).toMatchObject({ problem: single, operands: draws[3] });
    expect(wrongAt(products[4]!)?.operands).not.toEqual(draws[4]);
  });
});
