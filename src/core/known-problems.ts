/**
 * Problems as frozen objects, small ones that are equal as one. A problem's plan, its window tables, where its terms stand
 * and its wiring's proof follow from its hyperparameters alone and are kept for that object (kept.ts), so that whoever
 * describes a small problem anew finds them: they take as long as all that is done with its tensors.
 */
import { frozen, SMALL } from './kept.ts';
import type { Problem } from './problem.ts';

/** What is kept for a problem beside its tables, in entries of them. */
const OWN_ENTRIES = 2 ** 7;
/** Entries of all together: 100 to 140 bytes each, 35 MB on each thread, for some thousand problems of a few pixels. */
const MOST_ENTRIES = 2 ** 18;

let known = new Map<string, Problem>();
let entries = 0;

/** A problem that is equal to `problem` and that nobody can change: of small ones that are equal always the same. */
export function knownProblem(problem: Problem): Problem {
  const own = copied(problem);
  const table = own.axes.reduce((count, axis) => count * axis.kernelSize * axis.outputSize, 1);
  const numbers = numbersOf(own);
  // Whoever makes a problem up, in place of resolving it, may be answered by nonsense, but nobody else.
  if (!(table <= SMALL && numbers.every(Number.isSafeInteger))) return frozen(own);
  const { direction, transposed, bias, dtype, paddingMode } = own;
  const words = JSON.stringify([direction, transposed, bias, dtype, paddingMode]);
  const key = `${words} ${numbers.join(' ')}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  // All are forgotten together: who asks for many more by turns would find none of them again anyway.
  if (entries > MOST_ENTRIES) [known, entries] = [new Map(), 0];
  known.set(key, frozen(own));
  entries += OWN_ENTRIES + table;
  return own;
}

/** By its fields, and no other property. */
function copied(problem: Problem): Problem {
  const { direction, transposed, batch, inChannels, outChannels, groups, bias, dtype } = problem;
  const { paddingMode, zeroPoints, axes } = problem;
  return {
    direction,
    transposed,
    batch,
    inChannels,
    outChannels,
    groups,
    bias,
    dtype,
    paddingMode,
    zeroPoints: { input: zeroPoints.input, weight: zeroPoints.weight },
    axes: axes.map(({ inputSize, kernelSize, stride, paddingBegin, paddingEnd, dilation, outputSize }) => {
      return { inputSize, kernelSize, stride, paddingBegin, paddingEnd, dilation, outputSize };
    }),
  };
}

/** All numbers of a problem. */
function numbersOf({ batch, inChannels, outChannels, groups, zeroPoints, axes }: Problem): number[] {
  const { input, weight } = zeroPoints;
  const numbers = [batch, inChannels, outChannels, groups, input, weight];
  for (const axis of axes) {
    const { inputSize, kernelSize, stride, paddingBegin, paddingEnd, dilation, outputSize } = axis;
    numbers.push(inputSize, kernelSize, stride, paddingBegin, paddingEnd, dilation, outputSize);
  }
  return numbers;
}
