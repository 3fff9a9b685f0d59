/**
 * Each condition, recounted on the problem itself, parts random problems as its words say.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import { resolveProblem } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { conditionOf } from '../../src/diagnose/conditions.ts';
import { problems } from '../problems.ts';

const h = ({ axes }: Problem) => axes[0] as Axis;
const w = ({ axes }: Problem) => axes[1] as Axis;
const some = (holds: (axis: Axis) => boolean) => (problem: Problem) => problem.axes.some(holds);
const C = (problem: Problem) => problem.inChannels / problem.groups;
const area = (problem: Problem) => h(problem).kernelSize * w(problem).kernelSize;
const L = (problem: Problem) => h(problem).outputSize * w(problem).outputSize;
const K = (problem: Problem) => C(problem) * area(problem);

const CONDITIONS: Readonly<Record<string, (problem: Problem) => boolean>> = {
  'stride > 1': some((axis) => axis.stride > 1),
  'dilation > 1 with a kernel > 1': some((axis) => axis.dilation > 1 && axis.kernelSize > 1),
  'padding ≠ 0': some((axis) => axis.paddingBegin !== 0 || axis.paddingEnd !== 0),
  'padding > 0': some((axis) => axis.paddingBegin > 0),
  'groups > 1': ({ groups }) => groups > 1,
  'groups > 1 and C_out/groups > 1': ({ groups, outChannels }) => groups > 1 && outChannels > groups,
  'groups > 1 and C_in/groups > 1': ({ groups, inChannels }) => groups > 1 && inChannels > groups,
  'N > 1': ({ batch }) => batch > 1,
  'N > 1 and C_out > 1': ({ batch, outChannels }) => batch > 1 && outChannels > 1,
  'N > 1 and C_in > 1': ({ batch, inChannels }) => batch > 1 && inChannels > 1,
  'C_in > 1': ({ inChannels }) => inChannels > 1,
  'C_in/groups > 1': (problem) => C(problem) > 1,
  'C_out > 1': ({ outChannels }) => outChannels > 1,
  'C_out > 1 and L > 1': (problem) => problem.outChannels > 1 && L(problem) > 1,
  'C_in/groups > 1 and kH·kW > 1': (problem) => C(problem) > 1 && area(problem) > 1,
  'kH·kW > 1': (problem) => area(problem) > 1,
  'kH·kW > 1 and L > 1': (problem) => area(problem) > 1 && L(problem) > 1,
  'K > 1 and L > 1': (problem) => K(problem) > 1 && L(problem) > 1,
  'kH > 1': (problem) => h(problem).kernelSize > 1,
  'kW > 1': (problem) => w(problem).kernelSize > 1,
  'kH > 1 and kW > 1': (problem) => h(problem).kernelSize > 1 && w(problem).kernelSize > 1,
  'stride_h ≠ stride_w': (problem) => h(problem).stride !== w(problem).stride,
  'stride ≠ dilation': some((axis) => axis.stride !== axis.dilation),
  'padding_h ≠ padding_w': (problem) => h(problem).paddingBegin !== w(problem).paddingBegin,
  'dilation_h ≠ dilation_w': (problem) => h(problem).dilation !== w(problem).dilation,
  'dilation_h ≠ dilation_w with a kernel > 1': (problem) =>
    h(problem).dilation !== w(problem).dilation && area(problem) > 1,
  'kH ≠ kW': (problem) => h(problem).kernelSize !== w(problem).kernelSize,
  'H_in ≠ W_in': (problem) => h(problem).inputSize !== w(problem).inputSize,
  'H_out ≠ W_out': (problem) => h(problem).outputSize !== w(problem).outputSize,
  'W_out ≠ W_in': (problem) => w(problem).outputSize !== w(problem).inputSize,
  'L > 1': (problem) => L(problem) > 1,
  'H_out > 1': (problem) => h(problem).outputSize > 1,
  'W_out > 1': (problem) => w(problem).outputSize > 1,
  'H_out > 1 and W_out > 1': (problem) => h(problem).outputSize > 1 && w(problem).outputSize > 1,
  'padding > 0 and stride > 1': some((axis) => axis.paddingBegin > 0 && axis.stride > 1),
  'the paddings of the two ends differ': some((axis) => axis.paddingBegin !== axis.paddingEnd),
  'a bias': ({ bias }) => bias,
  ...Object.fromEntries(
    [4, 8, 16].flatMap((block) => [
      [`K is not a multiple of ${block}`, (problem: Problem) => K(problem) % block !== 0],
      [`C_out is not a multiple of ${block}`, ({ outChannels }: Problem) => outChannels % block !== 0],
      [`L is not a multiple of ${block}`, (problem: Problem) => L(problem) % block !== 0],
    ]),
  ),
};

/** Random problems, and plain ones with one or two of everything, which hold what random ones seldom do. */
function sample(): Problem[] {
  const sizes = [1, 2, 8, 16];
  const plain = sizes.flatMap((inChannels) =>
    sizes.flatMap((outChannels) =>
      [1, 2].flatMap((groups) =>
        [1, 2, 4].flatMap((kernelSize) =>
          [0, 1].flatMap((spare) =>
            inChannels % groups === 0 && outChannels % groups === 0
              ? [
                  resolveProblem({
                    inChannels,
                    outChannels,
                    groups,
                    kernelSize: [kernelSize, 1],
                    inputSize: [kernelSize, 1 + 3 * spare],
                    batch: 1 + spare,
                  }),
                  resolveProblem({
                    inChannels,
                    outChannels,
                    groups,
                    kernelSize: [1, kernelSize],
                    inputSize: [1 + 3 * spare, kernelSize + 3],
                  }),
                  resolveProblem({ inChannels, outChannels, groups, kernelSize, inputSize: kernelSize }),
                ]
              : [],
          ),
        ),
      ),
    ),
  );
  return [...plain, ...fc.sample(problems(), { numRuns: 400, seed: 5489 })];
}

const drawn = sample();

test.each(Object.entries(CONDITIONS))('%s', (words, fails) => {
  expect(conditionOf(drawn.map((problem) => ({ problem, fails: fails(problem) })))?.words).toBe(words);
});
