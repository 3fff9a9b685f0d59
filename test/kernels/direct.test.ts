/**
 * The fast truth against the scalar loops, which are its oracle.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DirectResult, directConvolution } from '../../src/core/direct.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { gamma, referenceError } from '../../src/core/numerics.ts';
import type { OperandName, Operands } from '../../src/core/operands.ts';
import { placedTerms } from '../../src/core/placed-terms.ts';
import { DIRECTIONS, type Direction, type Problem } from '../../src/core/problem.ts';
import { type Dtype, isQuantised, type Tensor, zeros } from '../../src/core/tensor.ts';
import { type Arena, createArena } from '../../src/kernels/arena.ts';
import { listContacts } from '../../src/kernels/contact-lists.ts';
import { directBytes, fastDirect, kindOf, type Look } from '../../src/kernels/direct.ts';
import { isFast } from '../../src/kernels/engine.ts';
import { contactBytes } from '../../src/kernels/gradient-sums.ts';
import { absolute, exact, exactDot } from '../core/exact.ts';
import { anyProblems, problems, seeds } from '../problems.ts';
import { guardedArena } from './guarded-arena.ts';

const cases = fc.oneof(problems(), anyProblems());

/** What the kernel gives of finite data. */
function summed(problem: Problem, operands: Operands, arena: Arena = guardedArena()): DirectResult {
  const result = fastDirect(arena, problem, operands);
  if (result === undefined) throw new Error('the kernel leaves this to core');
  return result;
}

function expectSame(problem: Problem, operands: Operands): void {
  const arena = guardedArena();
  const fast = summed(problem, operands, arena);
  const plain = directConvolution(problem, operands);
  expect(fast.output).toEqual(plain.output);
  expect(fast.terms).toEqual(plain.terms);
  expect([fast.mostTerms, fast.allTerms]).toEqual([plain.mostTerms, plain.allTerms]);
  expect(fast.shape).toEqual(plain.shape);
  // Some singly, then all of them at once.
  for (let element = 0; element < fast.output.length; element++) {
    expect(fast.magnitudeAt(element)).toBe(plain.magnitudeAt(element));
  }
  expect(fast.magnitudeLimit).toBeGreaterThanOrEqual(plain.magnitudeLimit);
  expect(arena.broken()).toBe(0);
}

/**
 * Sums that are exact in float64, whatever is summed how: integers as they were drawn, which float32 holds too, larger ones,
 * which it does not, and halves, which are no integers.
 */
const SCALES = [1, 2 ** 12, 0.5];

function expectSameScaled(problem: Problem, operands: Operands): void {
  for (const scale of isQuantised(problem.dtype) ? [1] : SCALES) {
    expectSame(
      problem,
      mapOperands(operands, (x) => x * scale),
    );
  }
}

function mapOperands(operands: Operands, change: (x: number) => number): Operands {
  return Object.fromEntries(
    Object.entries(operands).map(([name, tensor]) => [
      name,
      tensor && { ...tensor, data: tensor.data.map(change) },
    ]),
  ) as Operands;
}

test('where sums are exact: the same outputs, terms and magnitudes, for problems of every kind', () => {
  fc.assert(
    fc.property(cases, seeds(), (problem, seed) => {
      expectSameScaled(problem, exactOperands(problem, seed));
    }),
    { numRuns: 200 },
  );
});

/** float64's own random integers are too large for float32: these are float32's, as float64. */
function exactOperands(problem: Problem, seed: number): Operands {
  if (problem.dtype !== 'float64') return fillOperands(problem, 'integer', seed);
  const drawn = fillOperands({ ...problem, dtype: 'float32' }, 'integer', seed);
  return Object.fromEntries(
    Object.entries(drawn).map(([name, tensor]) => [
      name,
      tensor && { ...tensor, dtype: 'float64', data: Float64Array.from(tensor.data) },
    ]),
  ) as Operands;
}

