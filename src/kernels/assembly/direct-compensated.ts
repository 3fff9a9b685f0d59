/**
 * direct.ts's sums in twice the working precision: Dot2 of Ogita, Rump and Oishi, as core/compensated.ts has it, on two
 * lanes to a vector. The copies are direct.ts's, and so is the order of the terms.
 *
 * Operands are so small that neither their split nor a sum overflows (kernels/direct.ts).
 */

/** Sums that stand side by side. */
const LANES: i32 = 8;
/** Those of a tile: two vectors of sums, two of what they lost, three of the input and six between are 13. */
const TILE: i32 = 4;
/** 2^27 + 1: splits a 53-bit significand into two halves of 26 bits. */
const SPLITTER: f64 = 134217729;

/** As direct.ts's `contract`. */
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
  for (let lane = 0; lane < lanes; lane += TILE) {
    const kept = min(TILE, lanes - lane);
    const side = second + <usize>(lane / LANES) * blockBytes + ((<usize>(lane % LANES)) << 3);
    for (let row = 0; row < rows; row++) {
      contacts(
        first + load<u32>(bases + (<usize>row << 2)),
        tables + <usize>row * tableStep,
        side,
        seconds,
        lengths,
        count,
        kept,
        bias ? bias + (<usize>lane << 3) : 0,
        to + load<u32>(targets + (<usize>row << 2)) + <usize>lane * laneStep,
        laneStep,
      );
    }
  }
}

function contacts(
  first: usize,
  table: usize,
  second: usize,
  seconds: usize,
  lengths: usize,
  count: i32,
  kept: i32,
  bias: usize,
  out: usize,
  step: usize,
): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  // What was lost of each sum.
  let lostA = f64x2.splat(0);
  let lostB = f64x2.splat(0);
  const ends = seconds + (<usize>count << 2);
  for (; seconds < ends; seconds += 4, table += 4, lengths += 4) {
    let x = first + load<u32>(table);
    let weight = second + load<u32>(seconds);
    const end = x + load<u32>(lengths);
    for (; x < end; x += 8, weight += LANES * 8) {
      const v = v128.load64_splat(x);
      const high = highHalf(v);
      const low = f64x2.sub(v, high);
      let w = v128.load(weight);
      let product = f64x2.mul(v, w);
      let next = f64x2.add(a, product);
      lostA = f64x2.add(f64x2.add(lostA, lostSum(a, product, next)), lostProduct(high, low, w, product));
      a = next;
      w = v128.load(weight, 16);
      product = f64x2.mul(v, w);
      next = f64x2.add(b, product);
      lostB = f64x2.add(f64x2.add(lostB, lostSum(b, product, next)), lostProduct(high, low, w, product));
      b = next;
    }
  }
  for (let lane = 0; lane < kept; lane++) {
    const isFirst = lane < 2;
    const sums = isFirst ? a : b;
    const losts = isFirst ? lostA : lostB;
    let sum = lane & 1 ? f64x2.extract_lane(sums, 1) : f64x2.extract_lane(sums, 0);
    let lost = lane & 1 ? f64x2.extract_lane(losts, 1) : f64x2.extract_lane(losts, 0);
    if (bias) {
      const term = load<f64>(bias + (<usize>lane << 3));
      const next = sum + term;
      const virtual = next - sum;
      lost += sum - (next - virtual) + (term - virtual);
      sum = next;
    }
    store<f64>(out + <usize>lane * step, sum + lost);
  }
}

/** Knuth's TwoSum: next + lost = sum + term, exactly. */
// @ts-ignore: decorator
@inline
function lostSum(sum: v128, term: v128, next: v128): v128 {
  const virtual = f64x2.sub(next, sum);
  return f64x2.add(f64x2.sub(sum, f64x2.sub(next, virtual)), f64x2.sub(term, virtual));
}

/** Dekker's TwoProduct: product + lost = (high + low) · w, exactly but for underflow. */
// @ts-ignore: decorator
@inline
function lostProduct(high: v128, low: v128, w: v128, product: v128): v128 {
  const h = highHalf(w);
  const l = f64x2.sub(w, h);
  const rest = f64x2.sub(
    f64x2.sub(f64x2.sub(product, f64x2.mul(high, h)), f64x2.mul(low, h)),
    f64x2.mul(high, l),
  );
  return f64x2.sub(f64x2.mul(low, l), rest);
}

// @ts-ignore: decorator
@inline
function highHalf(a: v128): v128 {
  const scaled = f64x2.mul(f64x2.splat(SPLITTER), a);
  return f64x2.sub(scaled, f64x2.sub(scaled, a));
}
