import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { inputShape, type Problem } from '../../src/core/problem.ts';
import { differenceSentence } from '../../src/report/difference-text.ts';
import type { Witness } from '../../src/verify/check.ts';
import { verify } from '../../src/verify/verify.ts';
import { isBlind, warningsOf } from '../../src/verify/warnings.ts';
import { proveWiring } from '../../src/verify/wiring.ts';
import { PATHS } from '../../src/verify/wiring-paths.ts';
import { gemmParts, tapCount, tapSlices, VERIFY_BUDGET } from '../../src/verify/wiring-slices.ts';
import { sumsMagnitude, sumsMissProbability } from '../../src/verify/wiring-sums.ts';
import { elementOf, tokens } from '../../src/verify/wiring-tokens.ts';
import { problems } from '../problems.ts';
import { RESNET_50 } from '../resnet-50.ts';

describe('the proof', () => {
  it('passes for random problems, every tap of each compared', () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const { verdict, mode, taps } = proveWiring(problem);
        expect([verdict, mode, taps]).toEqual(['pass', 'full', tapCount(problem)]);
      }),
      { numRuns: 300 },
    );
  });

  it('passes for random problems in parts', () => {
    fc.assert(
      fc.property(problems(), fc.integer({ min: 1, max: 500 }), (problem, most) => {
        const budget = { taps: most, products: most, partialProducts: Math.ceil(most / 4) };
        expect(proveWiring(problem, { budget })).toMatchObject({ verdict: 'pass' });
      }),
      { numRuns: 300 },
    );
  });

  it('fails where any one entry of the columns is another, and names a tap that differs there', () => {
    fc.assert(
      fc.property(problems(), fc.nat(), fc.nat(), (problem, entry, pixel) => {
        const input = tokens(inputShape(problem), problem.dtype);
        const other = input.data[pixel % input.data.length] as number;
        let changed = { row: 0, window: 0, sample: 0, was: 0 };
        const unfold: typeof PATHS.pipeline.unfold = (tensor, spec) => {
          const columns = PATHS.pipeline.unfold(tensor, spec);
          const [, rows, L] = columns.shape as [number, number, number];
          const at = entry % columns.data.length;
          changed = {
            sample: Math.floor(at / rows / L),
            row: Math.floor(at / L) % rows,
            window: at % L,
            was: columns.data[at] as number,
          };
          columns.data[at] = other;
          return columns;
        };
        const paths = { ...PATHS, pipeline: { ...PATHS.pipeline, unfold } };
        const { verdict, counterexample } = proveWiring(problem, { paths });
        expect(verdict).toBe(changed.was === other ? 'pass' : 'fail');
        if (changed.was === other) return;
        expect(counterexample).toMatchObject({
          obligation: 'P1',
          column: [changed.window, changed.row],
          found: { kind: 'element', of: 'input' },
        });
        expect(counterexample?.output?.[0]).toBe(changed.sample);
        expect(counterexample && readBy(problem, counterexample.output, counterexample.tap)).toEqual(
          counterexample?.expected,
        );
        expect(differenceSentence(problem, counterexample as never)).toMatch(
          /^output\[.*\): |^output\[.*holds input\[/,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('compares every tap of all 53 convolutions of ResNet-50', { tags: ['slow'], timeout: 120_000 }, () => {
    expect(RESNET_50).toHaveLength(53);
    const layers = RESNET_50.map((token) => describeProblem(token));
    const products = layers.reduce((sum, layer) => sum + tapCount(layer) * layer.outChannels, 0);
    expect(products).toBe(4_087_136_256); // 4.1 billion multiply-adds, as published
    for (const layer of layers) {
      expect(proveWiring(layer)).toMatchObject({ verdict: 'pass', mode: 'full', taps: tapCount(layer) });
    }
  });
});

/** What a tap reads, by its definition. */
function readBy(problem: Problem, output: readonly number[] = [], tap: readonly number[] = []): object {
  const [n, co, ...window] = output as [number, number, ...number[]];
  const [c, ...kernel] = tap as [number, ...number[]];
  const { groups, inChannels, outChannels, axes } = problem;
  const at = axes.map(
    (axis, a) =>
      (window[a] as number) * axis.stride + (kernel[a] as number) * axis.dilation - axis.paddingBegin,
  );
  if (at.some((i, a) => i < 0 || i >= (axes[a]?.inputSize ?? 0))) return { kind: 'padding' };
  const channel = Math.floor(co / (outChannels / groups)) * (inChannels / groups) + c;
  return { kind: 'element', of: 'input', index: [n, channel, ...at] };
}

describe('a token', () => {
  it.each(['float32', 'float64'] as const)('of %s is one element, and a sum of any two is none', (dtype) => {
    const shape = [3, 5];
    const { data } = tokens(shape, dtype);
    expect([...data].map((value) => elementOf(value, shape))).toEqual(
      Array.from({ length: 15 }, (_, i) => i),
    );
    for (const a of data) for (const b of data) expect(elementOf(a + b, shape)).toBeUndefined();
    expect(
      [0, data[0]! - 1, data[14]! + 1, 20.5, Number.NaN].map((value) => elementOf(value, shape)),
    ).toEqual(Array(5).fill(undefined));
  });
});

it('tokens beyond what float32 counts in pairs are float64', () => {
  expect(tokens([2 ** 22], 'float32').dtype).toBe('float32');
  expect(tokens([2 ** 22 + 1], 'float32').dtype).toBe('float64');
});

describe('random integers', () => {
  it('are as large as exact sums allow, and no more than the modulus can tell apart', () => {
    for (const K of [1, 9, 27, 576, 4608, 25088, 2 ** 20]) {
      const A = sumsMagnitude(K);
      expect(K * A * A).toBeLessThanOrEqual(2 ** 53);
      expect(Number.isInteger(Math.log2(A))).toBe(true);
      expect(sumsMissProbability(K)).toBe(1 / A + 2 ** -25);
    }
    expect(sumsMagnitude(1)).toBe(2 ** 20);
    expect(sumsMissProbability(4608)).toBeLessThan(1e-6);
  });
});

describe('what is run', () => {
  const holds = (token: string) =>
    tapSlices(describeProblem(token), VERIFY_BUDGET).map((slice) => slice.holds);

  it('is all where it is affordable, then samples, then planes, then axes', () => {
    expect(holds('mb10ic32ih1oc64kh3ph1')).toEqual(['all']);
    expect(holds('mb1ic64ih28oc64kh3ph1')).toEqual(['all']);
    expect(holds('mb8ic64ih28oc64kh3ph1')).toEqual(['samples', 'channels']);
    expect(holds('mb1ic64ih56oc64kh3ph1')).toEqual(['planes', 'channels']);
    expect(holds('mb1ic64ih224oc64kh3ph1')).toEqual(['planes', 'channels']);
    expect(holds('mb1ic1ih2048oc1kh3ph1')).toEqual(['rows', 'columns', 'channels']);
  });

  it('is all of two planes, as long as any two are compared whole', () => {
    // Few taps on many pixels, and 9·256² taps.
    expect(holds('mb1ic1ih1024oc1kh1sh64')).toEqual(['all']);
    expect(holds('mb1ic1ih256oc1kh3ph1')).toEqual(['all']);
    expect(holds('mb2ic1ih256oc1kh3ph1')).toEqual(['all']);
    expect(holds('g2mb1ic2ih256oc2kh3ph1')).toEqual(['all']);
    expect(holds('mb1ic3ih256oc1kh3ph1')).toEqual(['planes', 'channels']);
  });

  it('never costs more than it may', () => {
    for (const token of RESNET_50) {
      const problem = describeProblem(token);
      const { K, M } = {
        K: tapCount(problem) / problem.axes.reduce((L, a) => L * a.outputSize, 1),
        M: problem.outChannels,
      };
      const { taps, mapTaps = taps } = VERIFY_BUDGET;
      for (const slice of tapSlices(problem, VERIFY_BUDGET)) {
        expect(slice.taps).toBeLessThanOrEqual(taps);
        if (slice.holds === 'all') expect(slice.taps).toBeLessThanOrEqual(mapTaps);
      }
      for (const part of gemmParts(problem, VERIFY_BUDGET)) {
        const products = part.samples * part.M * K * part.L;
        // A whole weight matrix is the least that shows every channel.
        expect(products).toBeLessThanOrEqual(Math.max(VERIFY_BUDGET.products, M * K));
      }
    }
  });
});

describe('in verify, the wiring', () => {
  const problem = describeProblem('mb2ic3ih6oc4kh3ph1');

  it('comes first, and is run only where it is asked for', () => {
    expect(verify(problem).checks[0]).toMatchObject({
      witness: 'wiring',
      verdict: 'pass',
      wiring: { taps: 1944 },
    });
    expect(
      verify(problem, { witnesses: ['rounding', 'wiring'] }).checks.map(({ witness }) => witness),
    ).toEqual(['wiring', 'rounding']);
    expect(verify(problem, { witnesses: ['exact'] }).checks.map(({ witness }) => witness)).toEqual(['exact']);
  });

  it('draws integers of its own only where no trials do', () => {
    const P3 = (witnesses: readonly Witness[], operands = {}) =>
      verify(problem, { witnesses, operands }).checks[0]?.wiring?.obligations.find(({ id }) => id === 'P3')
        ?.how;
    expect(P3(['wiring', 'exact'])).toContain('left to the exact witness');
    const drawn = 'a wrong sum would pass with probability ≤ 9.8e-7';
    expect(P3(['wiring', 'rounding'])).toContain(drawn);
    expect(P3(['wiring', 'exact'], fillOperands(problem, 'integer', 1))).toContain(drawn);
  });

  it('does not make an external output pass', () => {
    const { data } = verify(problem);
    const wrong = { ...data.output, data: data.output.data.map((value) => value + 1) };
    const { verdict, checks } = verify(problem, {
      operands: data.operands,
      external: wrong,
      witnesses: ['wiring'],
    });
    expect(verdict).toBe('fail');
    expect(checks.filter(({ actual }) => actual === 'external')).toMatchObject([{ verdict: 'fail' }]);
  });

  it('makes up for a blind run of the decomposition, and of nothing else', () => {
    const blind = { fill: 'impulse', strict: true } as const;
    const alone = verify(problem, { ...blind, witnesses: ['rounding'] });
    expect([alone.verdict, alone.checks[0]?.reason]).toEqual(['inconclusive', 'low-sensitivity']);
    const wired = verify(problem, { ...blind, witnesses: ['wiring', 'rounding'] });
    expect(wired.verdict).toBe('pass');
    const external = verify(problem, {
      ...blind,
      external: wired.data.output,
      witnesses: ['wiring', 'rounding'],
    });
    const judged = external.checks.filter(({ actual }) => actual === 'external');
    expect(judged).toMatchObject([{ verdict: 'inconclusive', reason: 'low-sensitivity' }]);
    expect(
      warningsOf(wired.checks, { loaded: [], generated: ['input', 'weight'], fill: 'uniform', seed: 0 }),
    ).toEqual([]);
  });

  it('does not, where it was proved in parts', () => {
    const [wiring, rounding] = verify(problem, { fill: 'impulse', witnesses: ['wiring', 'rounding'] }).checks;
    if (wiring?.witness !== 'wiring' || rounding === undefined) throw new Error('two checks were asked for');
    const inParts = { ...wiring, wiring: { ...wiring.wiring, mode: 'per-axis' as const } };
    expect(isBlind(rounding, [wiring, rounding])).toBe(false);
    expect(isBlind(rounding, [inParts, rounding])).toBe(true);
  });
});
