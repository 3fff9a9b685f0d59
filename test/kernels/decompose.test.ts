/**
 * The decomposition without columns gives core's bits, or with fused instructions what the bounds allow.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { defaultFill, fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { OPERANDS, type Operands } from '../../src/core/operands.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import { DIRECTIONS, inputShape, outputShape, type Problem, weightShape } from '../../src/core/problem.ts';
import { elementCount } from '../../src/core/shape.ts';
import { isQuantised, type Tensor } from '../../src/core/tensor.ts';
import { formatToken } from '../../src/core/token.ts';
import { type Arena, createArena } from '../../src/kernels/arena.ts';
import {
  decomposeOutput,
  fastDecompose,
  kernelBytes,
  LEAST_FUSED_TERMS,
  LEAST_TERMS,
} from '../../src/kernels/decompose.ts';
import { isSupported } from '../../src/kernels/instantiate.ts';
import { workspaceBytes } from '../../src/kernels/workspace.ts';
import { checkAgainstDirect } from '../../src/verify/check.ts';
import { anyProblems as mistakable } from '../diagnose/any-problems.ts';
import { anyProblems, problems, seeds } from '../problems.ts';
import { RESNET_50 } from '../resnet-50.ts';
import { guardedArena } from './guarded-arena.ts';

const arena = createArena() as Arena;
const QUICKEST = isSupported('gemm-float32-fused') ? 'wasm-relaxed-simd' : 'wasm-simd128';

/** The kernels' output, in as much memory as was foretold, all of it NaN before, and nothing written around it. */
function decomposed(problem: Problem, operands: Operands, deterministic: boolean): Tensor {
  const guarded = guardedArena(arena);
  const mark = arena.mark();
  const { output, kernel } = fastDecompose(problem, operands, guarded, { deterministic });
  expect(kernel).toBe(deterministic ? 'wasm-simd128' : QUICKEST);
  expect(arena.mark()).toBe(mark);
  expect(guarded.broken()).toBe(0);
  expect(guarded.blocks.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
    workspaceBytes(problem, planDecomposition(problem)),
  );
  return output;
}

/** Holds of random problems of that kind. */
function drawnWith(drawn: fc.Arbitrary<Problem>, check: (problem: Problem, seed: number) => void): void {
  fc.assert(fc.property(drawn, seeds(), check), { numRuns: 200 });
}

describe.each([
  ['hyperparameters of every kind', problems()],
  ['every direction, dimension, padding mode and dtype', anyProblems()],
  ['problems that mistakes are made on', mistakable()],
])('%s', (_, drawn) => {
  it('has the bits that core gives it, without fused instructions', () => {
    drawnWith(drawn, (problem, seed) => {
      const operands = fillOperands(problem, defaultFill(problem.dtype), seed);
      expect(decomposed(problem, operands, true)).toEqual(decompose(problem, operands).output);
    });
  });

  it('has the same integers with whichever kernel is the quickest', () => {
    drawnWith(drawn, (problem, seed) => {
      const operands = fillOperands(problem, 'integer', seed);
      expect(decomposed(problem, operands, false)).toEqual(decompose(problem, operands).output);
    });
  });

  it('stays within the bounds with whichever kernel is the quickest', () => {
    drawnWith(
      drawn.filter(({ dtype }) => !isQuantised(dtype)),
      (problem, seed) => {
        const operands = fillOperands(problem, 'normal', seed);
        const truth = { problem, operands, direct: directConvolution(problem, operands) };
        const output = decomposed(problem, operands, false);
        const check = checkAgainstDirect(truth, output, 'decomposed', 'rounding', { kind: 'bound' });
        expect(check.verdict).not.toBe('fail');
      },
    );
  });

  it('spreads NaN and infinities as core does', () => {
    const special = fc.array(
      fc.tuple(fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e30), fc.integer({ min: 0 })),
      { minLength: 1, maxLength: 4 },
    );
    const floats = drawn.filter(({ dtype }) => !isQuantised(dtype));
    fc.assert(
      fc.property(floats, seeds(), special, (problem, seed, values) => {
        const operands = fillOperands(problem, 'uniform', seed);
        const tensors = OPERANDS.flatMap((name) => operands[name] ?? []);
        for (const [value, place] of values) {
          const { data } = tensors[place % tensors.length] as Tensor;
          data[place % data.length] = value;
        }
        expect(decomposed(problem, operands, true)).toEqual(decompose(problem, operands).output);
      }),
      { numRuns: 100 },
    );
  });
});

// Larger than a block in one extent or another: depth 384, 256 columns, several samples side by side.
test.each([
  'mb1ic50ih6oc7kh3ph1',
  'mb1ic3ih20oc12kh3sh2ph1',
  'mb7ic9ih9oc6kh3',
  'mb3ic4ih17oc3kh4dh1',
  'g3mb40ic6ih3oc9kh2ph1',
  'mb2ic400ih3oc11kh1',
  'g8mb2ic8ih18oc8kh3ph1',
  // A weight packed in parts, 85 rows of 384 at a time, in either direction.
  'mb2ic50ih4oc200kh3ph1',
  'g2mb1ic180ih3oc260kh2',
  'mb1ic700ih2oc90kh1',
])('%s has the bits that core gives it, in every direction and dtype', (token) => {
  for (const direction of DIRECTIONS) {
    for (const dtype of ['float32', 'float64', 'bfloat16'] as const) {
      const problem = describeProblem(token, { direction, dtype });
      const operands = fillOperands(problem, 'uniform', 5);
      expect(decomposed(problem, operands, true)).toEqual(decompose(problem, operands).output);
    }
  }
});

