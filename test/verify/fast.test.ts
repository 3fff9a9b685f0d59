/**
 * `--fast`: random sums in place of the direct convolution, which is counted here and only ever computed to tell what is
 * wrong.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import type { VerifyOptions } from '../../src/verify/options.ts';
import type { DecompositionRun } from '../../src/verify/run-decomposition.ts';
import { verify } from '../../src/verify/verify.ts';
import { thrownBy } from '../core/thrown.ts';

/** Runs of the direct path, and which run of the decomposition errs by 1 in its first element; counted from 1. */
const runs = vi.hoisted(() => ({ direct: 0, decomposed: 0, wrong: 0, weightSeeds: [] as number[] }));

vi.mock(import('../../src/kernels/engine.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    directly(...given) {
      runs.direct++;
      return real.directly(...given);
    },
  };
});

vi.mock(import('../../src/core/random-sums.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    agreesInRandomSums(...given) {
      runs.weightSeeds.push(given[4]);
      return real.agreesInRandomSums(...given);
    },
  };
});

vi.mock(import('../../src/verify/run-decomposition.ts'), async (original) => {
  const real = await original();
  return {
    ...real,
    runDecomposition(...given): DecompositionRun {
      const run = real.runDecomposition(...given);
      runs.decomposed++;
      if (runs.decomposed === runs.wrong) (run.output.data[0] as number) += 1;
      return run;
    },
  };
});

beforeEach(() => {
  runs.direct = 0;
  runs.decomposed = 0;
  runs.wrong = 0;
  runs.weightSeeds = [];
});

const problem = describeProblem('g2mb2ic4ih5oc6kh3sh2ph1', { bias: true });
const fast = (options: VerifyOptions = {}, of: Problem = problem) => verify(of, { ...options, fast: true });

/** The output that is right for `operands`, as another implementation would hand it over. */
function outputOf(of: Problem, operands: VerifyOptions['operands']): Tensor {
  return verify(of, { operands, fill: 'integer', witnesses: ['wiring'] }).data.output;
}

