import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { planDecomposition } from '../../src/core/plan.ts';
import type { Problem } from '../../src/core/problem.ts';
import { type Tensor, zeros } from '../../src/core/tensor.ts';
import { isSupported } from '../../src/kernels/instantiate.ts';
import { worstVerdict } from '../../src/verify/verdict.ts';
import { verify } from '../../src/verify/verify.ts';
import { thrownBy } from '../core/thrown.ts';
import { fillConvolution } from '../operands.ts';

const problem = describeProblem('mb2ic3ih6oc4kh3ph1');

function witnessesOf(operands: Parameters<typeof fillOperands>[3], external?: Tensor) {
  return verify(problem, { operands, external }).checks.map(({ witness, actual, expected, trials }) => [
    witness,
    actual,
    expected,
    trials !== undefined,
  ]);
}

const WIRING = ['wiring', 'decomposed', 'direct', false];

describe('a verification', () => {
  it('is uniform data of seed 0 under all witnesses where nothing else is asked', () => {
    const { data, checks, verdict, warnings } = verify(problem);
    expect(data.operands).toEqual(fillOperands(problem, 'uniform', 0));
    expect(checks.map(({ witness, verdict }) => [witness, verdict])).toEqual([
      ['wiring', 'pass'],
      ['exact', 'pass'],
      ['rounding', 'pass'],
    ]);
    expect([verdict, warnings, data.loaded]).toEqual(['pass', [], []]);
  });

  it('proves the wiring of equal small forward convolutions once, whatever the seed', () => {
    const proofOf = (...given: Parameters<typeof verify>) => verify(...given).checks[0]?.wiring;
    const proof = proofOf(problem);
    expect(proof?.verdict).toBe('pass');
    expect(proofOf(structuredClone(problem), { seed: 1 })).toBe(proof);
    // Alone it draws integers of its own, and a gradient's always does.
    const alone = proofOf(problem, { witnesses: ['wiring'] });
    expect(alone).not.toBe(proof);
    expect(alone?.obligations.map(({ how }) => how)).not.toEqual(proof?.obligations.map(({ how }) => how));
    const gradient = { ...problem, direction: 'grad-input' } as const;
    expect(proofOf(gradient, { seed: 1 })).not.toBe(proofOf(gradient));
  });

  it('is not changed by what a caller does with an earlier one, or with his own problem', () => {
    const figures = (...given: Parameters<typeof verify>) => {
      const { verdict, checks, data } = verify(...given);
      return { verdict, checks, shapes: [data.operands.input?.shape, data.output.shape] };
    };
    const first = figures(problem);
    const { data, checks, problem: same } = verify(problem);
    const shared = [data.operands.input?.shape, data.operands.weight?.shape, checks[0]?.wiring?.obligations];
    const plan = planDecomposition(same);
    for (const list of [...shared, plan.unfold.stride, plan.steps]) {
      expect(() => (list as unknown[]).push(1)).toThrow(TypeError);
    }
    expect(figures(problem)).toEqual(first);
    // Of a problem that is not small, too.
    const own = structuredClone(describeProblem('mb1ic2ih40oc3kh3ph1')) as { batch: number };
    const single = figures(own as Problem);
    own.batch = 2;
    const double = figures(own as Problem);
    expect([single.verdict, double.verdict]).toEqual(['pass', 'pass']);
    const taps = ({ checks }: typeof single) => checks[0]?.wiring?.taps;
    expect([taps(single), taps(double)]).toEqual([28_800, 57_600]);
  });

  it('is of the operands of its own seed, though the problem is known', () => {
    for (const seed of [3, 4]) {
      const { data } = verify(structuredClone(problem), { seed });
      expect(data.operands).toEqual(fillOperands(problem, 'uniform', seed));
      expect(data.output).toEqual(decompose(problem, data.operands).output);
    }
  });

  it('keeps all stages, which core computes, where they are asked for', () => {
    const layer = describeProblem('mb2ic8ih6oc16kh3ph1');
    const kept = verify(layer, { keepStages: true }).data;
    expect(kept.kernel).toBe('reference');
    expect(kept.stages).toEqual(decompose(layer, kept.operands));
    expect(kept.output).toBe(kept.stages?.output);
    const { stages, kernel, output } = verify(layer).data;
    expect([stages, kernel]).toEqual([undefined, 'wasm-simd128']);
    expect(output).toEqual(kept.output);
  });

  it('has fused sums in a large problem, if the engine has them and the bits may be the machine’s', () => {
    const large = describeProblem('mb1ic256ih16oc256kh1');
    const kernelOf = (deterministic: boolean) =>
      verify(large, { deterministic, witnesses: ['rounding'] }).data.kernel;
    expect(kernelOf(true)).toBe('wasm-simd128');
    expect(kernelOf(false)).toBe(isSupported('gemm-float32-fused') ? 'wasm-relaxed-simd' : 'wasm-simd128');
  });

  it('runs only the witnesses that are asked for', () => {
    for (const witness of ['exact', 'rounding'] as const) {
      const { checks } = verify(problem, { witnesses: [witness] });
      expect(checks.map((check) => check.witness)).toEqual([witness]);
    }
    const { checks } = verify(problem, { witnesses: ['rounding', 'exact'] });
    expect(checks.map((check) => check.witness).sort()).toEqual(['exact', 'rounding']);
  });

  it('makes its own integers for the exact witness where the data do not sum exactly', () => {
    const floats = fillOperands(problem, 'uniform', 1);
    expect(witnessesOf(floats)).toEqual([
      WIRING,
      ['exact', 'decomposed', 'direct', true],
      ['rounding', 'decomposed', 'direct', false],
    ]);
  });

  it('asks the exact witness of loaded integers themselves, and of an external output for them', () => {
    const integers = fillOperands(problem, 'integer', 1);
    const external = verify(problem, { operands: integers }).data.output;
    expect(witnessesOf(integers, external)).toEqual([
      WIRING,
      ['exact', 'decomposed', 'direct', false],
      ['rounding', 'decomposed', 'direct', false],
      ['exact', 'external', 'direct', false],
      ['exact', 'decomposed', 'external', false],
    ]);
  });

  it('takes integers for exact up to the limit of their sums, and no further', () => {
    // 27 terms: 27·788² < 2^24 < 27·789².
    const whole = (shape: readonly number[], largest: number) => {
      const tensor = zeros('float32', shape);
      tensor.data.fill(1);
      tensor.data[0] = largest;
      return tensor;
    };
    const witness = (largest: number) => {
      const operands = { input: whole([2, 3, 6, 6], largest), weight: whole([4, 3, 3, 3], -largest) };
      const external = verify(problem, { operands }).data.output;
      return verify(problem, { operands, external }).checks.at(-1)?.witness;
    };
    expect([witness(788), witness(789)]).toEqual(['exact', 'rounding']);
    const biased = { ...problem, bias: true };
    const bias = whole([4], 2 ** 24);
    const operands = { input: whole([2, 3, 6, 6], 1), weight: whole([4, 3, 3, 3], 1), bias };
    const external = verify(biased, { operands }).data.output;
    expect(verify(biased, { operands, external }).checks.at(-1)?.witness).toBe('rounding');
  });

  it('draws other integers in each trial, and repeats them for the same seed', () => {
    const worst = (seed: number) =>
      verify(problem, { witnesses: ['exact'], seed, trials: 1 }).checks[0]?.comparison;
    expect(worst(3)).toEqual(worst(3));
    expect(worst(3)).not.toEqual(worst(4));
  });

  it('draws its second trial from the next seed, and gives the means over all trials', () => {
    const mean = (seed: number, trials: number) => {
      const { checks } = verify(problem, { witnesses: ['exact'], seed, trials });
      const { actualMean = 0, expectedMean = 0 } = checks[0]?.comparison ?? {};
      expect(actualMean).toBe(expectedMean);
      return actualMean;
    };
    const [third, fourth, fifth] = [mean(3, 1), mean(4, 1), mean(5, 1)];
    expect(new Set([third, fourth, fifth]).size).toBe(3);
    expect(mean(3, 2)).toBeCloseTo((third + fourth) / 2, 6);
    expect(mean(3, 3)).toBeCloseTo((third + fourth + fifth) / 3, 6);
  });

  it('takes integers for exact at the very limit: 2^12 · 2^12 = 2^24', () => {
    const pixel = describeProblem('mb1ic1ih1oc1kh1');
    const of = (value: number): Tensor => ({
      dtype: 'float32',
      shape: [1, 1, 1, 1],
      data: Float32Array.of(value),
    });
    const witness = (x: number, w: number) => {
      const operands = { input: of(x), weight: of(w) };
      const external = verify(pixel, { operands }).data.output;
      return verify(pixel, { operands, external }).checks.at(-1)?.witness;
    };
    expect([witness(2 ** 12, -(2 ** 12)), witness(2 ** 12, 2 ** 12 + 1)]).toEqual(['exact', 'rounding']);
  });

  it('says that data are not finite, where they were loaded', () => {
    const operands = fillConvolution(problem, 'uniform', 0);
    operands.input.data[0] = Number.NaN;
    const { warnings } = verify(problem, { operands });
    expect(warnings.map(({ code }) => code)).toEqual(['non-finite-data']);
    // The corner pixel is read by 4 of 36 windows, in 4 channels of the first of 2 images.
    expect(warnings[0]?.message).toContain('5.6 % of the output is NaN or infinite');
  });

  it('names what was generated where an external output is judged for what was loaded', () => {
    const biased = { ...problem, bias: true };
    const { input, weight, bias } = fillOperands(biased, 'uniform', 1);
    const external = verify(biased, { operands: { input, weight, bias } }).data.output;
    const warned = (operands: Partial<Record<'input' | 'weight' | 'bias', Tensor>>, output?: Tensor) =>
      verify(biased, { operands, external: output, fill: 'normal', seed: 7 }).warnings.filter(
        ({ code }) => code === 'generated-operand',
      );
    const [warning, ...others] = warned({ input, weight }, external);
    expect(others).toEqual([]);
    expect(warning?.message).toContain('the bias was not loaded but generated (normal, seed 7)');
    expect(warned({ input }, external)[0]?.message).toContain('the weight and the bias were not loaded');
    // All loaded, all generated, or nothing judged but our own output: nothing to be forgotten.
    expect([
      warned(bias ? { input, weight, bias } : {}, external),
      warned({}, external),
      warned({ input, weight }),
    ]).toEqual([[], [], []]);
  });

  it.each<[string, Partial<Record<'input' | 'weight' | 'bias', Tensor>>, string]>([
    [
      'an input of another shape',
      { input: zeros('float32', [2, 3, 6, 7]) },
      "input has shape (2, 3, 6, 7), but this problem's is (2, 3, 6, 6)",
    ],
    [
      'a weight of another rank',
      { weight: zeros('float32', [4, 27]) },
      "weight has shape (4, 27), but this problem's is (4, 3, 3, 3)",
    ],
    [
      'a bias of another length',
      { bias: zeros('float32', [3]) },
      "bias has shape (3,), but this problem's is (4,)",
    ],
    [
      'an input of another dtype',
      { input: zeros('float64', [2, 3, 6, 6]) },
      "input is float64, but the problem's is float32",
    ],
  ])('refuses %s', (_, operands, message) => {
    const error = thrownBy(() => verify({ ...problem, bias: true }, { operands }));
    expect([error.code, error.message]).toEqual(['bad-tensor', message]);
  });
});

