/**
 * Each stage is compared at each of its entries, and only where some window reads.
 */
import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/diagnose/wiring.ts';
import { NONE } from '../../src/diagnose/wiring.ts';
import { samenessAt, tiny, upTo } from './tiny.ts';

/** 2 samples, 4 channels in 2 groups to 6; D, H, W = 2, 3, 4 with a kernel of 2, 1, 3: no two sizes alike. */
const BLOCK = {
  batch: 2,
  inChannels: 4,
  outChannels: 6,
  groups: 2,
  inputSize: [2, 3, 4],
  kernelSize: [2, 1, 3],
  bias: true,
};
/** Windows of it: 1·3·2; rows of a group: 2·2·1·3. */
const WINDOWS = 6;
const ROWS = 12;

/** Of a kernel 3×2×4 the taps at kd = 1, kh = 1 and kw = 0 or 1 are inside, all others in the padding. */
const FEW_LIVE = tiny({
  inChannels: 2,
  outChannels: 2,
  inputSize: [1, 1, 2],
  kernelSize: [3, 2, 4],
  padding: [1, 1, 0],
  paddingEnd: [1, 0, 2],
});
/** Of a kernel 2×3×4 the last tap alone is inside. */
const LAST_LIVE = { inputSize: [1, 1, 1], kernelSize: [2, 3, 4], padding: [1, 2, 3], paddingEnd: [0, 0, 0] };
/** The two taps stand on both sides of the only pixel. */
const NONE_LIVE = { inputSize: [1], kernelSize: [2], dilation: 2, padding: [1] };

const off = (isHere: boolean): number => (isHere ? 1 : 0);
const everywhere = (count: number, word: string) => upTo(count).map(() => word);

describe('a weight, and what enters the sum', () => {
  const taps = upTo(2 * 3 * 2 * 4);
  const live = taps.map((k) => {
    const [kd, kh, kw] = [Math.floor(k / 8) % 3, Math.floor(k / 4) % 2, k % 4];
    return kd === 1 && kh === 1 && kw < 2 ? 'different' : 'same';
  });

  test.each([0, 1])('matters at every tap that is read, of output channel %i', (channel) => {
    expect(live.filter((word) => word === 'different')).toHaveLength(4);
    const found = taps.map((k) =>
      samenessAt(FEW_LIVE, {
        weight: (weight) => (co, c, kh, kw, kd) =>
          weight(co, c, kh, kw, kd) + off(co === channel && ((c * 3 + kd) * 2 + kh) * 4 + kw === k),
      }),
    );
    expect(found).toEqual(live);
    const kept = taps.map((k) =>
      samenessAt(FEW_LIVE, { keeps: () => (at, co) => at !== k || co !== channel }),
    );
    expect(kept).toEqual(live);
  });
});

test('the bias and a factor matter at every place of the output', () => {
  const problem = tiny(BLOCK);
  const places = upTo(2 * 6 * WINDOWS);
  // n, co, od, oh, ow with OD, OH, OW = 1, 3, 2.
  const isAt = (at: number, n: number, co: number, oh: number, ow: number, od: number) =>
    (((n * 6 + co) * 1 + od) * 3 + oh) * 2 + ow === at;
  const bias = (at: number): Change => ({
    bias:
      (right) =>
      (...place) =>
        right(...place) + off(isAt(at, ...place)),
  });
  const gain = (at: number): Change => ({
    outputGain:
      () =>
      (...place) =>
        1 + off(isAt(at, ...place)),
  });
  expect(places.map((at) => samenessAt(problem, bias(at)))).toEqual(everywhere(72, 'different'));
  expect(places.map((at) => samenessAt(problem, gain(at)))).toEqual(everywhere(72, 'different'));
  expect([bias(72), gain(72)].map((change) => samenessAt(problem, change))).toEqual(['same', 'same']);
});