describe('without tensors of the user', () => {
  it('judges the trials by sums, and never runs the direct path', () => {
    const { verdict, checks } = fast();
    expect(verdict).toBe('pass');
    expect(checks.map(({ witness }) => witness)).toEqual(['wiring', 'exact']);
    const [, exact] = checks;
    expect(exact?.comparison).toBeUndefined();
    expect(exact?.sums?.missProbability).toBeLessThanOrEqual(1e-6);
    expect(runs.direct).toBe(0);
    expect(runs.decomposed).toBe(exact?.trials?.count);
  });

  it('draws weights from other streams than the tensors', () => {
    fast({ seed: 5, trials: 2 });
    expect(runs.weightSeeds).toEqual([2 ** 31 + 5, 2 ** 31 + 6]);
  });

  it('counts as many taps as the comparison of every element', () => {
    const taps = (options: VerifyOptions) =>
      verify(problem, { ...options, witnesses: ['exact'], trials: 2 }).checks[0]?.sensitivity;
    expect(taps({ fast: true })).toEqual(taps({ fast: false }));
  });

  it('adds what sums miss to what integers miss', () => {
    // K = 18 and A = floor(sqrt(2^24 / 19)) = 939: a trial misses 1 / 939, and its sums 1e-6 at most.
    const [, exact] = fast({ trials: 2 }).checks;
    expect(exact?.trials).toMatchObject({ count: 2, magnitude: 939 });
    expect(exact?.trials?.missProbability).toBeGreaterThan((1 / 939) ** 2);
    expect(exact?.trials?.missProbability).toBeLessThan((1 / 939 + 2e-6) ** 2);
  });

  it.each(['float32', 'float64', 'float16', 'bfloat16', 'int8', 'uint8'] as const)('takes %s', (dtype) => {
    const [, exact] = fast({}, { ...problem, dtype }).checks;
    expect(exact?.verdict).toBe('pass');
    expect(exact?.sums).toBeDefined();
    expect(runs.direct).toBe(0);
  });

  it('draws quantised integers from all of their dtype', () => {
    // uint8 runs to 255, its weights, int8, to -128.
    expect(fast({}, { ...problem, dtype: 'uint8' }).checks[1]?.trials?.magnitude).toBe(255);
    expect(fast({}, { ...problem, dtype: 'int8' }).checks[1]?.trials?.magnitude).toBe(128);
  });

  it('draws float64’s integers from the range of float32', () => {
    const magnitude = (dtype: 'float32' | 'float64') =>
      fast({}, { ...problem, dtype }).checks[1]?.trials?.magnitude;
    expect(magnitude('float64')).toBe(magnitude('float32'));
  });

  it.each(['forward', 'grad-input', 'grad-weight'] as const)('takes %s', (direction) => {
    fast({}, describeProblem('g2mb2ic4ih5oc6kh3sh2ph1', { direction }));
    expect(runs.direct).toBe(0);
  });

  it('says which element is wrong, by the direct path, in the trial that erred', () => {
    runs.wrong = 2;
    const { verdict, checks } = fast({ trials: 3 });
    expect(verdict).toBe('fail');
    expect(checks[1]).toMatchObject({
      witness: 'exact',
      reason: 'mismatch',
      comparison: { mismatches: 1, worst: { index: [0, 0, 0, 0] } },
    });
    expect([runs.direct, runs.decomposed]).toEqual([1, 2]);
  });

  it('takes kernels as well as core', () => {
    for (const dtype of ['float32', 'float64'] as const) {
      // 2^13 products and more are theirs.
      expect(fast({}, { ...describeProblem('mb1ic16ih8oc16kh3'), dtype }).verdict).toBe('pass');
    }
    expect(runs.direct).toBe(0);
  });

  it('gives the data of --fill integer to who asks for it', () => {
    const { data } = fast();
    expect(data.operands).toEqual(fillOperands(problem, 'integer', 0));
    expect(data.output.shape).toEqual([2, 6, 3, 3]);
    expect(runs.direct).toBe(0);
    expect(data.direct.output).toEqual(Float64Array.from(data.output.data));
    expect([data.direct, runs.direct]).toEqual([data.direct, 1]);
    const decomposed = runs.decomposed;
    expect([data.kernel, data.stages, runs.decomposed]).toEqual(['reference', undefined, decomposed]);
  });
});

