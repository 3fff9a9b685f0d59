/**
 * Values and calls as Python spells them.
 */
import type { PadSpec, UnfoldSpec } from '../core/plan.ts';

/** A Python tuple: `(3, 3)`, `(64,)`. */
export function pythonTuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/** torch.nn.functional.pad's list of a padding: last axis first, beginning before end. */
export function padList(begin: readonly number[], end: readonly number[]): number[] {
  return begin
    .map((value, a) => [value, end[a] as number])
    .reverse()
    .flat();
}

/** `F.pad(x, (0, 1, 0, 1))`: the calls of `pads`, each on what the one before it gave. */
export function padCall(pads: readonly PadSpec[], input: string): string {
  return pads.reduce((of, { begin, end, mode, value }) => {
    const what = mode === 'zeros' ? (value === 0 ? '' : `, value=${value}`) : `, mode='${mode}'`;
    return `F.pad(${of}, ${pythonTuple(padList(begin, end))}${what})`;
  }, input);
}

/** `kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(1, 1)`. */
export function unfoldArguments({ kernelSize, stride, padding, dilation }: UnfoldSpec): string {
  return `kernel_size=${pythonTuple(kernelSize)}, stride=${pythonTuple(stride)}, padding=${pythonTuple(padding)}, dilation=${pythonTuple(dilation)}`;
}