describe.each([1, 7, 8, 9, 16, 17, 33])('%i channels on the other side', (lanes) => {
  test.each([1, 2, 9])('on %i windows in a row, and as many groups of it', (windows) => {
    for (const layer of ['', 'g3'] as const) {
      const groups = layer === '' ? 1 : 3;
      for (const [direction, dilation] of DIRECTIONS.flatMap((one) => [
        [one, ''] as const,
        [one, 'dh1dw1'] as const,
      ])) {
        const [inputs, outputs] = direction === 'grad-input' ? [lanes, 3] : [2, lanes];
        const problem = describeProblem(
          `${layer}mb2ic${inputs * groups}ih7iw${windows + 4}oc${outputs * groups}kh3kw3ph1pw0${dilation}`,
          { direction, ...(direction === 'forward' ? { bias: true } : {}) },
        );
        expectSameScaled(problem, fillOperands(problem, 'integer', windows));
      }
    }
  });
});

test('of a gradient, pixels that no window reads and weights whose tap reads none get nothing but the bias', () => {
  // Windows at 0 and 3 of 6 pixels; of 3 taps on 1 pixel the outer ones stand in the padding.
  for (const token of ['mb1ic2ih6iw6oc3kh1kw1sh3sw3', 'mb2ic1ih1iw1oc9kh3kw3ph1pw1']) {
    for (const direction of DIRECTIONS) {
      const problem = describeProblem(token, { direction });
      expectSame(problem, fillOperands(problem, 'integer', 0));
    }
  }
  const transposed = describeProblem(undefined, {
    transposed: true,
    inChannels: 5,
    outChannels: 9,
    inputSize: [4, 3],
    kernelSize: 1,
    stride: 2,
    bias: true,
  });
  expectSame(transposed, fillOperands(transposed, 'integer', 0));
});

test('on narrower floats: within γ_n·S of float64', () => {
  const narrower = cases.map(
    (problem): Problem => (problem.dtype === 'float64' ? { ...problem, dtype: 'float32' } : problem),
  );
  fc.assert(
    fc.property(narrower, seeds(), (problem, seed) => {
      const fill = problem.dtype === 'int8' || problem.dtype === 'uint8' ? 'integer' : 'normal';
      const operands = fillOperands(problem, fill, seed);
      const { output, magnitudeAt } = summed(problem, operands);
      const plain = directConvolution(problem, operands);
      for (const [i, value] of output.entries()) {
        const S = plain.magnitudeAt(i);
        const bound = gamma(plain.terms[i]!, 2 ** -53) * S;
        expect(Math.abs(value - plain.output[i]!)).toBeLessThanOrEqual(bound + 2 ** -53 * Math.abs(value));
        expect(Math.abs(magnitudeAt(i) - S)).toBeLessThanOrEqual(2 * bound);
      }
    }),
    { numRuns: 150 },
  );
});

