/**
 * What a run was made of is given back when nobody needs it: what was made, once, and nothing else.
 */
import { beforeEach, expect, test } from 'vitest';
import { resolveProblem } from '../../src/core/resolve.ts';
import { takeSpare } from '../../src/core/spare.ts';
import { discard } from '../../src/verify/run-data.ts';
import { verify } from '../../src/verify/verify.ts';

// All of its tensors are longer than what is too small to be kept.
const problem = resolveProblem({ inChannels: 64, outChannels: 64, inputSize: 20, kernelSize: 3 });
const MOST = 2 ** 26;

function spare(): ArrayBuffer[] {
  const all: ArrayBuffer[] = [];
  for (let bytes = 2 ** 16; bytes <= MOST; bytes *= 2)
    for (let one = takeSpare(bytes); one !== undefined; one = takeSpare(bytes)) all.push(one);
  return all;
}

beforeEach(() => void spare());

test('its tensors, and the direct path’s arrays', () => {
  const { data } = verify(problem);
  const made = [data.operands.input, data.operands.weight, data.output].map((tensor) => tensor?.data.buffer);
  spare();
  discard(data);
  const given = spare();
  expect(new Set(given)).toEqual(new Set([...made, data.direct.output.buffer, data.direct.terms.buffer]));
});

test('not what was loaded, which others may have', () => {
  const { operands } = verify(problem).data;
  const { data } = verify(problem, { operands: { input: operands.input! } });
  spare();
  discard(data);
  const given = spare();
  expect(given).not.toContain(operands.input?.data.buffer);
  expect(given).toContain(data.operands.weight?.data.buffer);
});

test('nothing of a run whose paths run when they are asked for, which they are not', () => {
  const { data } = verify(problem, { fast: true });
  spare();
  discard(data);
  expect(spare()).toEqual([]);
});

test('what comes next is the same in used memory as in new', () => {
  const figures = () => {
    const { checks, data } = verify(problem, { seed: 3 });
    const figured = { checks, output: data.output.data.slice(), direct: data.direct.output.slice() };
    discard(data);
    return figured;
  };
  const first = figures();
  verify(resolveProblem({ inChannels: 60, outChannels: 70, inputSize: 21, kernelSize: 3 }));
  expect(figures()).toEqual(first);
});
