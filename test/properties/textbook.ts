/**
 * The convolution of a textbook, term by term: a third opinion beside the two paths of src.
 */

import type { Operands } from '../../src/core/operands.ts';
import type { Problem } from '../../src/core/problem.ts';
import { asConvolution } from '../operands.ts';

/** The factors of one term: a pixel and a weight, or 1 and the bias. */
export type Term = readonly [x: number, w: number];

/** The terms of every output element, row-major over (N, C_out, H_out, W_out); padding has none. */
export function textbookTerms(problem: Problem, operands: Operands): Term[][] {
  const { input, weight, bias } = asConvolution(operands);
  const { batch, inChannels, outChannels, groups, axes } = problem;
  const [rows, columns] = axes as [(typeof axes)[0], (typeof axes)[0]];
  const perGroup = inChannels / groups;
  const elements: Term[][] = [];
  for (let n = 0; n < batch; n++)
    for (let co = 0; co < outChannels; co++)
      for (let oh = 0; oh < rows.outputSize; oh++)
        for (let ow = 0; ow < columns.outputSize; ow++) {
          const terms: Term[] = [];
          const group = Math.floor((co * groups) / outChannels);
          for (let c = 0; c < perGroup; c++)
            for (let kh = 0; kh < rows.kernelSize; kh++)
              for (let kw = 0; kw < columns.kernelSize; kw++) {
                const h = oh * rows.stride + kh * rows.dilation - rows.paddingBegin;
                const w = ow * columns.stride + kw * columns.dilation - columns.paddingBegin;
                if (h < 0 || h >= rows.inputSize || w < 0 || w >= columns.inputSize) continue;
                const channel = n * inChannels + group * perGroup + c;
                terms.push([
                  input.data[(channel * rows.inputSize + h) * columns.inputSize + w] as number,
                  weight.data[
                    ((co * perGroup + c) * rows.kernelSize + kh) * columns.kernelSize + kw
                  ] as number,
                ]);
              }
          if (bias) terms.push([1, bias.data[co] as number]);
          elements.push(terms);
        }
  return elements;
}

/** Σ x·w of each element, one float64 rounding per operation: exact for integers of the exact range. */
export function textbookOutput(problem: Problem, operands: Operands): number[] {
  return textbookTerms(problem, operands).map((terms) => terms.reduce((sum, [x, w]) => sum + x * w, 0));
}
