/**
 * Data on which correct sums differ most from each other: cancelling, of mixed magnitudes, and subnormal.
 */

import { fillOperands } from '../core/fill.ts';
import { mersenneTwister } from '../core/mt19937.ts';
import { factorNames, type OperandName, type Operands, operand, operandShapes } from '../core/operands.ts';
import type { Problem } from '../core/problem.ts';

export const AWKWARD_FILLS = ['integer', 'uniform', 'normal', 'mixed', 'cancelling', 'subnormal'] as const;

/** `mixed`: magnitudes over 2^±20; `cancelling`: neighbours that all but cancel; `subnormal`: products underflow. */
export type AwkwardFill = (typeof AWKWARD_FILLS)[number];

/** The exponent of what normal numbers are scaled by so that products of two are subnormal, and sums of them. */
const SUBNORMAL_EXPONENT = { float32: -70, float64: -533 } as const;
/** Widest spread whose products of two stay finite and normal in float32: 2^(4·20) < 2^126. */
const MIXED_EXPONENT = 20;

/** Tensors of one of these fills, the same ones for the same seed. */
export function fillAwkwardly(problem: Problem, fill: AwkwardFill, seed: number): Operands {
  if (fill === 'integer' || fill === 'uniform' || fill === 'normal') {
    return fillOperands(problem, fill, seed);
  }
  const next = mersenneTwister(seed);
  const scale = 2 ** SUBNORMAL_EXPONENT[problem.dtype === 'float64' ? 'float64' : 'float32'];
  const drawn = fillOperands(problem, 'normal', seed);
  const [first, second] = factorNames(problem);
  /** Both factors and the bias are all the operands that there are. */
  const changed = (changes: Partial<Record<OperandName, (value: number, i: number) => number>>): Operands =>
    Object.fromEntries(
      operandShapes(problem).map(([name]) => {
        const tensor = operand(drawn, name);
        return [name, { ...tensor, data: tensor.data.map(changes[name]!) }];
      }),
    );
  switch (fill) {
    case 'mixed': {
      const spread = (value: number) => value * 2 ** ((next() % (2 * MIXED_EXPONENT + 1)) - MIXED_EXPONENT);
      return changed({ [first]: spread, [second]: spread, bias: spread });
    }
    case 'cancelling': {
      // Neighbouring taps of opposite sign and almost equal size: 1 + r·2^−12.
      const nearOne = (value: number) => 1 + value * 2 ** -12;
      const alternating = (value: number, i: number) => (i % 2 === 0 ? 1 : -1) * nearOne(value);
      return changed({ [first]: nearOne, [second]: alternating, bias: alternating });
    }
    case 'subnormal': {
      const small = (value: number) => value * scale;
      // The bias as large as the products.
      return changed({ [first]: small, [second]: small, bias: (value) => value * scale * scale });
    }
  }
}
