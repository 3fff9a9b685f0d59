/**
 * The words that changes are written in, each on indices small enough to be written out.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import {
  both,
  halves,
  inferredStride,
  isSame,
  overlapCounts,
  room,
  sameTotal,
} from '../../src/diagnose/change-axes.ts';
import {
  columnMajor,
  columnsBelow,
  foldedWithKernel,
  foldRaises,
  outputFlat,
  pitched,
  rolled,
  windowsBelow,
} from '../../src/diagnose/change-output.ts';
import {
  clamp,
  jumping,
  jumpingPointer,
  kernelMajor,
  mirror,
  modulo,
  TRANSPOSED_WITH_SIZE,
  within,
} from '../../src/diagnose/change-reading.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { type Change, NONE, type Sizes, sizesOf, type Wiring } from '../../src/diagnose/wiring.ts';

const sizesAt = (token: string): Sizes => sizesOf(describeProblem(token));

function wiringOf(token: string, change: Change, choices: Parameters<typeof buildWiring>[2] = {}): Wiring {
  return buildWiring(sizesAt(token), [change], choices) as Wiring;
}

/** One plane of what `map` gives, rows of columns; `-` for nothing. */
function plane(H: number, W: number, map: (h: number, w: number) => number): (number | '-')[][] {
  return Array.from({ length: H }, (_, h) =>
    Array.from({ length: W }, (_, w) => {
      const value = map(h, w);
      return value === NONE ? '-' : value;
    }),
  );
}

describe('indices', () => {
  const at = (map: (index: number, size: number) => number) => [-2, -1, 0, 1, 2, 3, 4].map((i) => map(i, 3));

  test('beyond the border are the nearest, wrap, or are mirrored', () => {
    expect(at(clamp)).toEqual([0, 0, 0, 1, 2, 2, 2]);
    expect(at(modulo)).toEqual([1, 2, 0, 1, 2, 0, 1]);
    expect(at((i, size) => mirror(i, size, 0))).toEqual([2, 1, 0, 1, 2, 1, 0]);
    expect(at((i, size) => mirror(i, size, 1))).toEqual([1, 0, 0, 1, 2, 2, 1]);
    expect([-1, 0, 2, 3].map((i) => within(i, 3))).toEqual([false, true, true, false]);
  });

  test('of columns in (kh, kw, c) order', () => {
    const columns = kernelMajor((_, row, l) => 10 * row + l, 6, 2); // 2 channels of 3 taps a block
    expect(Array.from({ length: 12 }, (_, row) => columns(0, row, 1))).toEqual(
      [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11].map((row) => 10 * row + 1),
    );
  });

  test('of windows counted column by column', () => {
    const at = columnMajor(sizesAt('mb1ic1ih2iw3oc2kh1kw1')); // 2×3
    expect(Array.from({ length: 12 }, (_, offset) => at(offset))).toEqual([
      0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11,
    ]);
  });
});

describe('an axis', () => {
  const axis = { inputSize: 7, kernelSize: 3, stride: 2, dilation: 2, begin: 1, end: 2, windows: 3 };

  test('has room for its windows: what is padded less what one spans', () => {
    expect(room(axis)).toBe(5);
    expect([inferredStride(axis), inferredStride({ ...axis, windows: 1 })]).toEqual([2.5, 2]);
  });

  test('is padded as SAME pads it: ceil(I/s) windows', () => {
    expect(sameTotal(axis)).toBe(4); // 3·2 + 5 − 7
    expect(sameTotal({ ...axis, inputSize: 8, kernelSize: 1 })).toBe(-1);
    expect([halves(5), halves(4), both(3)]).toEqual([
      { begin: 2, end: 3 },
      { begin: 2, end: 2 },
      { begin: 3, end: 3 },
    ]);
    const same = { ...axis, begin: 2, end: 2, windows: 4 };
    expect([isSame(same), isSame({ ...same, begin: 1 }), isSame({ ...same, windows: 3 })]).toEqual([
      true,
      false,
      false,
    ]);
    // 8 pixels, one tap, stride 2: four windows, with no padding and a pixel left over.
    const cropped = { ...axis, inputSize: 8, kernelSize: 1, begin: 0, end: 0, windows: 4 };
    expect(isSame(cropped)).toBe(true);
  });

  test('is read as often as windows cover each pixel', () => {
    const { right } = sizesAt('mb1ic1ih3iw4oc1kh2kw3sh1sw1ph0pw1');
    const count = overlapCounts(right);
    expect(plane(3, 4, (h, w) => count(h * 4 + w))).toEqual([
      [2, 3, 3, 2],
      [4, 6, 6, 4],
      [2, 3, 3, 2],
    ]);
  });
});

