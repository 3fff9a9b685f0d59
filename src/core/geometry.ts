/**
 * The decomposition's closed formulas, all of them, per spatial axis. Only the decomposed path and its
 * explanation may use them: the direct convolution counts its windows instead (direct.ts).
 *
 * Source of the formulas: torch.nn.Conv2d and torch.nn.Unfold, "Shape"; the derived paddings are those of
 * oneDNN benchdnn's shorthand, where an output size defines the end padding.
 */

/** One spatial axis of a convolution. Sizes, paddings and steps in elements; dilation 1 is a dense window. */
export interface Axis {
  readonly inputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  /** Zeros before the first element; negative crops. */
  readonly paddingBegin: number;
  /** Zeros after the last element; negative crops. */
  readonly paddingEnd: number;
  readonly dilation: number;
  readonly outputSize: number;
}

/** What a window needs of an axis: everything but where the input ends. */
type Window = Pick<Axis, 'kernelSize' | 'stride' | 'dilation'>;

/** Elements that a window spans, gaps included: dilation·(kernel_size − 1) + 1. */
export function windowExtent(axis: Pick<Axis, 'kernelSize' | 'dilation'>): number {
  return axis.dilation * (axis.kernelSize - 1) + 1;
}

/** floor((padded − extent) / stride) + 1: the windows that fit in `paddedSize` elements; ≤ 0 where none does. */
export function windowCount(paddedSize: number, window: Window): number {
  return Math.floor((paddedSize - windowExtent(window)) / window.stride) + 1;
}

/**
 * The same with C's division, which truncates towards zero: a window that exceeds `paddedSize` by less than a
 * stride counts as one. So benchdnn's shorthand counts; PyTorch refuses such a layer.
 */
export function truncatedWindowCount(paddedSize: number, window: Window): number {
  return Math.trunc((paddedSize - windowExtent(window)) / window.stride) + 1;
}

/** The end padding that makes exactly `outputSize` windows fit, with no element left over. */
export function endPaddingFor(
  outputSize: number,
  axis: Window & Pick<Axis, 'inputSize' | 'paddingBegin'>,
): number {
  return (outputSize - 1) * axis.stride - axis.inputSize + windowExtent(axis) - axis.paddingBegin;
}

/** The beginning padding where only an output size is given: half of all, rounded towards zero. */
export function beginPaddingFor(outputSize: number, axis: Window & Pick<Axis, 'inputSize'>): number {
  return Math.trunc(endPaddingFor(outputSize, { ...axis, paddingBegin: 0 }) / 2) + 0; // never -0
}

/** Padding 'same' of torch.nn.Conv2d at stride 1: dilation·(kernel_size − 1) in all, the odd one at the end. */
export function samePadding(window: Window): { begin: number; end: number } {
  const total = windowExtent(window) - 1;
  const begin = Math.floor(total / 2);
  return { begin, end: total - begin };
}

/**
 * Paddings that give the same windows are one problem: the end padding equals the beginning where that gives
 * the output size, and otherwise ends exactly where the last window does; with `crops` false at 0 rather than before
 * the end of the input, where elements are unread but none need be cropped.
 */
export function canonicalEndPadding(
  outputSize: number,
  axis: Window & Pick<Axis, 'inputSize' | 'paddingBegin'>,
  crops = true,
): number {
  const gives = (end: number) => windowCount(axis.inputSize + axis.paddingBegin + end, axis) === outputSize;
  if (gives(axis.paddingBegin)) return axis.paddingBegin;
  return !crops && gives(0) ? Math.max(endPaddingFor(outputSize, axis), 0) : endPaddingFor(outputSize, axis);
}
