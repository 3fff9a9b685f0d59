import { describe, expect, it } from 'vitest';
import { describeProblem, mergeParams, parseLayer, withStartingCase } from '../../src/core/layer.ts';
import { completeFromTensors, type LoadedShapes } from '../../src/core/loaded-shapes.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken } from '../../src/core/token.ts';
import { thrownBy } from './thrown.ts';

const tensor = (name: string, ...shape: number[]) => ({ name, shape });

describe('a layer', () => {
  it('is a token, or a Conv2d(...) line with its bias', () => {
    expect(parseLayer(' ic3ih9oc4kh3\n')).toEqual(parseLayer('ic3ih9oc4kh3'));
    expect(parseLayer('Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))')).toMatchObject({
      inChannels: 3,
      bias: true,
    });
  });

  it('may have brackets in its name: a token is one all the same', () => {
    expect(parseLayer('ic3ih9oc4kh3n"res(2a)"')).toEqual(parseLayer('ic3ih9oc4kh3'));
  });

  it('gives way to what is written beside it', () => {
    const layer = { inChannels: 3, stride: 2, bias: true };
    expect(mergeParams(layer, { stride: 1, groups: 3, bias: undefined })).toEqual({
      ...layer,
      stride: 1,
      groups: 3,
    });
    expect(mergeParams(layer, { bias: false }).bias).toBe(false);
  });

  it('loses its output size to an option that defines the end padding', () => {
    const layer = { padding: [1, 1], outputSize: [5, 5] };
    expect(mergeParams(layer, { paddingEnd: 1 }).outputSize).toBeUndefined();
    expect(mergeParams(layer, { padding: 'same' }).outputSize).toBeUndefined();
    expect(mergeParams(layer, { padding: 0 }).outputSize).toEqual([5, 5]);
    expect(mergeParams(layer, { paddingEnd: 1, outputSize: 6 }).outputSize).toBe(6);
  });
});

describe('an option beside a token', () => {
  const ends = (token: string, beside: ConvParams) =>
    describeProblem(token, beside).axes.map((axis) => [axis.paddingBegin, axis.paddingEnd, axis.outputSize]);

  it.each<[string, string, ConvParams, number[][]]>([
    [
      'the begin padding that an output size derived',
      'oh8',
      { kernelSize: 5 },
      [
        [2, 2, 8],
        [2, 2, 8],
      ],
    ],
    [
      'both paddings, where the output size is the option',
      'oh8',
      { outputSize: 10 },
      [
        [2, 2, 10],
        [2, 2, 10],
      ],
    ],
    [
      'the same where the token says none',
      '',
      { outputSize: 8 },
      [
        [1, 1, 8],
        [1, 1, 8],
      ],
    ],
    [
      'the paddings of one axis only',
      'iw8kw3oh8',
      { kernelSize: 5 },
      [
        [2, 2, 8],
        [0, 0, 4],
      ],
    ],
    [
      'no padding that is written',
      'oh8ph1',
      { kernelSize: 5 },
      [
        [1, 3, 8],
        [1, 3, 8],
      ],
    ],
    [
      'nothing where the output size is put aside',
      'oh8',
      { paddingEnd: 1 },
      [
        [0, 1, 7],
        [0, 1, 7],
      ],
    ],
    [
      'no padding that is the option',
      'oh8',
      { padding: 0 },
      [
        [0, 2, 8],
        [0, 2, 8],
      ],
    ],
  ])('derives anew %s', (_, keys, beside, expected) => {
    expect(ends(`mb1ic1ih8oc1kh3${keys}`, beside)).toEqual(expected);
  });

  it("derives anew the window that C's division finds", () => {
    const token = 'mb1ic1ih2oc1kh3sh2'; // one window over 2 of 3 elements
    expect(ends(token, {})[0]).toEqual([0, 1, 1]);
    expect(ends(token, { inputSize: 6 })[0]).toEqual([0, 0, 2]);
    expect(ends(token, { inputSize: 1, kernelSize: 2 })[0]).toEqual([0, 1, 1]);
    const error = thrownBy(() => describeProblem(token, { padding: 'valid' }));
    expect(error.message).toContain('at least one window must fit');
  });
});

describe('a token beside a loaded input', () => {
  const input = tensor('x.npy', 5, 1, 8, 8);

  it('takes its batch where it writes none: a default is no statement', () => {
    expect(describeProblem('ic1ih8oc1kh3', {}, { input }).batch).toBe(5);
    expect(describeProblem('ic1ih8oc1kh3').batch).toBe(2);
  });

  it('is refused where it writes another', () => {
    const error = thrownBy(() => describeProblem('mb2ic1ih8oc1kh3', {}, { input }));
    expect(error.message).toBe('batch is 2, but x.npy has shape (5, 1, 8, 8), whose dimension 0 is 5');
    expect(thrownBy(() => describeProblem('ic1ih8oc1kh3', { batch: 2 }, { input })).message).toBe(
      error.message,
    );
  });
});

