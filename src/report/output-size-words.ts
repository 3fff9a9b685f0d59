/**
 * Why the adjoint has to be told its output_size, in the problem's own numbers.
 */
import { inputSizesOfSameOutput, type SizeRange } from '../core/input-sizes.ts';
import type { Problem } from '../core/problem.ts';
import { layerWords } from '../core/transposed.ts';
import { symbolsOf } from './symbols.ts';

/** One or two sentences: what the result's size can be, and who says which it is. */
export function sizesOfSameOutput(problem: Problem): string {
  const ranges = inputSizesOfSameOutput(problem);
  const { axes, transposed } = problem;
  const { inputSize, outputSize } = symbolsOf(problem);
  const facts = axes.flatMap((axis, a) => {
    const range = ranges[a] as SizeRange;
    if (range.smallest >= range.largest) return [];
    return [`${inputSize[a]} = ${rangeWords(range)} give ${outputSize[a]} = ${axis.outputSize}`];
  });
  const [first] = facts;
  if (first === undefined) {
    const known = transposed ? "the input's size" : "grad_output's size";
    const other = transposed ? 'output size' : 'input size';
    return `Its output_size follows from ${known} here, as only one ${other} has as many windows; with a stride of 2 or more several have.`;
  }
  // A square problem says the same of each axis.
  const alike = new Set(axes.map((axis, a) => JSON.stringify([axis.outputSize, ranges[a]]))).size === 1;
  const told = alike && facts.length > 1 ? `${first}, and so on each axis` : facts.join('; ');
  return `Its output_size has to be said, as ${transposed ? "the input's size" : "grad_output's size"} does not tell it: ${told}. ${whoSays(problem)}`;
}

/** `7 and 8 both`, `7 to 9 all`. */
function rangeWords({ smallest, largest }: SizeRange): string {
  return largest === smallest + 1 ? `${smallest} and ${largest} both` : `${smallest} to ${largest} all`;
}

function whoSays(problem: Problem): string {
  const { axes } = layerWords(problem);
  const ranges = inputSizesOfSameOutput(problem);
  if (!problem.transposed) {
    return 'A gradient has the size of its input. A transposed convolution, which has none, is told by output_padding.';
  }
  if (axes.some((axis) => axis.outputPadding < 0)) {
    return `Here output_size says it: ${axes.map((axis) => axis.outputSize).join('×')}.`;
  }
  const a = ranges.findIndex(({ smallest, largest }) => largest > smallest);
  const { smallest } = ranges[a] as SizeRange;
  const { outputPadding, outputSize } = axes[a] as (typeof axes)[number];
  return `output_padding says it: 0 gives ${outputSize - outputPadding}, and ${outputPadding === 0 ? `that is meant here; 1 would give ${smallest + 1}` : `${outputPadding}, as here, ${outputSize}`}. It adds no values, only pixels that fewer windows reach.`;
}