describe('an output', () => {
  const token = 'mb2ic1ih2iw3oc2kh1kw1'; // (2, 2, 2, 3), L = 6
  const taken = (change: Change, n = 1, co = 1) =>
    plane(2, 3, (oh, ow) => wiringOf(token, change).output(n, co, oh, ow));

  test('is the product, plane by plane', () => {
    expect(taken({})).toEqual([
      [18, 19, 20],
      [21, 22, 23],
    ]);
  });

  test('shifted has zeros behind it', () => {
    expect(taken(rolled(1, 1))).toEqual([
      ['-', '-', '-'],
      ['-', 18, 19],
    ]);
    expect(taken(rolled(-1, -1))).toEqual([
      [22, 23, '-'],
      ['-', '-', '-'],
    ]);
    expect(taken(rolled(0, 0))).toEqual(taken({}));
  });

  test('read by other offsets is taken from there, over all planes', () => {
    expect(taken(outputFlat(() => (offset) => 23 - offset))).toEqual([
      [5, 4, 3],
      [2, 1, 0],
    ]);
    expect(taken(outputFlat(columnMajor))).toEqual([
      [18, 21, 19],
      [22, 20, 23],
    ]);
  });

  test('of rows a pitch apart lies where the plane has that element', () => {
    const place = pitched((oh, ow) => oh * 4 + ow - 1, 3, 6);
    expect([place(1, 2, 0, 0), place(1, 2, 0, 1), place(1, 2, 1, 2), place(1, 2, 1, 3)]).toEqual([
      undefined,
      [1, 2, 0, 0],
      [1, 2, 1, 2],
      undefined,
    ]);
  });
});

describe('numbers that wrap', () => {
  const token = 'g2mb1ic2ih3oc2kh2'; // 4 rows a group, L = 4: 32 entries of columns
  const written = (change: Change) => {
    const { columns } = wiringOf(token, change);
    const right = rightWiring(describeProblem(token)).columns;
    return Array.from({ length: 32 }, (_, i) => {
      const [row, l] = [Math.floor(i / 4), i % 4];
      const value = columns(0, row, l);
      expect([NONE, right(0, row, l)]).toContain(value);
      return value === NONE ? '-' : 'x';
    }).join('');
  };
  const first = (count: number) => 'x'.repeat(count) + '-'.repeat(32 - count);

  test('lose the entries of the columns beyond them', () => {
    expect(written(columnsBelow(33))).toBe(first(32));
    expect(written(columnsBelow(32))).toBe(first(0));
    expect(written(columnsBelow(30))).toBe(first(2));
    expect(written(columnsBelow(20))).toBe(first(12));
  });

  test('lose whole columns', () => {
    expect(written(windowsBelow(5))).toBe(first(32));
    expect(written(windowsBelow(4))).toBe(first(0));
    expect(written(windowsBelow(3))).toBe('x---'.repeat(8));
  });
});

