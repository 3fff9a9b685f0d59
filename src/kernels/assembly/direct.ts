/**
 * The naive convolution in float64, two windows and eight output channels at a time.
 *
 * The input is copied channels last, with its padding, so that a window's taps of one row are one stretch of memory, and
 * the weights are copied in the order that they meet it, eight output channels side by side. There is no matrix, no
 * table of columns and no blocking: each sum runs over its window from the first tap to the last.
 *
 * 8 sums, 4 weights, 1 input and 1 product are 14 vectors.
 */

/** Output channels of a block. */
const LANES: i32 = 8;
/** Positions that are copied channel after channel, so that both sides stay in the first-level cache. */
const STRETCH: i32 = 64;

/**
 * One group of one sample, channels last.
 *
 * @param from the group's first channel; its channels are `plane` elements apart
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
 * The weights of one group, for each eight output channels: tap after tap, input channel after input channel, eight
 * side by side; 0 for channels that there are not.
 */
export function copyWeights(
  from: usize,
  outputs: i32,
  channels: i32,
  taps: i32,
  isWide: i32,
  zeroPoint: f64,
  isMagnitude: i32,
  to: usize,
): void {
  for (let block = 0; block < outputs; block += LANES) {
    for (let tap = 0; tap < taps; tap++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let lane = 0; lane < LANES; lane++, to += 8) {
          let value = 0.0;
          if (block + lane < outputs) {
            const row = <usize>(block + lane) * <usize>channels + <usize>channel;
            value = element(from, row * <usize>taps + <usize>tap, isWide) - zeroPoint;
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
 * Every output of one group of one sample.
 *
 * @param input copyInput's
 * @param weights copyWeights'
 * @param starts byte offsets of `windows` windows into the input
 * @param stretches byte offsets of a window's `stretchCount` stretches from its start
 * @param length elements of a stretch
 * @param bias one float64 an output channel, or 0 where there is none
 * @param to (outputs, windows) float64
 */
export function convolve(
  input: usize,
  weights: usize,
  starts: usize,
  windows: i32,
  stretches: usize,
  stretchCount: i32,
  length: i32,
  outputs: i32,
  bias: usize,
  to: usize,
): void {
  const block = <usize>(stretchCount * length) * <usize>(LANES * 8);
  for (let first = 0; first < outputs; first += LANES) {
    const count = min(LANES, outputs - first);
    for (let window = 0; window < windows; window += 2) {
      // The last one of an odd number is computed twice.
      const other = min(window + 1, windows - 1);
      const x0 = input + load<u32>(starts + (<usize>window << 2));
      const x1 = input + load<u32>(starts + (<usize>other << 2));
      const out = to + ((<usize>first * <usize>windows) << 3);
      tile(x0, x1, weights, stretches, stretchCount, length, count, bias, out + (<usize>window << 3), out + (<usize>other << 3), <usize>windows << 3);
    }
    weights += block;
    if (bias) bias += LANES * 8;
  }
}

function tile(
  x0: usize,
  x1: usize,
  weight: usize,
  stretches: usize,
  stretchCount: i32,
  length: i32,
  count: i32,
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
  for (let stretch = 0; stretch < stretchCount; stretch++) {
    const offset = load<u32>(stretches + (<usize>stretch << 2));
    let x = x0 + offset;
    let y = x1 + offset;
    const end = x + (<usize>length << 3);
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
  }
  put(a0, 0, count, bias, out0, step);
  put(a1, 2, count, bias, out0, step);
  put(a2, 4, count, bias, out0, step);
  put(a3, 6, count, bias, out0, step);
  put(b0, 0, count, bias, out1, step);
  put(b1, 2, count, bias, out1, step);
  put(b2, 4, count, bias, out1, step);
  put(b3, 6, count, bias, out1, step);
}

/** Two channels' sums and biases, the channels `step` bytes apart. */
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
