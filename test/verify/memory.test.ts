import { describe, expect, it } from 'vitest';
import type { Stages } from '../../src/core/decompose.ts';
import type { Axis } from '../../src/core/geometry.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { kernelBytes } from '../../src/kernels/decompose.ts';
import { directMemory } from '../../src/kernels/engine.ts';
import { estimateMemory, formatBytes, requireIndexable, requireMemory } from '../../src/verify/memory.ts';
import { verify } from '../../src/verify/verify.ts';
import { thrownBy } from '../core/thrown.ts';
import { asConvolution } from '../operands.ts';

const problem = describeProblem('g2mb2ic4ih5oc6oh5kh3ph1', {
  padding: 1,
  paddingEnd: 2,
  stride: 1,
  outputSize: 6,
  bias: true,
});

describe('the memory of a run', () => {
  it('is estimated tensor by tensor, before any is made', () => {
    const { data } = verify(problem, { witnesses: ['rounding'], keepStages: true });
    const { input, weight, bias } = asConvolution(data.operands);
    const { padded, columns, product, output } = data.stages as Stages;
    const bytes = Object.fromEntries(
      estimateMemory(problem, { keepStages: true }).map(({ name, bytes }) => [name, bytes]),
    );
    expect(bytes).toMatchObject({
      // An integer trial has tensors of its own beside the run's.
      input: 2 * input.data.byteLength,
      weight: 2 * weight.data.byteLength,
      bias: 2 * (bias?.data.byteLength ?? 0),
      'padded input': padded?.data.byteLength,
      columns: columns.data.byteLength,
      product: product.data.byteLength,
      'biased product': product.data.byteLength,
      output: output.data.byteLength,
      // Values, magnitudes and terms.
      direct: 2 * data.direct.output.byteLength + data.direct.terms.byteLength,
    });
  });

  it('doubles in float64, but for what is float64 anyway', () => {
    const wide = Object.fromEntries(
      estimateMemory({ ...problem, dtype: 'float64' }).map((a) => [a.name, a.bytes]),
    );
    for (const { name, bytes } of estimateMemory(problem)) {
      expect(wide[name]).toBe(name === 'direct' || name === 'taps' ? bytes : 2 * bytes);
    }
  });

  it('may be all that is allowed, and not a byte more', () => {
    const total = estimateMemory(problem).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(() => requireMemory(problem, total)).not.toThrow();
    const error = thrownBy(() => requireMemory(problem, total - 1));
    expect(error.code).toBe('too-large');
    expect(error.message).toMatch(/^this problem needs about .* KiB \(.*: .* KiB\), but .* KiB are allowed$/);
    expect(thrownBy(() => verify(problem, { maxMemory: total - 1 })).code).toBe('too-large');
  });

  it('is refused at once for a problem that no machine holds', () => {
    const huge = describeProblem('mb1000000ic1000000ih100000oc1000000kh3');
    expect(thrownBy(() => requireMemory(huge, 2 ** 40)).message).toContain('columns: ');
  });

  it.each<[string, string, string | undefined]>([
    // (N, 1, 2^15, 2^15) of float32 is N·4 GiB; windows of one pixel, far apart, keep all else small.
    ['an input of 8 GiB, though a trial has one of its own', 'mb2ic1ih32768oc1kh1sh32768', undefined],
    [
      'an input of 12 GiB',
      'mb3ic1ih32768oc1kh1sh32768',
      'the input of this problem would fill an array of 12 GiB',
    ],
    // 2^29 outputs: 4 GiB for values, 4 for magnitudes, 2 for terms.
    ['three direct arrays of 10 GiB', 'mb2ic1ih32768oc1kh1sh2', undefined],
    ['columns of 16 GiB', 'mb1ic1ih32769oc1kh2', 'the columns of this problem would fill an array of 16 GiB'],
  ])('is judged, of %s, by its longest array', (_, token, refused) => {
    const judge = () => requireMemory(describeProblem(token), Number.POSITIVE_INFINITY);
    if (refused === undefined) expect(judge).not.toThrow();
    else {
      expect(thrownBy(judge).message).toBe(`${refused}, but one holds at most 8 GiB`);
    }
  });

  it.each(['forward', 'grad-input', 'grad-weight'] as const)(
    'has no columns where kernels run: %s',
    (direction) => {
      const large = describeProblem('g2mb4ic8ih30oc6kh3', {
        direction,
        dtype: 'float16',
        padding: 1,
        paddingEnd: 2,
      });
      const bytesOf = (keepStages: boolean) =>
        Object.fromEntries(estimateMemory(large, { keepStages }).map(({ name, bytes }) => [name, bytes]));
      const { columns, product, ...kept } = bytesOf(true);
      const packed = bytesOf(false);
      // One group's columns of one sample, K·L, and what they fold to, of grad-input; samples have enough windows each.
      const folds = direction === 'grad-input';
      expect(packed).toEqual({
        ...kept,
        'packed matrices': Math.max(kernelBytes(large) ?? 0, directMemory(large)),
        ...(folds && { 'columns of one group': 36 * 961 * 4, 'output of one group': 4 * 33 * 33 * 4 }),
      });
      // Of the gradients the incoming one's are those that are listed last.
      expect(columns).toBe(4 * (direction === 'forward' ? 8 * 9 : 6) * 961 * 4);
      expect(packed['packed matrices']).toBeGreaterThan(0);
      // Two indices for each tap of each window.
      expect(packed.contacts).toBe(direction === 'forward' ? undefined : 2 * 9 * 961 * 4);
      expect(product).toBeGreaterThan(0);
    },
  );

  it('counts an array no longer than all of its kind', () => {
    for (const { bytes, longest } of estimateMemory(problem)) {
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(bytes);
    }
    const { input, direct, taps, columns } = Object.fromEntries(
      estimateMemory(problem).map(({ name, bytes, longest }) => [name, bytes / longest]),
    );
    expect([input, direct, taps, columns]).toEqual([2, 20 / 8, 2, 1]);
  });

  it('is refused where a channel plane has more pixels than the index map can name', () => {
    const plane = describeProblem('mb1ic1ih65536oc1kh1sh65536');
    const error = thrownBy(() => requireMemory(plane, Number.POSITIVE_INFINITY));
    expect([error.code, error.message]).toEqual([
      'too-large',
      'a channel plane has 4294967296 pixels with its padding, but this version indexes at most 2^31 - 1',
    ]);
    expect(() =>
      requireMemory(describeProblem('mb1ic1ih32768oc1kh1sh32768'), Number.POSITIVE_INFINITY),
    ).not.toThrow();
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1020 bytes'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [2 ** 20 * 12.345, '12.3 MiB'],
    [2 ** 30, '1 GiB'],
    [2 ** 70, '1020 EiB'],
  ])('%d are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

it('of two kinds that need as much, the first is named', () => {
  const alike = describeProblem('mb1ic2ih50oc1kh50', { dtype: 'float64' }); // input and weight: 2·50² elements, for two runs
  expect(thrownBy(() => requireMemory(alike, 1, { keepStages: true })).message).toContain(
    '(input: 78.1 KiB)',
  );
});

it('two index maps of unfold are counted, kH·kW·L entries of 4 bytes each', () => {
  const taps = estimateMemory(describeProblem('mb3ic5ih7iw5oc2kh3kw2')).find(({ name }) => name === 'taps');
  expect(taps).toEqual({ name: 'taps', bytes: 3 * 2 * 5 * 4 * 8, longest: 3 * 2 * 5 * 4 * 4 });
});

describe('a channel plane', () => {
  const most = 2 ** 31 - 1;
  const isIndexable = (inputSize: number, paddingBegin: number, paddingEnd: number) => {
    const [row, column] = describeProblem('mb1ic1ih1oc1kh1').axes as [Axis, Axis];
    const axes = [row, { ...column, inputSize, paddingBegin, paddingEnd }];
    try {
      requireIndexable({ ...problem, axes });
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    [most, 0, 0, true],
    [most + 1, 0, 0, false],
    [most - 3, 1, 2, true],
    [most - 3, 2, 2, false],
    [most - 3, 5, -2, true],
    [most - 3, -2, 6, false],
    [most + 1, -5, -5, false], // the input itself is held, too
  ])('of %i pixels, padded by %i and %i: %s', (inputSize, begin, end, expected) => {
    expect(isIndexable(inputSize, begin, end)).toBe(expected);
  });
});