describe("fold called with the convolution's kernel", () => {
  test('raises where C_out or L do not fit it, and says the numbers', () => {
    expect(foldRaises(sizesAt('mb1ic1ih5oc3kh2'))).toBe('F.fold: C_out = 3 is not a multiple of kH·kW = 4');
    expect(foldRaises(sizesAt('mb1ic1ih5iw5oc6kh2kw3'))).toBe(
      'F.fold: L = 12, but these parameters have 3·1 windows',
    );
    expect(foldRaises(sizesAt('mb1ic1ih3oc9kh3'))).toBe(
      'F.fold: L = 1, but these parameters have -1·-1 windows',
    );
    // As many windows over the output as over the input: 'same' padding.
    expect(foldRaises(sizesAt('mb1ic1ih5oc9kh3ph1'))).toBeUndefined();
    expect(foldRaises(sizesAt('mb1ic1ih5iw4oc6kh1kw3ph0pw1sh1sw1dh0dw0'))).toBeUndefined();
    // 4 windows of 7 + 2 pixels at dilation 2 and stride 2; over those 4, none.
    expect(foldRaises(sizesAt('mb1ic1ih9oc9kh3sh2dh1'))).toBe(
      'F.fold: L = 9, but these parameters have 0·0 windows',
    );
  });

  test('adds up the rows of its block wherever their windows have that tap there', () => {
    const sizes = sizesAt('mb1ic1ih2iw3oc6kh1kw3ph0pw1sh1sw1'); // 2×3 windows, L = 6, one channel a fold of three taps
    const add = foldedWithKernel(sizes);
    // Pixel ow is read by window ow + 1 − kw with tap kw.
    expect(add(0, 0, 0, 0)).toEqual([0 * 6 + 1, 1 * 6 + 0]);
    expect(add(0, 0, 0, 1)).toEqual([0 * 6 + 2, 1 * 6 + 1, 2 * 6 + 0]);
    expect(add(0, 0, 1, 2)).toEqual([1 * 6 + 5, 2 * 6 + 4]);
    expect(add(2, 1, 1, 1)).toEqual([12 + 3, 12 + 4, 12 + 5].map((row, kw) => row * 6 + 3 + (2 - kw)));
  });

  test('steps by stride and dilation over the output, too', () => {
    // 5 + 4 pixels, extent 5, stride 2: 3 windows; over those 3 + 4 pixels, 2.
    const add = foldedWithKernel(sizesAt('mb1ic1ih1iw5oc3kh1kw3sh1sw2ph0pw2dh0dw1'));
    // Pixel ow is 2·window + 2·kw − 2: odd pixels are none's.
    expect(add(0, 0, 0, 0)).toEqual([0 * 3 + 1, 1 * 3 + 0]);
    expect(add(0, 0, 0, 1)).toEqual([]);
    expect(add(0, 0, 0, 2)).toEqual([1 * 3 + 1, 2 * 3 + 0]);
  });

  test('steps so along the height', () => {
    const add = foldedWithKernel(sizesAt('mb1ic1ih5iw1oc3kh3kw1sh2sw1ph2pw0dh1dw0'));
    expect([0, 1, 2].map((oh) => add(0, 0, oh, 0))).toEqual([[1, 3], [], [4, 6]]);
  });
});

