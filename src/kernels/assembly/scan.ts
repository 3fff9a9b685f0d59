/**
 * What a tensor's elements are like, looked through before anything is computed from them.
 */

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

/** 1 where each of `count` elements is an integer; an infinity is one, and NaN is not. */
export function areIntegers(from: usize, count: i32, isWide: i32): i32 {
  const end = from + (<usize>count << (isWide ? 3 : 2));
  for (; from + 16 <= end; from += 16) {
    const v = v128.load(from);
    if (isWide) {
      if (!i64x2.all_true(f64x2.eq(v, f64x2.trunc(v)))) return 0;
    } else if (!i32x4.all_true(f32x4.eq(v, f32x4.trunc(v)))) return 0;
  }
  while (from < end) {
    const value = isWide ? load<f64>(from) : <f64>load<f32>(from);
    if (value !== Math.trunc(value)) return 0;
    from += isWide ? 8 : 4;
  }
  return 1;
}
