/**
 * The naive convolution and its gradients in float64, two rows and eight lanes at a time: of the convolution windows and
 * output channels.
 *
 * The input is copied channels last, with its padding, so that a window's taps of one row are one stretch of memory, and
 * the weights are copied in the order that they meet it, eight output channels side by side. There is no matrix, no
 * table of columns and no blocking: each sum runs over its window from the first tap to the last. Gradients are summed
 * likewise, contact by contact.
 *
 * 8 sums, 4 weights, 1 input and 1 product are 14 vectors.
 */

/** Sums that stand side by side. */
const LANES: i32 = 8;
/** Positions that are copied channel after channel, so that both sides stay in the first-level cache. */
const STRETCH: i32 = 64;

/**
 * The factor that is read one element at a time, channels last: of the input one group of one sample. Whatever planes are
 * to stand beside each other may be its channels.
 *
 * @param from the first channel; channels are `plane` elements apart
 * @param pixels for each of `positions` padded positions the pixel that stands there, -1 where there is none
 * @param isWide 1 where elements are float64, 0 where they are float32
 * @param zeroPoint is subtracted
 * @param isMagnitude 1 to copy absolute values
 */
export function copyInput(
  from: usize,
  plane: i32,
  channels: i32,
  pixels: usize,
  positions: i32,
  isWide: i32,
  zeroPoint: f64,
  isMagnitude: i32,
  to: usize,
): void {
  for (let first = 0; first < positions; first += STRETCH) {
    const end = min(first + STRETCH, positions);
    for (let channel = 0; channel < channels; channel++) {
      const image = <usize>channel * <usize>plane;
      for (let position = first; position < end; position++) {
        const pixel = load<i32>(pixels + (<usize>position << 2));
        let value = 0.0;
        if (pixel >= 0) value = element(from, image + <usize>pixel, isWide) - zeroPoint;
        if (isMagnitude) value = Math.abs(value);
        store<f64>(to + ((<usize>position * <usize>channels + <usize>channel) << 3), value);
      }
    }
  }
}

/**
 * The factor that stands in vectors: eight lanes side by side, its runs one after the other, position after position, for
 * each eight lanes; 0 for lanes that there are not. Of the weights of a group lanes are output channels, positions taps
 * and a run the input channels.
 *
 * @param from the first lane's; elements of a lane, of a position and of a run are laneStep, 1 and runStep apart
 */
