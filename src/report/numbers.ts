/**
 * Numbers as people read them. Nothing is rounded in the direction that flatters.
 */
import { ACCUMULATOR, type Dtype } from '../core/tensor.ts';

/** `2.4e-6`, `0.0153`, `12.5`, `NaN`: enough digits to judge a size. */
export function formatFigure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude < 1e-3 || magnitude >= 1e6) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** As formatFigure, rounded up: what stands after `≤`. */
export function formatBound(value: number): string {
  const nearest = formatFigure(value);
  if (!(Number(nearest) < value)) return nearest;
  const digits = nearest.includes('e') ? 2 : 3;
  const [mantissa = '', exponent] = value.toExponential(digits - 1).split('e');
  const next = Number(mantissa.replace('.', '')) + 1;
  return formatFigure(Number(`${next}e${Number(exponent) - digits + 1}`));
}

/** A tensor's element with all digits that its sums hold: 9 in float32, 17 in float64. */
export function formatElement(value: number, dtype: Dtype): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(ACCUMULATOR[dtype] === 'float32' ? 9 : 17)));
}

/** `99.99 %`: rounded down, so that only all is `100 %`; anything above nothing is at least `0.01 %`. */
export function formatShare(share: number): string {
  const percent = Math.floor(share * 1e4) / 100;
  return share > 0 && percent === 0 ? 'less than 0.01 %' : `${percent} %`;
}

/** `15 %` of a bound: rounded up. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'infinitely many times';
  if (ratio > 1) return `${formatFigure(ratio)} times`;
  return `${Number((Math.ceil(ratio * 1000) / 10).toPrecision(3))} % of`;
}

/** `3×5`: per-axis numbers in prose. */
export function formatSize(values: readonly number[]): string {
  return values.join('×');
}

/** `1 element`, `640 elements`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