test('a factor on an output that is 0 for every input changes nothing, unless it is no number', () => {
  // The only tap of the weight stands in the padding.
  const empty = tiny({
    inputSize: [1],
    stride: 3,
    padding: 1,
    batch: 2,
    outChannels: 3,
    direction: 'grad-weight',
  });
  const gain = (factor: number): Change => ({ outputGain: () => () => factor });
  expect(samenessAt(empty, gain(2))).toBe('same');
  expect(samenessAt(empty, gain(Number.NaN))).toBe('different');
  expect(samenessAt(empty, gain(Number.POSITIVE_INFINITY))).toBe('different');
  expect(samenessAt(tiny({ inputSize: [1], direction: 'grad-weight' }), gain(2))).toBe('different');
});

describe('a plane', () => {
  const change = (n: number, g: number, c: number): Change => ({
    plane: (plane) => (atN, atG, atC) => plane(atN, atG, atC) + off(atN === n && atG === g && atC === c),
  });
  const places = (channels: number) =>
    [0, 1].flatMap((n) => [0, 1].flatMap((g) => upTo(channels).map((c) => [n, g, c] as const)));

  test('matters for every sample, group and channel of what is read', () => {
    const found = places(2).map((place) => samenessAt(tiny(BLOCK), change(...place)));
    expect(found).toEqual(everywhere(8, 'different'));
    expect(samenessAt(tiny(BLOCK), change(0, 0, 2))).toBe('same');
    const gradient = tiny({ ...BLOCK, bias: false, direction: 'grad-input' });
    expect(places(3).map((place) => samenessAt(gradient, change(...place)))).toEqual(
      everywhere(12, 'different'),
    );
    expect(samenessAt(gradient, change(0, 0, 3))).toBe('same');
  });

  test('matters where one tap alone is read, and not where none is', () => {
    expect(samenessAt(tiny(LAST_LIVE), change(0, 0, 0))).toBe('different');
    expect(samenessAt(tiny({ inputSize: [2], kernelSize: [1] }), change(0, 0, 0))).toBe('different');
    expect(samenessAt(tiny(NONE_LIVE), change(0, 0, 0))).toBe('same');
  });
});

describe('what is read in place of a pixel', () => {
  const change = (at: number): Change => ({
    input: (input) => (offset) => input(offset) + off(offset === at),
  });
  const gain = (at: number): Change => ({ inputGain: () => (pixel) => 1 + off(pixel === at) });
  // Of 2×3×4 pixels those with even coordinates are read, by 1×2×2 windows.
  const strided = { inputSize: [2, 3, 4], kernelSize: [1, 1, 1], stride: 2 };
  const isEven = (i: number) => [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4].every((x) => x % 2 === 0);

  test('matters for every pixel that some window reads', () => {
    const problem = tiny({ ...strided, batch: 2, inChannels: 3 });
    const pixels = upTo(2 * 3 * 24);
    const due = pixels.map((i) => (isEven(i % 24) ? 'different' : 'same'));
    expect(pixels.map((at) => samenessAt(problem, change(at)))).toEqual(due);
    const ofChannel = upTo(24).map((i) => (isEven(i) ? 'different' : 'same'));
    expect(upTo(24).map((at) => samenessAt(problem, gain(at)))).toEqual(ofChannel);
  });

  test('matters in grad-input for every window that reads some pixel', () => {
    // 3×1×4 windows, of which the outermost are in the padding, where there is any.
    const problem = tiny({
      direction: 'grad-input',
      batch: 2,
      outChannels: 3,
      inputSize: [1, 1, 2],
      kernelSize: [1, 1, 1],
      padding: [1, 0, 1],
    });
    const windows = upTo(2 * 3 * 12);
    const due = windows.map((i) => {
      const [od, ow] = [Math.floor(i / 4) % 3, i % 4];
      return od === 1 && (ow === 1 || ow === 2) ? 'different' : 'same';
    });
    expect(due.filter((word) => word === 'different')).toHaveLength(12);
    expect(windows.map((at) => samenessAt(problem, change(at)))).toEqual(due);
  });
});

