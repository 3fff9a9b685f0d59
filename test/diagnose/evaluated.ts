/**
 * Wirings of changed tiny problems, evaluated on operands that tests write down.
 */
import type { Operands } from '../../src/core/operands.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { inputShape, outputShape, weightShape } from '../../src/core/problem.ts';
import { zeros } from '../../src/core/tensor.ts';
import { buildWiring, type Choices } from '../../src/diagnose/build-wiring.ts';
import { elementsOf, evaluator } from '../../src/diagnose/evaluate.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import type { Change, Wiring } from '../../src/diagnose/wiring.ts';
import { tiny, upTo } from './tiny.ts';

/** Elements in row-major order. */
export type Data = {
  input?: readonly number[];
  weight?: readonly number[];
  bias?: readonly number[];
  gradOutput?: readonly number[];
};

/** The changed wiring, with each operand's elements in row-major order. */
export function caseOf(params: ConvParams, change: Change, data: Data, choices?: Choices) {
  const problem = tiny(params);
  const wiring = buildWiring(sizesOf(problem), [change], choices) as Wiring;
  const shapes = {
    input: inputShape(problem),
    weight: weightShape(problem),
    bias: [data.bias?.length ?? 0],
    gradOutput: outputShape(problem),
  };
  const operands = Object.fromEntries(
    Object.entries(data).map(([name, values]) => {
      const tensor = zeros(problem.dtype, shapes[name as keyof Data]);
      values.forEach((value, i) => {
        tensor.data[i] = value;
      });
      return [name, tensor];
    }),
  ) as unknown as Operands;
  return { wiring, operands, dtype: problem.dtype };
}

/** All elements of it. */
export function evaluated(params: ConvParams, change: Change, data: Data, choices?: Choices) {
  const { wiring, operands, dtype } = caseOf(params, change, data, choices);
  return upTo(elementsOf(wiring)).map(evaluator(wiring, operands, dtype));
}

/** One sample, two windows of two pixels. */
export const ROW: ConvParams = { inputSize: [3], kernelSize: 2, dtype: 'float64' };
export const DATA: Data = { input: [1, -2, 3], weight: [10, 100] };
export const BIASED: ConvParams = { ...ROW, bias: true };
