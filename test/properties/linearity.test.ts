import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import type { Operands } from '../../src/core/operands.ts';
import { biasShape, inputShape, outputShape, type Problem, weightShape } from '../../src/core/problem.ts';
import { coordinates, elementCount, type Shape } from '../../src/core/shape.ts';
import { type Tensor, zeros } from '../../src/core/tensor.ts';
import { tensorStream } from '../operands.ts';
import { problems, seeds } from '../problems.ts';

/** At most 48 taps of 3·16 times 16, and the bias: below 2^24, so that float32 sums them exactly. */
const MAGNITUDE = 16;

const paths: [string, (problem: Problem, operands: Operands) => readonly number[]][] = [
  ['decomposed', (problem, operands) => Array.from(decompose(problem, operands).output.data)],
  ['direct', (problem, operands) => Array.from(directConvolution(problem, operands).output)],
];

/** A tensor by its elements' coordinates. */
function generate({ dtype }: Problem, shape: Shape, value: (index: readonly number[]) => number): Tensor {
  const tensor = zeros(dtype, shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = value(coordinates(i, shape));
  return tensor;
}

function at({ data, shape }: Pick<Tensor, 'shape'> & { data: ArrayLike<number> }, index: readonly number[]) {
  return data[index.reduce((offset, i, d) => offset * (shape[d] as number) + i, 0)] as number;
}

function draw(problem: Problem, seed: number) {
  const next = tensorStream('integer', problem.dtype, seed, MAGNITUDE);
  const biased = problem.bias ? next(biasShape(problem)) : undefined;
  return {
    input: () => next(inputShape(problem)),
    weight: () => next(weightShape(problem)),
    bias: biased,
  };
}

const factors = () => fc.integer({ min: -1, max: 2 });

function combine(alpha: number, a: Tensor, beta: number, b: Tensor): Tensor {
  return { ...a, data: a.data.map((value, i) => alpha * value + beta * (b.data[i] as number)) };
}

describe.each(paths)('the %s convolution', (_, convolve) => {
  it('is linear in its input, exactly on integers', () => {
    fc.assert(
      fc.property(problems(), seeds(), factors(), factors(), (drawn, seed, alpha, beta) => {
        const problem = { ...drawn, bias: false };
        const { input, weight } = draw(problem, seed);
        const [a, b, w] = [input(), input(), weight()];
        const of = (x: Tensor) => convolve(problem, { input: x, weight: w, bias: undefined });
        const [y, z] = [of(a), of(b)];
        const expected = y.map((value, i) => alpha * value + beta * (z[i] as number) + 0);
        expect(of(combine(alpha, a, beta, b)).map((value) => value + 0)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is linear in its weight, exactly on integers', () => {
    fc.assert(
      fc.property(problems(), seeds(), factors(), factors(), (drawn, seed, alpha, beta) => {
        const problem = { ...drawn, bias: false };
        const { input, weight } = draw(problem, seed);
        const [a, b, x] = [weight(), weight(), input()];
        const of = (w: Tensor) => convolve(problem, { input: x, weight: w, bias: undefined });
        const [y, z] = [of(a), of(b)];
        const expected = y.map((value, i) => alpha * value + beta * (z[i] as number) + 0);
        expect(of(combine(alpha, a, beta, b)).map((value) => value + 0)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("adds each channel's bias once to every one of its elements", () => {
    fc.assert(
      fc.property(problems(), seeds(), (drawn, seed) => {
        const problem = { ...drawn, bias: true };
        const { input, weight, bias } = draw(problem, seed);
        const operands = { input: input(), weight: weight(), bias };
        const plain = convolve({ ...problem, bias: false }, { ...operands, bias: undefined });
        const shape = outputShape(problem);
        const expected = plain.map(
          (value, i) => value + at(bias as Tensor, [coordinates(i, shape)[1] as number]),
        );
        expect(convolve(problem, operands)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('is one convolution per group, on its slice of the channels, laid side by side', () => {
    const grouped = problems().filter(({ groups }) => groups > 1);
    fc.assert(
      fc.property(grouped, seeds(), (problem, seed) => {
        const { input, weight, bias } = draw(problem, seed);
        const [x, w] = [input(), weight()];
        const { groups, inChannels, outChannels } = problem;
        const [C, M] = [inChannels / groups, outChannels / groups];
        const single = { ...problem, groups: 1, inChannels: C, outChannels: M };
        const outputs = Array.from({ length: groups }, (_, g) =>
          convolve(single, {
            input: generate(problem, inputShape(single), ([n, c, h, v]) =>
              at(x, [n, g * C + (c as number), h, v] as number[]),
            ),
            weight: generate(problem, weightShape(single), ([co, ...rest]) =>
              at(w, [g * M + (co as number), ...rest]),
            ),
            bias: bias && generate(problem, biasShape(single), ([co]) => at(bias, [g * M + (co as number)])),
          }),
        );
        const expected = generate(problem, outputShape(problem), ([n, co, oh, ow]) => {
          const g = Math.floor((co as number) / M);
          const part = { shape: outputShape(single), data: outputs[g] as number[] };
          return at(part, [n, (co as number) - g * M, oh, ow] as number[]);
        });
        expect(convolve(problem, { input: x, weight: w, bias })).toEqual(Array.from(expected.data));
      }),
      { numRuns: 200 },
    );
  });

  it('follows its input: moved by one stride, the windows that stay inside move by one', () => {
    fc.assert(
      fc.property(problems(), seeds(), (drawn, seed) => {
        // No padding, as its zeros do not move; as many pixels as the windows need, and one stride more.
        const axes = drawn.axes.map((axis) => ({
          ...axis,
          paddingBegin: 0,
          paddingEnd: 0,
          inputSize: axis.stride * axis.outputSize + axis.dilation * (axis.kernelSize - 1) + 1,
          outputSize: axis.outputSize + 1,
        }));
        const problem = { ...drawn, axes };
        const { input, weight, bias } = draw(problem, seed);
        const [x, w] = [input(), weight()];
        const [sh, sw] = axes.map(({ stride }) => stride) as [number, number];
        const [H, W] = axes.map(({ inputSize }) => inputSize) as [number, number];
        const moved = generate(problem, x.shape, ([n, c, h, v]) =>
          at(x, [n, c, ((h as number) + sh) % H, ((v as number) + sw) % W] as number[]),
        );
        const shape = outputShape(problem);
        const before = { shape, data: convolve(problem, { input: x, weight: w, bias }) };
        const after = { shape, data: convolve(problem, { input: moved, weight: w, bias }) };
        for (let i = 0; i < elementCount(shape); i++) {
          const [n, co, oh, ow] = coordinates(i, shape) as [number, number, number, number];
          if (oh + 1 === shape[2] || ow + 1 === shape[3]) continue;
          expect(at(after, [n, co, oh, ow])).toBe(at(before, [n, co, oh + 1, ow + 1]));
        }
      }),
      { numRuns: 200 },
    );
  });
});