export function copyLanes(
  from: usize,
  lanes: i32,
  laneStep: i32,
  positions: i32,
  runs: i32,
  runStep: i32,
  isWide: i32,
  zeroPoint: f64,
  isMagnitude: i32,
  to: usize,
): void {
  for (let block = 0; block < lanes; block += LANES) {
    for (let position = 0; position < positions; position++) {
      for (let run = 0; run < runs; run++) {
        for (let lane = 0; lane < LANES; lane++, to += 8) {
          let value = 0.0;
          if (block + lane < lanes) {
            const row = <usize>(block + lane) * <usize>laneStep + <usize>run * <usize>runStep;
            value = element(from, row + <usize>position, isWide) - zeroPoint;
          }
          store<f64>(to, isMagnitude ? Math.abs(value) : value);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function element(from: usize, offset: usize, isWide: i32): f64 {
  return isWide ? load<f64>(from + (offset << 3)) : <f64>load<f32>(from + (offset << 2));
}

/**
 * Sums over stretches of the first factor, wherever they lie: of one group of one sample the taps of its windows, or the
 * contacts of a gradient.
 *
 * @param first copyInput's, or what else is read one element at a time
 * @param bases byte offsets of `rows` rows into it
 * @param tables byte offsets of `count` stretches from a row's base; a row's own are `tableStep` bytes after the last row's
 * @param second copyLanes', `blockBytes` for each eight lanes
 * @param seconds byte offsets of the same stretches into it
 * @param lengths bytes of each stretch of the first factor
 * @param targets byte offsets of the rows' results, of the first lane; lanes are `laneStep` bytes apart
 * @param bias one float64 a lane, or 0 where there is none
 */
export function contract(
  first: usize,
  bases: usize,
  rows: i32,
  tables: usize,
  tableStep: usize,
  second: usize,
  blockBytes: usize,
  seconds: usize,
  lengths: usize,
  count: i32,
  lanes: i32,
  targets: usize,
  laneStep: usize,
  bias: usize,
  to: usize,
): void {
  for (let lane = 0; lane < lanes; lane += LANES) {
    const kept = min(LANES, lanes - lane);
    for (let row = 0; row < rows; row += 2) {
      // The last one of an odd number is computed twice.
      const other = min(row + 1, rows - 1);
      contacts(
        first + load<u32>(bases + (<usize>row << 2)),
        first + load<u32>(bases + (<usize>other << 2)),
        tables + <usize>row * tableStep,
        tables + <usize>other * tableStep,
        second,
        seconds,
        lengths,
        count,
        kept,
        bias,
        to + load<u32>(targets + (<usize>row << 2)),
        to + load<u32>(targets + (<usize>other << 2)),
        laneStep,
      );
    }
    second += blockBytes;
    to += laneStep * LANES;
    if (bias) bias += LANES * 8;
  }
}

function contacts(
  first0: usize,
  first1: usize,
  table0: usize,
  table1: usize,
  second: usize,
  seconds: usize,
  lengths: usize,
  count: i32,
  kept: i32,
  bias: usize,
  out0: usize,
  out1: usize,
  step: usize,
): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let b2 = f64x2.splat(0);
  let b3 = f64x2.splat(0);
  const ends = seconds + (<usize>count << 2);
  while (seconds < ends) {
    let x = first0 + load<u32>(table0);
    let y = first1 + load<u32>(table1);
    let weight = second + load<u32>(seconds);
    const end = x + load<u32>(lengths);
    while (x < end) {
      const w0 = v128.load(weight);
      const w1 = v128.load(weight, 16);
      const w2 = v128.load(weight, 32);
      const w3 = v128.load(weight, 48);
      let v = v128.load64_splat(x);
      a0 = f64x2.add(a0, f64x2.mul(v, w0));
      a1 = f64x2.add(a1, f64x2.mul(v, w1));
      a2 = f64x2.add(a2, f64x2.mul(v, w2));
      a3 = f64x2.add(a3, f64x2.mul(v, w3));
      v = v128.load64_splat(y);
      b0 = f64x2.add(b0, f64x2.mul(v, w0));
      b1 = f64x2.add(b1, f64x2.mul(v, w1));
      b2 = f64x2.add(b2, f64x2.mul(v, w2));
      b3 = f64x2.add(b3, f64x2.mul(v, w3));
      weight += 64;
      x += 8;
      y += 8;
    }
    table0 += 4;
    table1 += 4;
    seconds += 4;
    lengths += 4;
  }
  put(a0, 0, kept, bias, out0, step);
  put(a1, 2, kept, bias, out0, step);
  put(a2, 4, kept, bias, out0, step);
  put(a3, 6, kept, bias, out0, step);
  put(b0, 0, kept, bias, out1, step);
  put(b1, 2, kept, bias, out1, step);
  put(b2, 4, kept, bias, out1, step);
  put(b3, 6, kept, bias, out1, step);
}

/** The largest absolute value of `count` elements; NaN where one is NaN, infinite where one is infinite. */
export function largest(from: usize, count: i32, isWide: i32): f64 {
  return isWide ? largestOfDoubles(from, count) : largestOfFloats(from, count);
}

/** Without their signs, floats are ordered as the integers of their bits are, infinity and then NaN above all others. */
function largestOfFloats(from: usize, count: i32): f64 {
  const unsigned = i32x4.splat(0x7fffffff);
  // Two maxima, as either waits for the one before.
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  const end = from + (<usize>count << 2);
  for (; from + 32 <= end; from += 32) {
    a = i32x4.max_u(a, v128.and(v128.load(from), unsigned));
    b = i32x4.max_u(b, v128.and(v128.load(from, 16), unsigned));
  }
  a = i32x4.max_u(a, b);
  let bits = max(
    max(i32x4.extract_lane(a, 0), i32x4.extract_lane(a, 1)),
    max(i32x4.extract_lane(a, 2), i32x4.extract_lane(a, 3)),
  );
  for (; from < end; from += 4) bits = max(bits, load<i32>(from) & 0x7fffffff);
  return <f64>reinterpret<f32>(bits);
}

function largestOfDoubles(from: usize, count: i32): f64 {
  let most = f64x2.splat(0);
  const end = from + (<usize>count << 3);
  for (; from + 16 <= end; from += 16) {
    // The maximum of a NaN and a number is NaN.
    most = f64x2.max(most, f64x2.abs(v128.load(from)));
  }
  const value = Math.max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  return from < end ? Math.max(value, Math.abs(load<f64>(from))) : value;
}

/** Two lanes' sums and biases, the lanes `step` bytes apart. */
// @ts-ignore: decorator
@inline
function put(sums: v128, lane: i32, count: i32, bias: usize, out: usize, step: usize): void {
  if (lane < count) {
    store<f64>(out + <usize>lane * step, f64x2.extract_lane(sums, 0) + (bias ? load<f64>(bias + (<usize>lane << 3)) : 0));
  }
  if (lane + 1 < count) {
    store<f64>(
      out + <usize>(lane + 1) * step,
      f64x2.extract_lane(sums, 1) + (bias ? load<f64>(bias + (<usize>(lane + 1) << 3)) : 0),
    );
  }
}
