/**
 * Layers that are named again.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { layersOf } from '../../src/cli/repeats.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { verify } from '../../src/verify/verify.ts';
import { run } from '../host.ts';
import { RESNET_50 } from '../resnet-50.ts';

vi.mock(import('../../src/verify/verify.ts'), async (original) => {
  const module = await original();
  return { ...module, verify: vi.fn(module.verify) };
});

beforeEach(() => {
  vi.mocked(verify).mockClear();
});

/** Indices of the layers that would be verified. */
const differentOf = (problems: readonly Problem[]) => layersOf(problems, () => {}).different;

describe('different layers', () => {
  it('are told by the problem, however it is written', () => {
    const written = ['mb1ic2ih5oc3kh3', 'mb1ic2ih5oc3kh3ph1', 'mb1ic2ih5oc3kh3ph0', 'mb1ic2ih6oc3kh3'];
    expect(differentOf(written.map((token) => describeProblem(token)))).toEqual([0, 1, 3]);
    const pasted = describeProblem('Conv2d(2, 3, kernel_size=(3, 3), bias=False)', { inputSize: 5 });
    expect(differentOf([describeProblem('mb1ic2ih5oc3kh3'), pasted])).toEqual([0]);
  });

  it.each([
    ['dtype', { dtype: 'float64' }],
    ['direction', { direction: 'grad-input' }],
    ['padding mode', { paddingMode: 'reflect' }],
    ['bias', { bias: true }],
  ] as const)('are told by their %s', (_, params) => {
    const token = 'mb1ic2ih5oc3kh3ph1';
    expect(differentOf([describeProblem(token), describeProblem(token, params)])).toEqual([0, 1]);
  });

  it('are 23 of the 53 convolutions of ResNet-50', () => {
    expect(differentOf(RESNET_50.map((token) => describeProblem(token)))).toHaveLength(23);
  });

  it('are printed in the order of all, those that wait as soon as they may be', () => {
    const [a, b, c] = ['mb1ic1ih3oc1kh1', 'mb1ic1ih4oc1kh1', 'mb1ic1ih5oc1kh1'] as const;
    const printed: string[] = [];
    const problems = [a, b, a, c, b].map((token) => describeProblem(token));
    const { different, verified } = layersOf(problems, (index, text) => printed.push(`${index} ${text}`));
    expect(different).toEqual([0, 1, 3]);
    verified(3, 'c');
    expect(printed).toEqual([]);
    verified(0, 'a');
    expect(printed).toEqual(['0 a']);
    verified(1, 'b');
    expect(printed).toEqual(['0 a', '1 b', '2 a', '3 c', '4 b']);
  });
});

describe('a layer that is named again', () => {
  const [small, other, undecided] = ['mb1ic1ih3oc1kh2', 'mb1ic2ih4oc1kh3', 'mb1ic1ih1oc1oh1kh1ph1'];

  it.each([[[]], [['--json']], [['--quiet']], [['--verbose']], [['--witness=rounding']]])(
    'is verified once and printed as if it were verified again: %j',
    async (form) => {
      const alone = await Promise.all([small, other].map((layer) => run(['verify', layer, ...form])));
      vi.mocked(verify).mockClear();
      const { stdout, exitCode } = await run(['verify', small, other, small, small, ...form]);
      expect(verify).toHaveBeenCalledTimes(2);
      const [a, b] = alone.map((each) => each.stdout) as [string, string];
      const between = form.some((word) => word === '--json' || word === '--quiet') ? '' : '\n';
      expect(stdout).toBe([a, b, a, a].join(between));
      expect(exitCode).toBe(0);
    },
  );

  it('counts for the exit code, wherever it stands', async () => {
    const words = ['verify', '--witness=rounding', '--quiet'];
    for (const layers of [
      [undecided, small, undecided],
      [small, undecided, small],
    ]) {
      expect((await run([...words, ...layers])).exitCode).toBe(3);
    }
  });

  it('is verified anew by itself', async () => {
    await run(['verify', small, '--quiet']);
    await run(['verify', small, '--quiet']);
    expect(verify).toHaveBeenCalledTimes(2);
  });
});