describe('the case that the project began with', () => {
  const token = (params: ConvParams) => formatToken(resolveProblem(withStartingCase(params))).token;

  it('is what nothing at all describes', () => {
    expect(token({})).toBe('mb10ic32ih1oc64kh3ph1');
    expect(formatToken(describeProblem(undefined)).token).toBe('mb10ic32ih1oc64kh3ph1');
  });

  it('keeps what is not said otherwise', () => {
    expect(token({ batch: 2, stride: 2 })).toBe('mb2ic32ih1oc64kh3sh2ph1');
    expect(token({ padding: 2 })).toBe('mb10ic32ih1oc64kh3ph2');
  });

  it('loses its padding with its windows: a size of one’s own starts from 0', () => {
    expect(token({ inputSize: 8 })).toBe('mb10ic32ih8oc64kh3');
    expect(token({ kernelSize: 1 })).toBe('mb10ic32ih1oc64kh1');
    expect(token({ inputSize: 8, padding: 1 })).toBe('mb10ic32ih8oc64kh3ph1');
  });

  it('completes neither a layer nor tensors', () => {
    const missing = thrownBy(() => describeProblem('Conv2d(3, 4, kernel_size=(3, 3))'));
    expect(missing.message).toContain('input_size is missing');
    const input = tensor('x.npy', 1, 3, 8, 8);
    expect(thrownBy(() => describeProblem(undefined, {}, { input })).message).toContain(
      'out_channels is missing',
    );
    expect(
      thrownBy(() => describeProblem(undefined, {}, { weight: tensor('w', 4, 3, 3, 3) })).message,
    ).toContain('input_size is missing');
  });
});