describe('on tensors of the user', () => {
  const operands = fillOperands(problem, 'integer', 7);
  const right = outputOf(problem, operands);

  it('judges both outputs by sums, and not each other', () => {
    const { verdict, checks } = fast({ operands, external: right });
    expect(verdict).toBe('pass');
    expect(checks.map(({ witness, actual, expected }) => [witness, actual, expected])).toEqual([
      ['wiring', 'decomposed', 'direct'],
      ['exact', 'decomposed', 'direct'],
      ['exact', 'external', 'direct'],
    ]);
    expect(checks.slice(1).map(({ sums }) => sums !== undefined)).toEqual([true, true]);
    expect(runs.direct).toBe(0);
  });

  it('draws weights from another stream than tensors that are generated beside it', () => {
    fast({ seed: 7, external: right });
    // Of the two trials, and of both outputs on the run's own tensors, which the seed draws as well.
    expect(runs.weightSeeds.slice(-2)).toEqual([2 ** 31 + 7, 2 ** 31 + 7]);
  });

  it('measures what a pass was worth as if every element had been compared', () => {
    const sparse = {
      ...operands,
      input: { ...operands.input, data: operands.input?.data.map((x, i) => (i % 3 === 0 ? x : 0)) },
    } as typeof operands;
    const worth = (isFast: boolean) =>
      verify(problem, { operands: sparse, fast: isFast, witnesses: ['exact'] }).checks[0]?.sensitivity;
    expect(worth(true)).toEqual(worth(false));
    expect(worth(true)?.share).toBeLessThan(0.5);
  });

  it('needs no truth where only some elements are 0', () => {
    const pointwise = describeProblem('mb1ic1ih2oc1kh1');
    const tensor = (shape: number[], ...data: number[]): Tensor => ({
      dtype: 'float32',
      shape,
      data: Float32Array.from(data),
    });
    const given = { input: tensor([1, 1, 2, 2], 0, 1, 2, 3), weight: tensor([1, 1, 1, 1], 2) };
    expect(fast({ operands: given }, pointwise).verdict).toBe('pass');
    expect(runs.direct).toBe(0);
  });

  it('compares every element where float64 has no room for sums over its integers', () => {
    const double = { ...problem, dtype: 'float64' } as const;
    const large = fillOperands(double, 'integer', 0);
    const { verdict, checks } = fast({ operands: large }, double);
    expect(verdict).toBe('pass');
    expect(checks.at(-1)).toMatchObject({ witness: 'exact', comparison: { mismatches: 0 } });
    expect(runs.direct).toBe(1);
  });

  it('says which elements of a wrong output are wrong', () => {
    const data = right.data.slice();
    data[5]! += 2;
    const { verdict, checks } = fast({ operands, external: { ...right, data } });
    expect(verdict).toBe('fail');
    expect(
      checks.find(({ actual, expected }) => actual === 'external' && expected === 'direct'),
    ).toMatchObject({
      verdict: 'fail',
      comparison: { mismatches: 1, worst: { index: [0, 0, 1, 2] } },
    });
  });

  it('says that a shape is wrong without the direct path', () => {
    const { checks } = fast({ operands, external: { ...right, shape: [2, 6, 9] } });
    expect(checks.at(-1)).toMatchObject({ reason: 'shape-mismatch', actualShape: [2, 6, 9] });
    expect(runs.direct).toBe(0);
  });

  it.each([
    ['a constant factor', { input: 1 }, 'constant'],
    ['zeros', { input: 0, weight: 0, bias: 0 }, 'all-zero'],
  ])('leaves %s in doubt, as any wiring gives that output', (_, values: Record<string, number>, reason) => {
    const blind = Object.fromEntries(
      Object.entries(operands).map(([name, tensor]) => {
        const value = values[name];
        return [
          name,
          value === undefined
            ? tensor
            : { ...tensor, data: new Float32Array(tensor?.data.length ?? 0).fill(value) },
        ];
      }),
    ) as typeof operands;
    expect(fast({ operands: blind }).checks.find(({ witness }) => witness === 'exact')).toMatchObject({
      verdict: 'inconclusive',
      reason,
    });
  });

  it.each([
    ['what is no integer', 0.5, 'input holds 0.5'],
    [
      'integers whose sums leave float32',
      2 ** 20,
      'with integers as large as these a sum may leave those that float32 holds exactly',
    ],
  ])('refuses %s', (_, value, fact) => {
    const input = { ...operands.input, data: new Float32Array(200).fill(value) } as Tensor;
    const error = thrownBy(() => fast({ operands: { ...operands, input } }));
    expect([error.code, error.message]).toEqual([
      'bad-option',
      `fast judges sums of integers, which must not round, but ${fact}`,
    ]);
  });

  it('refuses dtypes that round their sums', () => {
    const half = { ...problem, dtype: 'float16' } as const;
    const error = thrownBy(() => fast({ operands: fillOperands(half, 'integer', 0) }, half));
    expect(error.message).toContain('but float16 rounds what it has summed');
  });
});

it.each<[VerifyOptions, string]>([
  [{ witnesses: ['exact', 'rounding'] }, "witness 'rounding' compares every element with its bound"],
  [{ witnesses: ['wiring'] }, 'witness wiring judges no output'],
  [{ fill: 'uniform' }, "fill is 'uniform'"],
  [{ criterion: { kind: 'allclose', rtol: 0, atol: 1 } }, 'criterion allclose allows differences'],
  [{ asJudgedBy: ['allclose'] }, "other tools' rules compare every element with the truth"],
  [{ keepStages: true }, 'a case is saved with its truth'],
])('%j is refused beside it', (options, fact) => {
  const error = thrownBy(() => fast(options));
  expect(error.message).toBe(`fast judges integers by random sums, but ${fact}`);
  expect(runs.decomposed).toBe(0);
});

it('the derived bound may be named beside it', () => {
  expect(fast({ criterion: { kind: 'bound' } }).verdict).toBe('pass');
});