describe('a product of other windows', () => {
  // At stride 1 there are 5×4 windows, at stride 2 the 3×2 that are due.
  const token = 'mb2ic1ih6iw5oc2kh2kw2sh2sw2ph0pw0';
  const change = (mistakeOf('unfold-stride-omitted') as NonNullable<ReturnType<typeof mistakeOf>>).variants[0]
    .change;
  const laid = (fit: 'own' | 'columns' | 'corner' | 'middle', of = token, by = change) => {
    const { shape, output } = wiringOf(of, by, { fit });
    return plane(shape[2] as number, shape[3] as number, (oh, ow) => output(1, 1, oh, ow));
  };
  const first = 3 * 20; // of sample 1, channel 1

  test('is an output of its own size', () => {
    expect(laid('own')).toEqual(plane(5, 4, (h, w) => first + h * 4 + w));
  });

  test('is cut to its first columns, its corner or its middle', () => {
    expect(laid('columns')).toEqual(plane(3, 2, (h, w) => first + h * 2 + w));
    expect(laid('corner')).toEqual(plane(3, 2, (h, w) => first + h * 4 + w));
    expect(laid('middle')).toEqual(plane(3, 2, (h, w) => first + (h + 1) * 4 + w + 1));
  });

  test('that is smaller leaves zeros', () => {
    // Without padding there are 1×2 windows of the 3×4 that are due.
    const small = 'mb2ic1ih3iw4oc2kh3kw3sh1sw1ph1pw1';
    const omitted = (mistakeOf('unfold-padding-omitted') as NonNullable<ReturnType<typeof mistakeOf>>)
      .variants[0].change;
    const of = (fit: 'columns' | 'corner' | 'middle') => laid(fit, small, omitted);
    expect(of('columns')).toEqual([
      [6, 7, '-', '-'],
      ['-', '-', '-', '-'],
      ['-', '-', '-', '-'],
    ]);
    expect(of('corner')).toEqual(of('columns'));
    expect(of('middle')).toEqual([
      ['-', '-', '-', '-'],
      ['-', 6, 7, '-'],
      ['-', '-', '-', '-'],
    ]);
  });

  test('of no windows along either axis is none', () => {
    const none = (h: number, w: number): Change => ({
      axes: ([a, b]) => [
        { ...a, windows: h },
        { ...b, windows: w },
      ],
    });
    const built = (h: number, w: number) => buildWiring(sizesAt(token), [none(h, w)]);
    expect([built(0, 2), built(3, 0), built(0, 0)]).toEqual([undefined, undefined, undefined]);
    expect(built(1, 1)?.shape).toEqual([2, 2, 1, 1]);
  });
});

describe('a pointer that jumps too short', () => {
  const sizes = sizesAt('mb1ic1ih5iw6oc1kh2kw2sh1sw1ph1pw1dh1dw1'); // dilation 2, padded to 7×8
  const tap = (map: ReturnType<typeof jumping>, kh: number, kw: number) => {
    const at = map(kh, kw, 2, 1);
    return at === NONE ? '-' : at;
  };

  test('is right along a row, and short by the gaps on the next', () => {
    // Window (2, 1) starts at padded (2, 1), which is (1, 0): the next row is 2·8 − 3 + 4 = 17 on, not 16.
    const map = jumping(sizes, sizes.right, true);
    expect([tap(map, 0, 0), tap(map, 0, 1), tap(map, 1, 0), tap(map, 1, 1)]).toEqual([6, 8, 19, 21]);
  });

  test('is the same into the input itself, six wide, and leaves it', () => {
    const inside = jumping(sizes, sizes.right, false);
    expect([tap(inside, 0, 0), tap(inside, 0, 1), tap(inside, 1, 0), tap(inside, 1, 1)]).toEqual([
      6, 8, 19, 21,
    ]);
    const pointer = jumpingPointer(sizes, sizes.right);
    expect([pointer(0, 0, 2, 1), pointer(1, 1, 2, 1), pointer(0, 0, 0, 0), pointer(1, 0, 4, 5)]).toEqual([
      6, 21, -7, 35,
    ]);
    expect([tap((kh, kw) => inside(kh, kw, 0, 0), 0, 0)]).toEqual(['-']);
  });
});

test('a weight transposed with its size is read by its own offsets, over the windows of that size', () => {
  const { axes, shape, weight } = wiringOf('mb1ic1ih5iw6oc1kh2kw3', TRANSPOSED_WITH_SIZE);
  expect(axes.map(({ kernelSize, windows }) => [kernelSize, windows])).toEqual([
    [3, 3],
    [2, 5],
  ]);
  expect(shape).toEqual([1, 1, 3, 5]);
  // The evaluator counts kh, kw as they were; tap t of the (3, 2) kernel is weight (t mod 2, t div 2).
  expect(plane(2, 3, (kh, kw) => weight(0, 0, kh, kw))).toEqual([
    [0, 3, 1],
    [4, 2, 5],
  ]);
});
