/**
 * What a run was made of is given back when nobody needs it: what was made, once, and nothing else.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { giveBack, keepSpare, takeSpare } from '../../src/core/spare.ts';
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

beforeAll(() => keepSpare());
afterAll(() => keepSpare(0));
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

const KINDS: readonly [string, ConvParams][] = [
  ['forward', {}],
  ['grad-input', { direction: 'grad-input' }],
  ['grad-weight', { direction: 'grad-weight' }],
  ['float64', { dtype: 'float64', padding: 1, bias: true }],
  ['float16', { dtype: 'float16', stride: 2 }],
  ['uint8', { dtype: 'uint8', padding: 1, inputZeroPoint: 3 }],
];

test.each(KINDS)('what comes next is the same in used memory as in new: %s', (_, params) => {
  const other = { inChannels: 64, outChannels: 64, inputSize: 20, kernelSize: 3, ...params };
  const figures = () => {
    const { checks, data } = verify(resolveProblem(other), { seed: 3 });
    const figured = { checks, output: data.output.data.slice(), direct: data.direct.output.slice() };
    discard(data);
    return figured;
  };
  keepSpare(0);
  const first = figures();
  keepSpare();
  // What is there is neither zeros nor numbers that could be right.
  giveBack(...Array.from({ length: 8 }, (_, i) => new Float64Array(2 ** 17 - 1000 * i).fill(Number.NaN)));
  expect(figures()).toEqual(first);
  verify(resolveProblem({ inChannels: 60, outChannels: 70, inputSize: 21, kernelSize: 3 }));
  expect(figures()).toEqual(first);
});