test('a weight that is packed in parts loses its zero point', () => {
  const problem = describeProblem('mb1ic50ih4oc200kh3ph1', { dtype: 'uint8', weightZeroPoint: 7 });
  const operands = fillOperands(problem, 'integer', 3);
  expect(decomposed(problem, operands, true)).toEqual(decompose(problem, operands).output);
});

describe('the memory of a decomposition', () => {
  const bytesOf = (problem: Problem) =>
    [inputShape, weightShape, outputShape].reduce((sum, shape) => sum + 4 * elementCount(shape(problem)), 0);
  const layers = [...new Set(RESNET_50)].map((token) => describeProblem(token));
  const shares = new Map(
    layers.map((problem) => [problem, ((kernelBytes(problem) ?? 0) + bytesOf(problem)) / bytesOf(problem)]),
  );

  it('of the largest layer of ResNet-50 is a tenth more than its tensors', () => {
    const largest = layers.reduce((a, b) => (bytesOf(b) > bytesOf(a) ? b : a));
    expect(formatToken(largest).token).toBe('mb1ic512ih14oc512kh3sh2ph1');
    expect(shares.get(largest)).toBeLessThan(1.11);
  });

  it('of every layer is less than two and a quarter times its tensors', () => {
    expect(Math.max(...shares.values())).toBeLessThan(2.25);
  });
});

describe('where the kernels cannot run, core does', () => {
  const problem = describeProblem('mb2ic3ih9oc4kh3', { bias: true });
  const operands = fillOperands(problem, 'uniform', 0);
  const expected = { output: decompose(problem, operands).output, kernel: 'reference' };

  it('as there is no memory of that kind', () => {
    expect(fastDecompose(problem, operands, undefined)).toEqual(expected);
  });

  it('as the memory does not grow', () => {
    const own = createArena() as Arena;
    let granted = 3;
    const scarce: Arena = {
      ...own,
      allocate(bytes) {
        if (granted === 0) throw new RangeError('no more');
        granted--;
        return own.allocate(bytes);
      },
    };
    const mark = own.mark();
    expect(fastDecompose(problem, operands, scarce)).toEqual(expected);
    expect(granted).toBe(0);
    expect(own.mark()).toBe(mark);
  });

  it('but no bug of theirs is passed over', () => {
    const broken: Arena = {
      ...arena,
      allocate() {
        throw new TypeError('a bug');
      },
    };
    expect(() => fastDecompose(problem, operands, broken)).toThrow('a bug');
  });
});

describe('the quickest way', () => {
  /** Windows of one pixel: as many terms as pixels. */
  const pixels = (rows: number, columns: number) => {
    const problem = describeProblem(`mb1ic1ih${rows}iw${columns}oc1kh1kw1`);
    return { problem, operands: fillOperands(problem, 'uniform', 0) };
  };

  it('is core below as many terms as pay for compiling a kernel', () => {
    const [rows, columns] = [LEAST_TERMS / 128, 128];
    const enough = pixels(rows, columns);
    expect(decomposeOutput(enough.problem, enough.operands).kernel).toBe('wasm-simd128');
    expect(kernelBytes(enough.problem)).toBe(
      workspaceBytes(enough.problem, planDecomposition(enough.problem)),
    );
    const fewer = pixels(rows - 1, columns + 1);
    expect(decomposeOutput(fewer.problem, fewer.operands).kernel).toBe('reference');
    expect(kernelBytes(fewer.problem)).toBeUndefined();
  });

  it('has fused instructions only where they save a measurable time', () => {
    const problem = describeProblem('mb1ic256ih16oc256kh1');
    expect(256 * 256 * 16 * 16).toBe(LEAST_FUSED_TERMS);
    const operands = fillOperands(problem, 'uniform', 0);
    expect(decomposeOutput(problem, operands).kernel).toBe(QUICKEST);
    expect(decomposeOutput(problem, operands, { deterministic: true }).kernel).toBe('wasm-simd128');
    const fewer = { ...problem, inChannels: 255 };
    expect(decomposeOutput(fewer, fillOperands(fewer, 'uniform', 0)).kernel).toBe('wasm-simd128');
  });

  it('is core where 32-bit addresses do not reach', () => {
    expect(kernelBytes(describeProblem('mb1ic1ih32769oc1kh2'))).toBeUndefined();
  });

  it.each(DIRECTIONS)('tells how far %s has come, a block of 256 columns at a time', (direction) => {
    // Four samples' 64 windows, then the fifth's; of the weight's gradient 1024 columns of each.
    const problem = describeProblem('mb5ic1024ih8oc64kh1', { direction });
    const heard: [number, number][] = [];
    const onProgress = (done: number, total: number) => heard.push([done, total]);
    decomposeOutput(problem, fillOperands(problem, 'uniform', 0), { onProgress });
    const total = direction === 'grad-weight' ? 8 : 2;
    expect(heard).toEqual(Array.from({ length: total }, (_, i) => [i + 1, total]));
  });
});