test('a column matters in every row and for every window of every sample', () => {
  const entries = upTo(2 * 2 * ROWS * WINDOWS);
  const found = entries.map((at) =>
    samenessAt(tiny(BLOCK), {
      columns: (columns) => (n, row, l) =>
        columns(n, row, l) + off((n * 2 * ROWS + row) * WINDOWS + l === at),
    }),
  );
  expect(found).toEqual(everywhere(entries.length, 'different'));
});

describe('where a tap reads', () => {
  test('matters for every tap and window, across and in depth', () => {
    const problem = tiny({ inputSize: [3, 3, 4], kernelSize: [2, 2, 1] });
    // kh, kw, oh, ow = 2, 1, 2, 4; kd, od = 2, 2.
    const across = upTo(16).map((at) =>
      samenessAt(problem, {
        pixel: (pixel) => (kh, kw, oh, ow) =>
          pixel(kh, kw, oh, ow) + off(((kh + kw) * 2 + oh) * 4 + ow === at),
      }),
    );
    expect(across).toEqual(everywhere(16, 'different'));
    const inDepth = upTo(4).map((at) =>
      samenessAt(problem, { depth: (depth) => (kd, od) => depth(kd, od) + off(kd * 2 + od === at) }),
    );
    expect(inDepth).toEqual(everywhere(4, 'different'));
  });

  test('is nothing beyond all channels, on either side', () => {
    // Of 2 channels of 2·3·2 pixels; the row above the first is in the padding.
    const problem = tiny({
      inChannels: 2,
      inputSize: [2, 3, 2],
      kernelSize: [1, 1, 1],
      padding: [0, 1, 0],
      paddingEnd: [0, 0, 0],
    });
    const padding = (address: number) =>
      samenessAt(problem, {
        pixel:
          (pixel) =>
          (...at) =>
            pixel(...at) === NONE ? address : pixel(...at),
      });
    // An address counts from a channel's first plane; the second plane is 6 further.
    expect([24, 23, 18, 17, 0].map(padding)).toEqual(['same', ...everywhere(4, 'different')]);
    expect([-12, -18, -19, NONE].map(padding)).toEqual(['different', 'different', 'same', 'same']);
  });

  test('is one question, whether asked of the plane or across it', () => {
    // More elements than are compared without a budget.
    const problem = tiny({ outChannels: 9000 });
    const both: Change = {
      pixel:
        (pixel) =>
        (...at) =>
          pixel(...at),
      depth: (depth) => (kd, od) => depth(kd, od),
    };
    expect(samenessAt(problem, both, 0)).toBe('same');
    expect(samenessAt(problem, { depth: both.depth! }, 0)).toBe('same');
    const moved: Change = { ...both, depth: () => () => NONE };
    expect(samenessAt(problem, moved, 0)).toBe('different');
  });
});