test('on float64: within the reference error of the exact sum, where terms cancel and sizes differ too', () => {
  const wide = cases.map((problem): Problem => ({ ...problem, dtype: 'float64' }));
  fc.assert(
    fc.property(wide, seeds(), fc.constantFrom(0, 30, 300), (problem, seed, spread) => {
      const drawn = fillOperands(problem, 'normal', seed);
      const operands = Object.fromEntries(
        Object.entries(drawn).map(([name, tensor]) => [
          name,
          tensor && {
            ...tensor,
            data: tensor.data.map((x, i) => x * 2 ** (((i * 37) % 3) * spread - spread)),
          },
        ]),
      ) as Operands;
      const { output, terms, magnitudeAt, termsOf } = summed(problem, operands);
      for (const [i, value] of output.entries()) {
        const { x, w, n } = termsOf(i);
        const error = absolute(exact(value) - exactDot(x.subarray(0, n), w.subarray(0, n)));
        const bound = referenceError(
          'float64',
          terms[i]!,
          magnitudeAt(i) * (1 + terms[i]! * 2 ** -52),
          value,
        );
        expect(error <= exact(bound)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

/** One value a channel. */
function tensorOf(dtype: Dtype, values: readonly number[]): Tensor {
  const tensor = zeros(dtype, [1, values.length, 1, 1]);
  tensor.data.set(values);
  return tensor;
}

describe('sums in float32', () => {
  const pair = (x: readonly number[], w: readonly number[], dtype: Dtype = 'float32') => {
    const problem = describeProblem(`mb1ic${x.length}ih1oc1kh1`, { dtype });
    const operands: Operands = {
      input: tensorOf(dtype, x),
      weight: tensorOf(dtype, w),
    };
    return [...summed(problem, operands).output];
  };

  test.each([
    ['a product beyond 2^24', [4097], [4097], 4097 ** 2],
    ['the largest that float32 holds', [4096], [-4096], -(2 ** 24)],
    ['a sum beyond 2^24', [4096, 1], [4096, 1], 2 ** 24 + 1],
    ['a sum that passes 2^24 on its way', [4096, 1, -4096], [4096, 1, 4096], 1],
    ['a half', [2 ** 23, 0.5], [1, 1], 2 ** 23 + 0.5],
    ['a half in the other factor', [2 ** 23, 1], [1, 0.5], 2 ** 23 + 0.5],
    ['a half in the last of five', [1, 1, 1, 1, 0.5], [2 ** 20, 1, 1, 1, 1], 2 ** 20 + 3.5],
    ['what zeros are multiplied by', [2 ** 24 + 1, -(2 ** 60)], [0, 0], 0],
  ] as const)('lose nothing: %s', (_, x, w, sum) => {
    for (const dtype of ['float32', 'float64'] as const) {
      if (dtype === 'float32' && !x.every((value) => Object.is(Math.fround(value), value))) continue;
      expect(pair(x, w, dtype)).toEqual([sum]);
      expect(pair(w, x, dtype)).toEqual([sum]);
    }
  });

  test.each([1e39, 1e299])('overflow nowhere: %d beside zeros', (huge) => {
    expect(pair([huge, 3], [0, 0], 'float64')).toEqual([0]);
    expect(pair([0, 0], [huge, 3], 'float64')).toEqual([0]);
  });

  test.each([1e300, 1.7e308])('are none of theirs: %d beside zeros, which is left to core', (huge) => {
    for (const direction of DIRECTIONS) {
      const problem = describeProblem('mb2ic2ih3oc2kh1', { dtype: 'float64', direction });
      const drawn = fillOperands(problem, 'ones', 0);
      for (const name of Object.keys(drawn) as OperandName[]) {
        const operands = Object.fromEntries(
          Object.entries(drawn).map(([other, tensor]) => [
            other,
            tensor && { ...tensor, data: tensor.data.map(() => (other === name ? huge : 0)) },
          ]),
        ) as Operands;
        expect(fastDirect(guardedArena(), problem, operands)).toBeUndefined();
      }
    }
  });

  test('of float64 integers beyond 2^53 keep what they lose', () => {
    expect(pair([2 ** 53, 1, -(2 ** 53)], [1, 1, 1], 'float64')).toEqual([1]);
  });

  test.each([
    [-128, -127, { inputZeroPoint: 127 }],
    [-127, -128, { weightZeroPoint: 127 }],
  ])('have room for what zero points add to the factors: %i, %i, %j', (x, w, zeroPoint) => {
    // 255·127 each: 519 of them are an odd number beyond 2^24.
    const K = 519;
    const problem = describeProblem(`mb1ic${K}ih1oc1kh1`, { dtype: 'int8', ...zeroPoint });
    const operands: Operands = {
      input: tensorOf('int8', new Array(K).fill(x)),
      weight: tensorOf('int8', new Array(K).fill(w)),
    };
    expect([...summed(problem, operands).output]).toEqual([K * 255 * 127]);
  });

  const look = (largest: number, areIntegers = true): Look => ({ largest, areIntegers });

  test.each([
    ['float32', 1, look(4096), look(4096), 'integers'],
    ['float32', 1, look(4097), look(4096), 'values'],
    ['float32', 4, look(2048), look(2048), 'integers'],
    ['float32', 5, look(2048), look(2048), 'values'],
    ['float32', 4, look(1, false), look(1), 'values'],
    ['float32', 4, look(1), look(1, false), 'values'],
    ['float32', 4, look(2 ** 25), look(0), 'values'],
    ['float32', 4, look(0), look(2 ** 25), 'values'],
    ['bfloat16', 4, look(2048), look(2048), 'integers'],
    ['int8', 4, look(128), look(128), 'integers'],
    ['int8', 1025, look(128), look(128), 'values'],
    ['float64', 4, look(2048), look(2048), 'integers'],
    ['float64', 5, look(2048), look(2048), 'values'],
    ['float64', 2, look(2 ** 26), look(2 ** 26), 'values'],
    ['float64', 2, look(2 ** 27), look(2 ** 26), 'compensated'],
    ['float64', 4, look(1, false), look(1), 'compensated'],
    ['float64', 4, look(1), look(1, false), 'compensated'],
    ['float64', 4, look(2 ** 54), look(0), 'compensated'],
    ['float64', 4, look(1.7e308), look(0), 'compensated'],
    ['float64', 4, look(0), look(1.7e308), 'compensated'],
  ] as const)('%s, %i terms, %j and %j: %s', (dtype, terms, first, second, kind) => {
    expect(kindOf(describeProblem(`mb1ic${terms}ih1oc1kh1`, { dtype }), first, second)).toBe(kind);
  });

  test('are what runs then, and no other', () => {
    const ran = (problem: Problem, operands: Operands) => {
      const arena = guardedArena();
      const before = arena.blocks.length;
      summed(problem, operands, arena);
      return arena.blocks.slice(before).map(({ bytes }) => bytes);
    };
    const problem = describeProblem('mb1ic8ih9oc16kh3');
    const integers = fillOperands(problem, 'integer', 0);
    const halves = mapOperands(integers, (x) => x / 2);
    // Copies of the input and of the weight take half the bytes.
    const image = 9 * 9 * 8;
    const weight = 16 * 8 * 9;
    expect(ran(problem, integers)).toEqual(expect.arrayContaining([image * 4, weight * 4]));
    expect(ran(problem, halves)).toEqual(expect.arrayContaining([image * 8, weight * 8]));
  });
});

test('what plain sums of float64 lose is kept', () => {
  const problem = describeProblem('mb1ic3ih1oc5kh1', { dtype: 'float64', bias: true });
  const operands: Operands = {
    input: { dtype: 'float64', shape: [1, 3, 1, 1], data: Float64Array.of(2 ** 60, 1, -(2 ** 60)) },
    weight: { dtype: 'float64', shape: [5, 3, 1, 1], data: new Float64Array(15).fill(1 + 2 ** -40) },
    bias: { dtype: 'float64', shape: [5], data: Float64Array.of(0, 1, 2, 3, 2 ** 60) },
  };
  // 2^60·(1 + 2^-40) + (1 + 2^-40) - 2^60·(1 + 2^-40) + b
  const one = 1 + 2 ** -40;
  expect([...summed(problem, operands).output]).toEqual([one, 1 + one, 2 + one, 3 + one, 2 ** 60]);
});

test('what is not finite is left to the scalar loops', () => {
  const given = DIRECTIONS.flatMap((direction) =>
    (['float32', 'float64'] as const).map((dtype) => ({ direction, dtype, bias: direction === 'forward' })),
  );
  for (const beside of given) {
    const problem = describeProblem('mb1ic2ih5oc3kh3', beside);
    const operands = fillOperands(problem, 'uniform', 0);
    const arena = guardedArena();
    for (const name of Object.keys(operands) as OperandName[]) {
      const tensor = operands[name]!;
      // In every lane of the vectors that are looked through, and at the end that fills none.
      for (let at = 0; at < tensor.data.length; at++) {
        for (const special of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          const data = tensor.data.map((x, i) => (i === at ? special : x));
          const result = fastDirect(arena, problem, { ...operands, [name]: { ...tensor, data } });
          expect(result, `${JSON.stringify(beside)}: ${special} in ${name}`).toBeUndefined();
        }
      }
    }
  }
});

test.each([
  [2 ** 995, 1, true],
  [2 ** 996, 1, false],
  [1, 2 ** 996, false],
  // 18 taps and a bias: 19·2^1015 is beyond 2^1019, and with 2^1020 beyond it.
  [2 ** 500, 2 ** 515, true],
  [2 ** 500, 2 ** 516, false],
])('of float64, only what cannot overflow: inputs up to %d, weights up to %d', (x, w, isFast) => {
  const problem = describeProblem('mb1ic2ih5oc3kh3', { bias: true, dtype: 'float64' });
  const operands = fillOperands(problem, 'ones', 0);
  const scaled = (name: 'input' | 'weight', factor: number) => {
    const tensor = operands[name]!;
    return { ...tensor, data: tensor.data.map((value) => -value * factor) };
  };
  const large = { ...operands, input: scaled('input', x), weight: scaled('weight', w) };
  expect(fastDirect(guardedArena(), problem, large) !== undefined).toBe(isFast);
  if (isFast) expectSame(problem, large);
});

test('no more of the arena is taken than was said before', () => {
  const arena = createArena() as Arena;
  fc.assert(
    fc.property(cases, (problem) => {
      const base = arena.mark();
      let [peak, blocks] = [0, 0];
      const watched: Arena = {
        ...arena,
        allocate(bytes) {
          const block = arena.allocate(bytes);
          peak = Math.max(peak, block.address + bytes - base);
          blocks++;
          return block;
        },
      };
      summed(problem, fillOperands(problem, 'integer', 0), watched);
      expect(arena.mark()).toBe(base);
      // Blocks begin at multiples of 64, and are few, however many positions there are.
      expect(blocks).toBeLessThan(20);
      expect(peak).toBeLessThanOrEqual(directBytes(problem) + 64 * blocks);
    }),
    { numRuns: 300 },
  );
});

test('the lists of contacts are those of core, and no longer than was said before', () => {
  fc.assert(
    fc.property(anyProblems(['grad-input', 'grad-weight']), (problem) => {
      const { starts, first, second } = listContacts(problem);
      expect(first.buffer.byteLength + second.buffer.byteLength).toBe(contactBytes(problem));
      const { positions, at } = placedTerms(problem);
      expect(starts).toHaveLength(positions + 1);
      for (let position = 0; position < positions; position++) {
        const own = (list: Uint32Array) => [...list.subarray(starts[position], starts[position + 1])];
        const due = at(position);
        expect([own(first), own(second)]).toEqual([due.first, due.second]);
      }
    }),
    { numRuns: 200 },
  );
});

test('kernels sum a gradient where each contact has products enough', () => {
  const gradient = (token: string, direction: Direction) => describeProblem(token, { direction });
  for (const direction of ['grad-input', 'grad-weight'] as const) {
    expect(isFast(gradient('mb1ic8ih30oc8kh3', direction))).toBe(true);
    expect(isFast(gradient('mb1ic7ih30oc9kh3', direction))).toBe(false);
    expect(isFast(gradient('g2mb1ic16ih30oc8kh3', direction))).toBe(true);
    expect(isFast(gradient('g4mb1ic16ih30oc8kh3', direction))).toBe(false);
  }
  expect(isFast(gradient('mb1ic1ih200oc1kh3', 'forward'))).toBe(true);
});
