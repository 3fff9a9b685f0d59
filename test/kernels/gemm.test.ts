/**
 * The kernels against core/gemm.ts, at the edges of tiles and blocks.
 */
import { describe, expect, test } from 'vitest';
import { gemm } from '../../src/core/gemm.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { GemmDims } from '../../src/core/plan.ts';
import { DIRECTIONS, type Direction, NO_ZERO_POINTS } from '../../src/core/problem.ts';
import { randomTensors, symmetricRange } from '../../src/core/random-tensors.ts';
import type { Elements, Tensor } from '../../src/core/tensor.ts';
import { type Arena, createArena } from '../../src/kernels/arena.ts';
import { BLOCK_COLUMNS, BLOCK_DEPTH, openGemm, roundedUp, TILE_ROWS } from '../../src/kernels/gemm.ts';
import { instantiate, isSupported } from '../../src/kernels/instantiate.ts';
import { multiplyGroups } from '../../src/kernels/product.ts';
import { type Sizes, type Workspace, workspaceOf } from '../../src/kernels/workspace.ts';
import { guardedArena } from './guarded-arena.ts';

const arena = createArena() as Arena;
const KINDS = { forward: 'plain', 'grad-input': 'transposed', 'grad-weight': 'samples' } as const;

interface Case {
  readonly dtype: 'float32' | 'float64';
  readonly direction: Direction;
  /** Rows, depth and columns of one sample's product. */
  readonly extents: readonly [I: number, T: number, J: number];
  readonly batch?: number;
  readonly samples?: number;
  readonly groups?: number;
  /** Of the left factor, where it is read once. */
  readonly part?: Sizes['part'];
}

/** M, K and L of extents I, T and J. */
function dimsOf({ direction, extents: [I, T, J], groups = 1 }: Case): GemmDims {
  const [M, K, L] = { forward: [I, T, J], 'grad-input': [T, I, J], 'grad-weight': [I, J, T] }[direction] as [
    number,
    number,
    number,
  ];
  return { direction, M, K, L, groups, zeroPoints: NO_ZERO_POINTS };
}

function factors(
  { dtype, direction, batch = 1 }: Case,
  { M, K, L, groups }: GemmDims,
  fill: 'uniform' | 'integer',
): { readonly left: Tensor; readonly right: Tensor } {
  const draw = randomTensors(fill, 1);
  // Sums of 2 · 800 products of up to 9 · 9 are exact in float32.
  const range = symmetricRange(9);
  const weight = draw(dtype, [groups * M, K], range);
  const columns = draw(dtype, [batch, groups * K, L], range);
  const gradient = draw(dtype, [batch, groups * M, L], range);
  switch (direction) {
    case 'forward':
      return { left: weight, right: columns };
    case 'grad-input':
      return { left: weight, right: gradient };
    case 'grad-weight':
      return { left: gradient, right: columns };
  }
}

/** Runs the kernel, its blocks full of NaN, and checks that nothing around them has changed. */
function product(one: Case, { left, right }: { left: Tensor; right: Tensor }, deterministic: boolean) {
  const { dtype, direction, batch = 1, samples = 1, groups = 1, part } = one;
  const { M, K, L } = dimsOf(one);
  const [rows, depth, columns] = {
    forward: [M, K, samples * L],
    'grad-input': [K, M, samples * L],
    'grad-weight': [M, samples * L, K],
  }[direction] as [number, number, number];
  const channels = direction === 'grad-input' ? M : K;
  const sizes: Sizes = {
    rows,
    depth,
    columns,
    samples,
    windows: L,
    channels,
    plane: L,
    positions: 1,
    gap: 0,
    part,
  };
  const problem = describeProblem('mb1ic1ih1oc1kh1', { dtype, direction });
  const guarded = guardedArena(arena);
  const kernel = { ...openGemm(dtype, arena, deterministic), arena: guarded };
  const result: Elements = new (dtype === 'float32' ? Float32Array : Float64Array)(
    groups * (direction === 'grad-weight' ? M * K : batch * rows * L),
  ).fill(Number.NaN);
  multiplyGroups(kernel, workspaceOf(problem, sizes) as Workspace, {
    sizes,
    batch,
    groups,
    left: { data: left.data, zeroPoint: 0, kind: KINDS[direction] },
    right: { data: right.data, channels: channels * groups, zeroPoint: 0 },
    windowTable: Int32Array.from({ length: L }, (_, l) => l),
    take({ result: block, step, group, sample, column, width }) {
      for (let row = 0; row < rows; row++) {
        for (let j = column; j < column + width; j++) {
          const at =
            direction === 'grad-weight'
              ? (group * M + row) * K + j
              : (((sample + Math.floor(j / L)) * groups + group) * rows + row) * L + (j % L);
          result[at] = block[row * step + j - column] as number;
        }
      }
    },
  });
  expect(guarded.broken()).toBe(0);
  arena.release();
  return result;
}