it('the worst of several verdicts counts: a difference before a doubt, a doubt before a pass', () => {
  expect(worstVerdict(['pass', 'inconclusive', 'fail'])).toBe('fail');
  expect(worstVerdict(['fail', 'inconclusive'])).toBe('fail');
  expect(worstVerdict(['inconclusive', 'pass', 'pass'])).toBe('inconclusive');
  expect(worstVerdict(['pass', 'pass'])).toBe('pass');
});

describe('what a verification says of itself', () => {
  it('is judged by the bound where nothing else is asked', () => {
    expect(verify(problem).criterion).toEqual({ kind: 'bound' });
  });

  it('runs trials beside integers that were loaded, where they are asked for', () => {
    const operands = fillOperands(problem, 'integer', 3);
    const trialsOf = (trials?: number) =>
      verify(problem, { operands, witnesses: ['exact'], trials }).checks.map((check) => check.trials?.count);
    expect(trialsOf()).toEqual([undefined]);
    expect(trialsOf(2)).toEqual([2, undefined]);
  });

  it('compares an output of another shape with nothing', () => {
    const external = zeros('float64', [2, 4, 6, 5]);
    const { checks } = verify(problem, { external, witnesses: ['rounding'] });
    expect(checks.map(({ actual, expected, reason }) => [actual, expected, reason])).toEqual([
      ['decomposed', 'direct', undefined],
      ['external', 'direct', 'shape-mismatch'],
    ]);
  });

  it('takes data with a single fraction for floats', () => {
    const operands = fillConvolution(problem, 'integer', 3);
    operands.input.data[5] = 0.5;
    const { checks } = verify(problem, { operands, witnesses: ['exact'] });
    expect(checks.map((check) => check.trials === undefined)).toEqual([false]);
  });
});

it('quantised tensors are not judged by rounding alone', () => {
  const problem = { ...describeProblem('mb1ic2ih4oc3kh3'), dtype: 'int8' } as const;
  const error = thrownBy(() => verify(problem, { witnesses: ['rounding'] }));
  expect(error.message).toBe("witness is 'rounding' with dtype int8, but integers do not round");
  expect(verify(problem, { witnesses: ['rounding', 'exact'] }).verdict).toBe('pass');
});