describe('assigning instead of adding up', () => {
  /** Times that all differ. */
  const inTurn: Change = { written: () => (n, row, l) => (n * 100 + row) * 100 + l };
  const atOnce: Change = { written: () => () => 7 };

  test('is nothing in the forward direction, and where all is written at one time', () => {
    const overlapping = { batch: 2, inputSize: [3], kernelSize: [2] };
    expect(samenessAt(tiny(overlapping), inTurn)).toBe('same');
    for (const direction of ['grad-input', 'grad-weight'] as const) {
      expect(samenessAt(tiny({ ...overlapping, direction }), inTurn)).toBe('different');
      expect(samenessAt(tiny({ ...overlapping, direction }), atOnce)).toBe('same');
    }
  });

  test('loses nothing of a pixel that one window reads, whatever stands in the padding', () => {
    const apart = { direction: 'grad-input', kernelSize: [2], stride: 2 } as const;
    expect(samenessAt(tiny({ ...apart, batch: 2, inputSize: [4] }), inTurn)).toBe('same');
    expect(samenessAt(tiny({ ...apart, inputSize: [2], padding: 1 }), inTurn)).toBe('same');
  });

  test('loses of a weight all windows and samples but the last', () => {
    const one = { direction: 'grad-weight', inputSize: [2], kernelSize: [2] } as const;
    expect(samenessAt(tiny(one), inTurn)).toBe('same');
    expect(samenessAt(tiny({ ...one, batch: 2 }), inTurn)).toBe('different');
    expect(samenessAt(tiny({ ...one, inputSize: [3] }), inTurn)).toBe('different');
    // A time of the row alone: each weight's taps are written at one time.
    expect(samenessAt(tiny({ ...one, inputSize: [3] }), { written: () => (_, row) => row })).toBe('same');
  });

  test('is looked at in the second group too', () => {
    const grouped = { direction: 'grad-input', inChannels: 2, outChannels: 2, groups: 2 } as const;
    const problem = tiny({ ...grouped, inputSize: [3], kernelSize: [2] });
    expect(samenessAt(problem, { written: () => (_, row, l) => (row === 3 ? l + 1 : 0) })).toBe('different');
  });
});

describe('a number that is added', () => {
  test('in the padding matters where it is not 0, there is padding, and it is read', () => {
    const value = (padding: number): Change => ({ paddingValue: () => padding });
    const padded = { inputSize: [3], kernelSize: [2], padding: 1 };
    expect(samenessAt(tiny(padded), value(5))).toBe('different');
    expect(samenessAt(tiny(padded), value(0))).toBe('same');
    expect(samenessAt(tiny({ ...padded, padding: 0 }), value(5))).toBe('same');
    expect(samenessAt(tiny({ ...padded, direction: 'grad-weight' }), value(5))).toBe('different');
    expect(samenessAt(tiny({ ...padded, direction: 'grad-input' }), value(5))).toBe('same');
  });

  test('as a bias matters where there is one, unless it is added once', () => {
    expect(samenessAt(tiny({ bias: true }), { biasTimes: 2 })).toBe('different');
    expect(samenessAt(tiny({ bias: true }), { biasTimes: 1 })).toBe('same');
    expect(samenessAt(tiny({ bias: false }), { biasTimes: 2 })).toBe('same');
  });
});

describe('which sum stands where', () => {
  const swapped = (a: number, b: number): Change => ({
    output:
      (output) =>
      (...place) => {
        const at = output(...place);
        return at === a ? b : at === b ? a : at;
      },
  });

  test('matters at every element whose sum is another polynomial', () => {
    // Windows 0 and 3 are in the padding, and empty.
    const problem = { inputSize: [2], padding: 1 };
    expect(samenessAt(tiny(problem), swapped(0, 3))).toBe('same');
    expect(samenessAt(tiny(problem), swapped(0, 1))).toBe('different');
    expect(samenessAt(tiny(problem), swapped(2, 3))).toBe('different');
    expect(samenessAt(tiny(problem), swapped(1, 1))).toBe('same');
  });

  test('matters where the output is handed over with its axes in another order', () => {
    const turned: Change = { permuted: [0, 1, 2, 4, 3] };
    expect(samenessAt(tiny({ inputSize: [2, 2], kernelSize: 1 }), turned)).toBe('different');
    expect(samenessAt(tiny({ inputSize: [1, 1], kernelSize: 1 }), turned)).toBe('same');
    expect(samenessAt(tiny({ inputSize: [1, 2], kernelSize: 1 }), turned)).toBe('different');
  });

  test('matters where a further sum is added', () => {
    const adds = (sums: readonly number[]): Change => ({ alsoAdds: () => () => sums });
    expect(samenessAt(tiny({ inputSize: [2] }), adds([]))).toBe('same');
    expect(samenessAt(tiny({ inputSize: [2] }), adds([1]))).toBe('different');
    expect(samenessAt(tiny({ inputSize: [2], padding: 1 }), adds([0]))).toBe('same');
  });
});