const DEPTHS = [1, 2, BLOCK_DEPTH - 1, BLOCK_DEPTH, BLOCK_DEPTH + 1, 2 * BLOCK_DEPTH, 2 * BLOCK_DEPTH + 3];
const ROWS = Array.from({ length: 2 * TILE_ROWS + 1 }, (_, i) => i + 1);
const COLUMNS = [
  ...Array.from({ length: 17 }, (_, j) => j + 1),
  BLOCK_COLUMNS - 1,
  BLOCK_COLUMNS,
  BLOCK_COLUMNS + 1,
  2 * BLOCK_COLUMNS + 9,
];

function cases(dtype: 'float32' | 'float64', direction: Direction): Case[] {
  const one = (extents: Case['extents'], more: Partial<Case> = {}) => ({
    dtype,
    direction,
    extents,
    ...more,
  });
  const parted = [1, 2].flatMap((blocks) =>
    [5, 10].map((rows) =>
      one([12, 2 * BLOCK_DEPTH + 3, 9], { part: { rows, depth: blocks * BLOCK_DEPTH }, groups: 2 }),
    ),
  );
  return [
    ...ROWS.flatMap((I) => COLUMNS.map((J) => one([I, 3, J]))),
    ...DEPTHS.flatMap((T) => [one([6, T, 9]), one([5, T, BLOCK_COLUMNS + 1])]),
    // Blocks are as usual where depth is, and wider where it is not, until the result is too large.
    ...COLUMNS.slice(-4).map((J) => one([6, BLOCK_DEPTH, J])),
    one([300, 3, 441]),
    ...(direction === 'grad-weight' ? [] : parted),
    // Samples side by side, the last ones fewer, and groups.
    ...[1, 3, 8].flatMap((J) =>
      [1, 2, 3, 5].map((samples) => one([4, 7, J], { batch: 5, samples, groups: 2 })),
    ),
    one([7, 70, 130], { batch: 3, samples: 2, groups: 2 }),
    one([7, 200, 3], { batch: 3, samples: 2, groups: 2 }),
  ];
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  describe.each(DIRECTIONS)('%s', (direction) => {
    test('without fused instructions all bits are those of core, at every edge', () => {
      for (const one of cases(dtype, direction)) {
        const dims = dimsOf(one);
        const given = factors(one, dims, 'uniform');
        const expected = gemm(given.left, given.right, dims).data;
        expect(product(one, given, true), JSON.stringify(one)).toEqual(expected);
      }
    });

    test.runIf(isSupported(`gemm-${dtype}-fused`))('with them, integers are the same', () => {
      for (const one of cases(dtype, direction)) {
        const dims = dimsOf(one);
        const given = factors(one, dims, 'integer');
        const expected = gemm(given.left, given.right, dims).data;
        expect(product(one, given, false), JSON.stringify(one)).toEqual(expected);
      }
    });
  });
});

test('only a run that need not be deterministic has fused instructions, where the engine has them', () => {
  expect(openGemm('float32', arena, true).kernel).toBe('wasm-simd128');
  expect(openGemm('float64', arena, true).kernel).toBe('wasm-simd128');
  const kernel = isSupported('gemm-float32-fused') ? 'wasm-relaxed-simd' : 'wasm-simd128';
  expect(openGemm('float32', arena, false).kernel).toBe(kernel);
});

test.each([
  ['float32', 8, 1],
  ['float32', 8, 2],
  ['float64', 4, 1],
  ['float64', 4, 2],
] as const)('nothing behind the last pixel is read: %s, %i windows, %i apart', (dtype, lanes, step) => {
  const memory = createArena() as Arena;
  const { gather } = instantiate<{ gather(...numbers: number[]): void }>(`gemm-${dtype}`, memory);
  const [entries, panel] = [memory.allocate(4 * lanes), memory.allocate(8 * lanes)];
  memory.int32(entries).set(Array.from({ length: lanes }, (_, lane) => lane * step));
  const pixels = Array.from({ length: (lanes - 1) * step + 1 }, (_, i) => i + 1);
  const List = dtype === 'float32' ? Float32Array : Float64Array;
  const data = List.from(pixels);
  // The last bytes that there are.
  const address = memory.memory.buffer.byteLength - data.byteLength;
  new List(memory.memory.buffer, address, data.length).set(data);
  gather(entries.address, address, 0, 1, panel.address, 0);
  expect([...new List(memory.memory.buffer, panel.address, lanes)]).toEqual(
    Array.from({ length: lanes }, (_, lane) => 1 + lane * step),
  );
});

test('integers are summed in float64', () => {
  expect(openGemm('int32', arena, true)).toMatchObject({ bytes: 8, tileColumns: 4 });
});

test.each([
  [0, 5, 0],
  [1, 5, 5],
  [5, 5, 5],
  [6, 5, 10],
])('%i rounded up to a multiple of %i is %i', (size, step, expected) => {
  expect(roundedUp(size, step)).toBe(expected);
});