describe('loaded tensors', () => {
  it('give the sizes that nothing else says', () => {
    const tensors: LoadedShapes = {
      input: tensor('x.npy', 5, 6, 9, 8),
      weight: tensor('w.npy', 4, 3, 3, 2),
      bias: tensor('b.npy', 4),
    };
    const problem = describeProblem(undefined, { stride: 2 }, tensors);
    expect(formatToken(problem).token).toBe('g2mb5ic6ih9iw8oc4kh3kw2sh2sw2');
    expect(problem.bias).toBe(true);
  });

  it('of which only the weight is there, with groups, give in_channels', () => {
    const weight = tensor('w.npy', 4, 3, 3, 2);
    expect(completeFromTensors({ groups: 2 }, { weight })).toMatchObject({ inChannels: 6, groups: 2 });
    expect(completeFromTensors({}, { weight })).toMatchObject({ inChannels: 3, kernelSize: [3, 2] });
  });

  it('may repeat what is said', () => {
    const said = {
      batch: 5,
      inChannels: 6,
      outChannels: 4,
      inputSize: 9,
      kernelSize: [3, 2],
      groups: 2,
      bias: true,
    };
    const tensors: LoadedShapes = {
      input: tensor('x.npy', 5, 6, 9, 9),
      weight: tensor('w.npy', 4, 3, 3, 2),
      bias: tensor('b.npy', 4),
    };
    expect(resolveProblem(completeFromTensors(said, tensors))).toEqual(resolveProblem(said));
  });

  it('complete a layer with no bias of its own', () => {
    expect(completeFromTensors({}, { input: tensor('x', 1, 2, 3, 4) }).bias).toBeUndefined();
    expect(completeFromTensors({}, { bias: tensor('b', 7) })).toEqual({ bias: true, outChannels: 7 });
  });

  const input = tensor('x.npy', 5, 6, 9, 8);
  const weight = tensor('w.npy', 4, 3, 3, 2);
  const bias = tensor('b.npy', 4);
  it.each<[ConvParams, LoadedShapes, string]>([
    [{ batch: 2 }, { input }, 'batch is 2, but x.npy has shape (5, 6, 9, 8), whose dimension 0 is 5'],
    [
      { inChannels: 3 },
      { input },
      'in_channels is 3, but x.npy has shape (5, 6, 9, 8), whose dimension 1 is 6',
    ],
    [
      { inputSize: 9 },
      { input },
      'input_size is 9, but x.npy has shape (5, 6, 9, 8), whose last dimensions are 9x8',
    ],
    [
      { inputSize: [8, 9] },
      { input },
      'input_size is 8x9, but x.npy has shape (5, 6, 9, 8), whose last dimensions are 9x8',
    ],
    [
      { outChannels: 8 },
      { weight },
      'out_channels is 8, but w.npy has shape (4, 3, 3, 2), whose dimension 0 is 4',
    ],
    [
      { kernelSize: 3 },
      { weight },
      'kernel_size is 3, but w.npy has shape (4, 3, 3, 2), whose last dimensions are 3x2',
    ],
    [{ outChannels: 8 }, { bias }, 'out_channels is 8, but b.npy has shape (4,), whose dimension 0 is 4'],
    [
      {},
      { weight, bias: tensor('b.npy', 5) },
      'out_channels is 4, but b.npy has shape (5,), whose dimension 0 is 5',
    ],
    [
      { inChannels: 7 },
      { weight },
      'w.npy has shape (4, 3, 3, 2), but dimension 1 must be a divisor of in_channels = 7',
    ],
    [
      {},
      { input: tensor('x.npy', 1, 7, 9, 8), weight },
      'w.npy has shape (4, 3, 3, 2), but dimension 1 must be a divisor of in_channels = 7',
    ],
    [
      { inChannels: 6, groups: 1 },
      { weight },
      'w.npy has shape (4, 3, 3, 2), but dimension 1 must be in_channels/groups = 6/1 = 6',
    ],
    [
      { inChannels: 6, groups: 3 },
      { weight },
      'w.npy has shape (4, 3, 3, 2), but dimension 1 must be in_channels/groups = 6/3 = 2',
    ],
    [{ bias: false }, { bias }, 'the layer says bias=False, but b.npy is given too'],
  ])('contradict %j, and both sides are named', (params, tensors, message) => {
    const error = thrownBy(() => completeFromTensors(params, tensors));
    expect([error.code, error.message]).toEqual(['bad-problem', message]);
  });

  it('leave groups that do not divide the channels to the rule that says so', () => {
    const params = { groups: 4, inputSize: 9 };
    const message = 'groups is 4 and in_channels is 6, but groups must divide in_channels';
    expect(
      thrownBy(() => describeProblem(undefined, params, { input: tensor('x', 1, 6, 9, 9), weight })).message,
    ).toContain(message);
  });

  it.each<[LoadedShapes, string, string | undefined]>([
    [
      { input: tensor('x', 6, 9, 8) },
      'x has shape (6, 9, 8), but it must have 4 dimensions: (N, C_in, H_in, W_in)',
      'add the batch dimension: x[None]',
    ],
    [
      { input: tensor('x', 6) },
      'x has shape (6,), but it must have 4 dimensions: (N, C_in, H_in, W_in)',
      undefined,
    ],
    [
      { weight: tensor('w', 4, 27) },
      'w has shape (4, 27), but it must have 4 dimensions: (C_out, C_in/groups, kH, kW)',
      undefined,
    ],
    [{ bias: tensor('b', 1, 4) }, 'b has shape (1, 4), but it must have 1 dimension: (C_out,)', undefined],
    [
      { bias: tensor('b', 4, 1, 1) },
      'b has shape (4, 1, 1), but it must have 1 dimension: (C_out,)',
      undefined,
    ],
  ])('of the wrong rank are refused: %j', (tensors, message, hint) => {
    const error = thrownBy(() => completeFromTensors({ spatialDims: 2 }, tensors));
    expect([error.code, error.message, error.hint]).toEqual(['bad-tensor', message, hint]);
  });

  it('say how many dimensions there are, the weight first', () => {
    const line = { input: tensor('x', 6, 9, 8), weight: tensor('w', 4, 9, 3) };
    expect(describeProblem(undefined, {}, line).axes).toHaveLength(1);
    const error = thrownBy(() =>
      describeProblem(undefined, {}, { ...line, weight: tensor('w', 4, 6, 3, 3) }),
    );
    expect([error.message, error.hint]).toEqual([
      'x has shape (6, 9, 8), but it must have 4 dimensions: (N, C_in, H_in, W_in)',
      'add the batch dimension: x[None]',
    ]);
    expect(thrownBy(() => completeFromTensors({}, { input: tensor('x', 6) })).message).toContain(
      'x has shape (6,), but it must have 3, 4 or 5 dimensions',
    );
  });

  it.each<keyof ConvParams>([
    'inputSize',
    'outputSize',
    'kernelSize',
    'stride',
    'padding',
    'paddingEnd',
    'outputPadding',
    'dilation',
  ])('do not outvote a list of two numbers for %s: the convolution is 2-D', (key) => {
    const error = thrownBy(() =>
      describeProblem(undefined, { [key]: [1, 1] }, { input: tensor('x', 6, 9, 8) }),
    );
    expect(error.message).toBe('x has shape (6, 9, 8), but it must have 4 dimensions: (N, C_in, H_in, W_in)');
    const weight = tensor('w', 4, 9, 3);
    expect(thrownBy(() => describeProblem(undefined, { [key]: [1, 1] }, { weight })).message).toBe(
      'w has shape (4, 9, 3), but it must have 4 dimensions: (C_out, C_in/groups, kH, kW)',
    );
  });

  it('without channels or pixels leave no problem', () => {
    const empty = { input: tensor('x', 1, 6, 0, 8), weight };
    expect(thrownBy(() => describeProblem(undefined, {}, empty)).message).toBe(
      'input_size is 0x8, but each number must be an integer of at least 1',
    );
    const none = { input, weight: tensor('w.npy', 4, 0, 3, 2) };
    expect(thrownBy(() => describeProblem(undefined, {}, none)).code).toBe('bad-problem');
  });
});
