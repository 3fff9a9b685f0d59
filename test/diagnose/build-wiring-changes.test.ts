/**
 * What changes make of the right wiring: in their order, and each in the words of its stage.
 */
import { describe, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { buildWiring, type Choices, rawCount } from '../../src/diagnose/build-wiring.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { type Change, type Context, NONE, type Wiring } from '../../src/diagnose/wiring.ts';
import { tiny } from './tiny.ts';

const wiringOf = (params: ConvParams, changes: readonly Change[] = [], choices?: Choices) =>
  buildWiring(sizesOf(tiny(params)), changes, choices) as Wiring;

describe('a change', () => {
  const row: ConvParams = { inputSize: [3] };
  const resized = (windows: number, kernelSize = 1): Change => ({
    axes: ([h, w, d]) => [h, { ...w, windows, kernelSize }, d],
  });

  test('that leaves no window or no tap makes no wiring', () => {
    const given = sizesOf(tiny(row));
    expect(buildWiring(given, [resized(0)])).toBeUndefined();
    expect(buildWiring(given, [resized(1, 0)])).toBeUndefined();
    expect(buildWiring(given, [resized(1, 1)])?.L).toBe(1);
    const depthless: Change = { axes: ([h, w, d]) => [h, w, { ...d, windows: 0 }] };
    expect(buildWiring(given, [depthless])).toBeUndefined();
  });

  test.each([Number.POSITIVE_INFINITY, Number.NaN])(
    'that makes a step of 0, and %d windows, makes none',
    (count) => {
      const given = sizesOf(tiny(row));
      expect(buildWiring(given, [resized(count)])).toBeUndefined();
      expect(buildWiring(given, [resized(1, count)])).toBeUndefined();
    },
  );

  test('of a pixel is read as it is, however often: what is kept is of each tap and window', () => {
    const square: ConvParams = { inputSize: [3, 3], kernelSize: [2, 2], padding: 1, batch: 2 };
    const asked: string[] = [];
    const noted: Change = {
      pixel: (pixel) => (kh, kw, oh, ow) => {
        asked.push([kh, kw, oh, ow].join());
        return kh === 0 && kw === 0 && oh === 0 && ow === 0 ? -1 : pixel(kh, kw, oh, ow);
      },
    };
    const { columns, rows, L } = wiringOf(square, [noted]);
    const all = () =>
      Array.from({ length: 2 * rows * L }, (_, i) =>
        columns(Math.floor(i / rows / L), Math.floor(i / L) % rows, i % L),
      );
    const first = all();
    expect(first[0]).toBe(NONE);
    // An address before the first: of the second sample it is the first one's last pixel.
    expect(first[rows * L]).toBe(8);
    const before = asked.length;
    for (let round = 0; round < 3; round++) expect(all()).toEqual(first);
    // Only what is not kept, the address -1, is asked for again: of both samples in each round.
    expect(asked.length - before).toBe(6);
    // Beyond the windows nothing is kept, nor what is kept taken.
    expect(columns(0, 2, 5)).toBe(3);
    expect(columns(0, 1, L + 5)).toBe(NONE);
    expect(columns(0, 3, -L + 5)).toBe(NONE);
  });

  test('of other stages leaves each of the rest the very map that it was', () => {
    const given = sizesOf(tiny({ ...row, direction: 'grad-input' }));
    const [right, other] = [buildWiring(given, []), buildWiring(given, [{ weight: () => () => 0 }])];
    expect(other?.weight).not.toBe(right?.weight);
    for (const stage of ['pixel', 'plane', 'columns', 'incoming', 'bias', 'output'] as const)
      expect(other?.[stage]).toBe(right?.[stage]);
  });

  test('of axes is made on the axes as they stand, and others follow it', () => {
    const twice: Change = { axes: ([h, w, d]) => [h, { ...w, windows: w.windows * 2 }, d] };
    const less: Change = { axes: ([h, w, d]) => [h, { ...w, windows: w.windows - 1 }, d] };
    expect(wiringOf(row, [twice, {}, less]).L).toBe(5);
    expect(wiringOf(row, [less, twice]).L).toBe(4);
    const kernel: Change = {
      axes: ([h, w, d]) => [
        { ...h, kernelSize: 2 },
        { ...w, kernelSize: 3 },
        { ...d, kernelSize: 5 },
      ],
    };
    expect(wiringOf({ ...row, inChannels: 2, outChannels: 2, groups: 1 }, [kernel]).rows).toBe(60);
  });

  test('of a stage gets it as it stands', () => {
    const by = (factor: number, more: number): Change => ({
      weight: (weight) => (co, c, kh, kw, kd) => weight(co, c, kh, kw, kd) * factor + more,
      bias: (bias) => (n, co, oh, ow, od) => bias(n, co, oh, ow, od) * factor + more,
      output: (output) => (n, co, oh, ow, od) => output(n, co, oh, ow, od) * factor + more,
    });
    const wiring = wiringOf({ ...row, outChannels: 3, bias: true }, [by(2, 1), {}, by(3, 0)]);
    expect(wiring.weight(1, 0, 0, 0, 0)).toBe(9);
    expect(wiring.bias(0, 2, 0, 0, 0)).toBe(15);
    expect(wiring.output(0, 1, 0, 0, 0)).toBe(21);
  });

  test('of pixels, depths, planes and the input reaches the columns', () => {
    const params: ConvParams = { inputSize: [2, 2, 2], inChannels: 2 };
    const read = (change: Change, ...at: [number, number, number]) =>
      wiringOf(params, [change]).columns(...at);
    expect(read({ pixel: () => () => 3 }, 0, 1, 4)).toBe(15);
    expect(read({ pixel: () => () => NONE }, 0, 1, 4)).toBe(NONE);
    expect(read({ pixel: () => () => Number.NaN }, 0, 1, 4)).toBe(NONE);
    expect(read({ depth: () => () => 0 }, 0, 1, 7)).toBe(8 + 3);
    expect(read({ plane: () => () => 0 }, 0, 1, 7)).toBe(7);
    expect(read({ input: (input) => (offset) => 15 - input(offset) }, 0, 1, 7)).toBe(0);
    expect(read({ columns: (columns) => (n, k, l) => columns(n, k, l) - 1 }, 0, 1, 7)).toBe(14);
  });

  test('of planes is told the group, one of the input nothing of the padding', () => {
    const groups = { ...row, inChannels: 4, outChannels: 2, groups: 2 };
    const asked: (readonly number[])[] = [];
    const { columns } = wiringOf(groups, [
      {
        plane:
          () =>
          (...plane) =>
            asked.push(plane),
      },
    ]);
    for (const k of [0, 1, 2, 3]) columns(0, k, 0);
    expect(asked).toEqual([0, 1, 2, 3].map((channel) => [0, Math.floor(channel / 2), channel % 2]));
    for (const at of [NONE, Number.NaN])
      expect(wiringOf(row, [{ pixel: () => () => at, input: () => () => 2 }]).columns(0, 0, 0)).toBe(NONE);
  });

  test('reads nothing outside of the input, and its first and last element', () => {
    const at = (offset: number) => wiringOf(row, [{ input: () => () => offset }]).columns(0, 0, 0);
    expect([-1, 0, 2, 3].map(at)).toEqual([NONE, 0, 2, NONE]);
  });

  test('of what stands once: the last one of them', () => {
    const once = (value: number): Change => ({
      paddingValue: () => value,
      inputGain: () => () => value,
      keeps: () => () => value > 1,
      written: () => () => value,
      biasTimes: value,
      alsoAdds: () => () => [value],
      outputGain: () => () => value,
      arithmetic: { operand: () => value },
      raises: () => `${value}`,
      shape: () => [1, 1, 1, 1, value],
    });
    const wiring = wiringOf(row, [once(1), once(2), {}]);
    expect([wiring.paddingValue, wiring.biasTimes, wiring.raises, wiring.shape]).toEqual([
      2,
      2,
      '2',
      [1, 1, 2],
    ]);
    expect(wiring.inputGain?.(0)).toBe(2);
    expect(wiring.keeps?.(0, 0)).toBe(true);
    expect(wiring.written?.(0, 0, 0)).toBe(2);
    expect(wiring.alsoAdds?.(0, 0, 0, 0, 0)).toEqual([2]);
    expect(wiring.outputGain?.(0, 0, 0, 0, 0)).toBe(2);
    expect(wiring.arithmetic?.operand?.(0)).toBe(2);
    const permuted = wiringOf({ ...row, outChannels: 2 }, [{ permuted: [1, 0, 2, 3, 4] }, {}]);
    expect(permuted.shape).toEqual([2, 1, 3]);
  });

  test('is told sizes in its stage’s words, and the changed axes', () => {
    const seen: Record<string, readonly number[]> = {};
    const noted = <T>(stage: string, { sizes, axes, rows, L }: Context, value: T): T => {
      seen[stage] = [sizes.C_in, sizes.C_out, axes[1].windows, rows, L];
      return value;
    };
    const noting: Change = {
      ...resized(2),
      pixel: (pixel, context) => noted('pixel', context, pixel),
      depth: (depth, context) => noted('depth', context, depth),
      plane: (plane, context) => noted('plane', context, plane),
      input: (input, context) => noted('input', context, input),
      columns: (columns, context) => noted('columns', context, columns),
      weight: (weight, context) => noted('weight', context, weight),
      bias: (bias, context) => noted('bias', context, bias),
      output: (output, context) => noted('output', context, output),
      keeps: (context) => noted('keeps', context, () => true),
      written: (context) => noted('written', context, () => 0),
      inputGain: (context) => noted('inputGain', context, () => 1),
      alsoAdds: (context) => noted('alsoAdds', context, () => []),
      outputGain: (context) => noted('outputGain', context, () => 1),
      shape: (context) => noted('shape', context, [1, 2, 1, 1, 3]),
      raises: (context) => noted('raises', context, undefined),
    };
    wiringOf({ ...row, inChannels: 2, outChannels: 5, direction: 'grad-input' }, [noting]);
    const [own, turned] = [
      [2, 5, 2, 2, 2],
      [5, 2, 2, 2, 2],
    ];
    const told = (stages: readonly string[], words: readonly number[] | undefined) =>
      Object.fromEntries(stages.map((stage) => [stage, words]));
    expect(seen).toEqual({
      ...told(['pixel', 'depth', 'columns', 'weight', 'keeps', 'written', 'inputGain', 'raises'], own),
      ...told(['plane', 'input', 'bias', 'output', 'alsoAdds', 'outputGain', 'shape'], turned),
    });
  });
});

describe('in grad-input', () => {
  const params: ConvParams = {
    inputSize: [3],
    inChannels: 4,
    outChannels: 6,
    groups: 2,
    direction: 'grad-input',
  };

  test('planes and the input are those of the incoming gradient', () => {
    const changed = wiringOf(params, [
      { plane: (plane) => (n, g, c) => plane(n, 1 - g, c) },
      { input: (input) => (offset) => input(offset) + 1 },
    ]);
    expect(changed.incoming(0, 1, 0)).toBe(4 * 3 + 1);
    expect(changed.incoming(0, 2, 2)).toBe(NONE);
    expect(changed.columns(0, 1, 2)).toBe(5);
    const at = (offset: number) => wiringOf(params, [{ input: () => () => offset }]).incoming(0, 0, 0);
    expect([-1, 0, 17, 18].map(at)).toEqual([NONE, 0, 17, NONE]);
  });

  test('the incoming gradient has the sizes of the right windows', () => {
    const deep = wiringOf(
      {
        ...params,
        inputSize: [4, 6, 9],
        kernelSize: [1, 4, 2],
        stride: [1, 2, 3],
        padding: [0, 0, 1],
        dilation: [1, 1, 2],
        batch: 2,
      },
      [{ input: () => (offset) => offset }],
    );
    expect(deep.incoming(1, 5, 23)).toBe(2 * 6 * 24 - 1);
    expect(deep.incoming(1, 5, 24)).toBe(NONE);
  });
});

describe('windows of another number', () => {
  const fewer: Change = {
    axes: ([h, w, d]) => [{ ...h, windows: 2 }, { ...w, windows: 3 }, d],
  };
  const plane: ConvParams = { inputSize: [4, 5] };

  test('are the output’s own, or laid out to the right size', () => {
    expect(wiringOf(plane, [fewer]).shape).toEqual([1, 1, 2, 3]);
    const corner = wiringOf(plane, [fewer], { fit: 'corner' });
    expect(corner.shape).toEqual([1, 1, 4, 5]);
    expect([corner.output(0, 0, 1, 2, 0), corner.output(0, 0, 2, 0, 0)]).toEqual([5, NONE]);
    expect(wiringOf(plane, [fewer], { biasJoins: 'output' }).biasJoins).toBe('output');
  });

  test('do not fit an incoming gradient, unless they are laid out', () => {
    const gradient = { ...plane, direction: 'grad-weight' } as const;
    const words = 'the incoming gradient is 4×5, but there are 2×3 windows';
    expect(wiringOf(gradient, [fewer]).raises).toBe(words);
    expect(wiringOf({ ...plane, direction: 'grad-input' }, [fewer]).raises).toBe(words);
    expect(wiringOf(plane, [fewer]).raises).toBeUndefined();
    expect(wiringOf(gradient, [fewer], { fit: 'corner' }).raises).toBeUndefined();
    expect(wiringOf(gradient).raises).toBeUndefined();
    expect(wiringOf(gradient, [fewer, { raises: () => 'other' }]).raises).toBe('other');
    const deep: Change = { axes: ([h, w, d]) => [h, w, { ...d, windows: 2 }] };
    expect(wiringOf({ inputSize: [3, 4, 5], direction: 'grad-weight' }, [deep]).raises).toBe(
      'the incoming gradient is 3×4×5, but there are 2×4×5 windows',
    );
    const row: Change = { axes: ([h, w, d]) => [h, { ...w, windows: 2 }, d] };
    expect(wiringOf({ inputSize: [3], direction: 'grad-weight' }, [row]).raises).toBe(
      'the incoming gradient is 3, but there are 2 windows',
    );
  });
  test('are what sums are of, however they are laid out', () => {
    const fewer: Change = { axes: ([h, w, d]) => [h, { ...w, windows: 2 }, d] };
    expect(rawCount(wiringOf({ inputSize: [3] }, [fewer], { fit: 'corner' }))).toBe(2);
  });
});
