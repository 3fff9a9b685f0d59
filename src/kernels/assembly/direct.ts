/**
 * The naive convolution and its gradients, two rows and four vectors of lanes at a time: of the convolution windows and
 * output channels. In float64 lanes are eight, in float32 (NARROW) sixteen.
 *
 * The input is copied channels last, with its padding, so that a window's taps of one row are one stretch of memory, and
 * the weights are copied in the order that they meet it, a block of output channels side by side. There is no matrix, no
 * table of columns and no blocking: each sum runs over its window from the first tap to the last. Gradients are summed
 * likewise, contact by contact.
 *
 * 8 sums, 4 weights, 1 input and 1 product are 14 vectors. Multiply and add may be one instruction (FUSED): it is used
 * where no product rounds, and then has the same bits.
 */

// @ts-ignore: NARROW is the compiler's
const SHIFT: usize = NARROW ? 2 : 3;
const BYTES: usize = 1 << SHIFT;
/** Bytes of the lanes that stand side by side: four vectors. */
const BLOCK: usize = 64;
/** Sums that stand side by side. */
const LANES: i32 = <i32>(BLOCK >> SHIFT);
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
        keep(to + ((<usize>position * <usize>channels + <usize>channel) << SHIFT), value);
      }
    }
  }
}

/**
 * The factor that stands in vectors: a block of lanes side by side, its runs one after the other, position after position,
 * for each block; 0 for lanes that there are not. Of the weights of a group lanes are output channels, positions taps
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
        for (let lane = 0; lane < LANES; lane++, to += BYTES) {
          let value = 0.0;
          if (block + lane < lanes) {
            const row = <usize>(block + lane) * <usize>laneStep + <usize>run * <usize>runStep;
            value = element(from, row + <usize>position, isWide) - zeroPoint;
          }
          keep(to, isMagnitude ? Math.abs(value) : value);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function keep(to: usize, value: f64): void {
  // @ts-ignore: NARROW is the compiler's
  if (NARROW) store<f32>(to, <f32>value);
  else store<f64>(to, value);
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
 * @param second copyLanes', `blockBytes` for each block of lanes
 * @param seconds byte offsets of the same stretches into it
 * @param lengths bytes of each stretch of the first factor
 * @param targets byte offsets of the rows' results, float64 in any case, of the first lane; lanes are `laneStep` bytes apart
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
  let a0 = zero(), a1 = zero(), a2 = zero(), a3 = zero();
  let b0 = zero(), b1 = zero(), b2 = zero(), b3 = zero();
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
      let v = splat(x);
      a0 = added(a0, v, w0);
      a1 = added(a1, v, w1);
      a2 = added(a2, v, w2);
      a3 = added(a3, v, w3);
      v = splat(y);
      b0 = added(b0, v, w0);
      b1 = added(b1, v, w1);
      b2 = added(b2, v, w2);
      b3 = added(b3, v, w3);
      weight += BLOCK;
      x += BYTES;
      y += BYTES;
    }
    table0 += 4;
    table1 += 4;
    seconds += 4;
    lengths += 4;
  }
  put(a0, 0, kept, bias, out0, step);
  put(a1, LANES / 4, kept, bias, out0, step);
  put(a2, LANES / 2, kept, bias, out0, step);
  put(a3, 3 * (LANES / 4), kept, bias, out0, step);
  put(b0, 0, kept, bias, out1, step);
  put(b1, LANES / 4, kept, bias, out1, step);
  put(b2, LANES / 2, kept, bias, out1, step);
  put(b3, 3 * (LANES / 4), kept, bias, out1, step);
}

// @ts-ignore: decorator
@inline
function zero(): v128 {
  return i32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function splat(address: usize): v128 {
  // @ts-ignore: NARROW is the compiler's
  return NARROW ? v128.load32_splat(address) : v128.load64_splat(address);
}

/** a·b + sum */
// @ts-ignore: decorator
@inline
function added(sum: v128, a: v128, b: v128): v128 {
  // @ts-ignore: both are the compiler's
  if (FUSED) return NARROW ? f32x4.relaxed_madd(a, b, sum) : f64x2.relaxed_madd(a, b, sum);
  // @ts-ignore: NARROW is the compiler's
  return NARROW ? f32x4.add(sum, f32x4.mul(a, b)) : f64x2.add(sum, f64x2.mul(a, b));
}

/** A vector's sums and biases, the first of them lane `lane`; lanes are `step` bytes apart. */
// @ts-ignore: decorator
@inline
function put(sums: v128, lane: i32, kept: i32, bias: usize, out: usize, step: usize): void {
  // @ts-ignore: NARROW is the compiler's
  if (NARROW) {
    putOne(<f64>f32x4.extract_lane(sums, 0), lane, kept, bias, out, step);
    putOne(<f64>f32x4.extract_lane(sums, 1), lane + 1, kept, bias, out, step);
    putOne(<f64>f32x4.extract_lane(sums, 2), lane + 2, kept, bias, out, step);
    putOne(<f64>f32x4.extract_lane(sums, 3), lane + 3, kept, bias, out, step);
  } else {
    putOne(f64x2.extract_lane(sums, 0), lane, kept, bias, out, step);
    putOne(f64x2.extract_lane(sums, 1), lane + 1, kept, bias, out, step);
  }
}

// @ts-ignore: decorator
@inline
function putOne(sum: f64, lane: i32, kept: i32, bias: usize, out: usize, step: usize): void {
  if (lane < kept) {
    store<f64>(out + <usize>lane * step, sum + (bias ? load<f64>(bias + (<usize>lane << 3)) : 0));
  }
}
