/**
 * convproof as a library: what it exports, takes, throws and leaves alone.
 */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tensor } from '../src/core/tensor.ts';
import * as library from '../src/index.ts';
import {
  directConvolution,
  explain,
  fillOperands,
  problem,
  ToolError,
  unfold,
  verify,
} from '../src/index.ts';
import { run } from './host.ts';

const write = { stdout: vi.spyOn(process.stdout, 'write'), stderr: vi.spyOn(process.stderr, 'write') };
const exitCode = process.exitCode;

beforeEach(() => {
  write.stdout.mockClear();
  write.stderr.mockClear();
});

afterEach(() => {
  expect(write.stdout).not.toHaveBeenCalled();
  expect(write.stderr).not.toHaveBeenCalled();
  expect(process.exitCode).toBe(exitCode);
});

test('the exported names are these', async () => {
  await expect(Object.keys(library).sort().join('\n')).toMatchFileSnapshot('./snapshots/exported-names.txt');
});

describe('verify', () => {
  const token = 'mb2ic3ih8oc4kh3sh2ph1';
  const params = {
    batch: 2,
    inChannels: 3,
    outChannels: 4,
    inputSize: 8,
    kernelSize: 3,
    stride: 2,
    padding: 1,
  };

  test('takes a token, a pasted layer, hyperparameters or a problem, and says the same of each', () => {
    const pasted = 'Conv2d(3, 4, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)';
    const given = [token, params, problem(token), problem(pasted, { batch: 2, inputSize: 8 })];
    const [first, ...others] = given.map((layer) => verify(layer, { seed: 7 }));
    expect(first?.verdict).toBe('pass');
    for (const { problem, checks, data } of others) {
      expect(problem).toEqual(first?.problem);
      expect(checks).toEqual(first?.checks);
      expect(data.output).toEqual(first?.data.output);
    }
  });

  test('judges tensors and outputs that are handed in', () => {
    const { data } = verify(token);
    const right = data.output;
    const wrong = { ...right, data: right.data.map((value, i) => (i === 5 ? value + 1 : value)) };
    expect(verify(token, { operands: data.operands, external: right }).verdict).toBe('pass');
    const { verdict, checks } = verify(token, { operands: data.operands, external: wrong });
    expect(verdict).toBe('fail');
    expect(checks.find(({ actual }) => actual === 'external')).toMatchObject({
      reason: 'mismatch',
      comparison: { mismatches: 1, worst: { index: [0, 0, 1, 1] } },
    });
  });

  test('changes none of the tensors handed in', () => {
    const operands = fillOperands(problem(token), 'uniform', 3);
    const before = structuredClone(operands);
    verify(token, { operands });
    expect(operands).toEqual(before);
  });

  test('runs no witness that was not asked for', () => {
    expect(verify(token, { witnesses: ['exact'], trials: 2 }).checks.map(({ witness }) => witness)).toEqual([
      'exact',
    ]);
  });

  test('refuses what the command line refuses, with the same words', async () => {
    const { stderr } = await run(['verify', 'mb1ic3ih2oc4kh3']);
    expect.assertions(3);
    try {
      verify('mb1ic3ih2oc4kh3');
    } catch (error) {
      expect(error).toBeInstanceOf(ToolError);
      const { code, message, hint } = error as ToolError;
      expect(code).toBe('bad-problem');
      expect(stderr).toBe(`error: ${message}\nhint: ${hint}\n`);
    }
  });

  test.each([
    ['a word that is no layer', () => verify('hello'), 'bad-layer'],
    ['a layer without its input size', () => problem('Conv2d(3, 8, 3)'), 'bad-problem'],
    ['more memory than is allowed', () => verify(token, { maxMemory: 1000 }), 'too-large'],
    [
      'a tensor of another shape',
      () => verify(token, { operands: { input: verify(params).data.operands.weight } }),
      'bad-tensor',
    ],
  ])('throws a ToolError for %s', (_, call, code) => {
    expect(call).toThrow(expect.objectContaining({ name: 'ToolError', code }));
  });
});

test('explain gives the text that the command prints', async () => {
  expect(explain('mb1ic1ih5oc1kh3sh2')).toBe((await run(['explain', 'mb1ic1ih5oc1kh3sh2'])).stdout);
});

test('the stages can be called one by one', () => {
  const small = problem({ inChannels: 1, outChannels: 1, inputSize: 3, kernelSize: 2 });
  const operands = fillOperands(small, 'arange', 0);
  const { unfold: spec } = library.planDecomposition(small);
  expect([...unfold(operands.input as Tensor, spec).data]).toEqual([
    0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8,
  ]);
  expect([...directConvolution(small, operands).output]).toEqual([19, 25, 37, 43]);
});
