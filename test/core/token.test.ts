import { describe, expect, it } from 'vitest';
import { describeProblem, mergeParams } from '../../src/core/layer.ts';
import type { ConvParams } from '../../src/core/params.ts';
import type { Problem } from '../../src/core/problem.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { formatToken, parseToken } from '../../src/core/token.ts';
import { thrownBy } from './thrown.ts';

function read(token: string): Problem {
  return resolveProblem(parseToken(token));
}

/** One number per axis, H and W. */
function axes(token: string, key: keyof Problem['axes'][0]): number[] {
  return read(token).axes.map((axis) => axis[key]);
}

function ends(token: string): number[][] {
  return read(token).axes.map((axis) => [axis.paddingBegin, axis.paddingEnd]);
}

describe('a token means what it means to benchdnn', () => {
  it('whatever the order of its items', () => {
    expect(read('ph1sh2kh3oc64ih28ic32mb10g2')).toEqual(read('g2mb10ic32ih28oc64kh3sh2ph1'));
  });

  it('the last of a repeated key wins', () => {
    expect(read('mb7ic3ih9oc4kh5mb1kh3')).toEqual(read('mb1ic3ih9oc4kh3'));
  });

  it('an underscore may follow any number, the last one too', () => {
    expect(read('mb1_ic3_ih9_oc4_kh3_')).toEqual(read('mb1ic3ih9oc4kh3'));
    expect(read('mb1_ic3ih9_oc4kh3_n"name"')).toEqual(read('mb1ic3ih9oc4kh3'));
  });

  it('everything from the first n on is a name', () => {
    for (const name of ['n', 'nconv1', 'n"resnet_50:conv1*3"', 'nkh5ic9', 'n -3 A__']) {
      expect(read(`mb1ic3ih9oc4kh3${name}`)).toEqual(read('mb1ic3ih9oc4kh3'));
    }
  });

  it('leading zeros count for nothing', () => {
    expect(read('mb01ic003ih09oc4kh3ph00')).toEqual(read('mb1ic3ih9oc4kh3'));
  });

  it('the batch is 2 where it is not given', () => {
    expect(read('ic3ih9oc4kh3').batch).toBe(2);
    expect(read('mb5ic3ih9oc4kh3').batch).toBe(5);
  });

  it('groups and strides are 1 and paddings 0 where they are not given', () => {
    const problem = read('ic3ih9oc4kh3');
    expect(problem.groups).toBe(1);
    expect(problem.axes[0]).toEqual({
      inputSize: 9,
      kernelSize: 3,
      stride: 1,
      dilation: 1,
      paddingBegin: 0,
      paddingEnd: 0,
      outputSize: 7,
    });
  });

  it('a written g1 is the g that is not written', () => {
    expect(read('g1ic3ih9oc4kh3')).toEqual(read('ic3ih9oc4kh3'));
  });

  it('dilation counts from 0: d0 is a dense window', () => {
    expect(axes('ic3ih9oc4kh3', 'dilation')).toEqual([1, 1]);
    expect(axes('ic3ih9oc4kh3dh0', 'dilation')).toEqual([1, 1]);
    expect(axes('ic3ih9oc4kh3dh2', 'dilation')).toEqual([3, 3]);
    expect(axes('ic3ih9iw9oc4kh3kw3dh2dw1', 'dilation')).toEqual([3, 2]);
  });

  it('channels and groups are those of the whole layer', () => {
    expect(read('g4ic8ih9oc12kh3')).toMatchObject({ groups: 4, inChannels: 8, outChannels: 12 });
  });
});

describe('where an output size is given', () => {
  it('it defines the end padding', () => {
    expect(ends('ic16ih10oh5oc32kh3sh2ph0')).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(axes('ic16ih10oh5oc32kh3sh2ph0', 'outputSize')).toEqual([5, 5]);
  });

  it('it defines a negative end padding too, which crops', () => {
    expect(ends('ic3ih8oc4oh4kh3ph0')).toEqual([
      [0, -2],
      [0, -2],
    ]);
  });

  it('it defines the beginning too where no padding is given: half of all, rounded towards zero', () => {
    expect(ends('ic16ih10oh5oc32kh3sh2')).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(ends('ic16ih10oh10oc32kh4')).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(ends('ic16ih10oh5oc32kh3')).toEqual([
      [-1, -2],
      [-1, -2],
    ]);
  });

  it('a padding of 0 that is written is not one that is left out', () => {
    expect(ends('ic1ih4oh6oc1kh3')).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(ends('ic1ih4oh6oc1kh3ph0')).toEqual([
      [0, 4],
      [0, 4],
    ]);
  });

  it('the remainder of a stride is no asymmetry', () => {
    // oh5 needs 11 of the 12 padded elements.
    expect(read('ic3ih10oh5oc4kh3sh2ph1')).toEqual(read('ic3ih10oc4kh3sh2ph1'));
    expect(formatToken(read('ic3ih10oh5oc4kh3sh2ph1')).token).not.toContain('oh');
  });

  it('of one axis only, the other axis keeps its own', () => {
    const token = 'ic1ih5iw6oh5oc1kh3kw3pw1';
    expect(axes(token, 'outputSize')).toEqual([5, 6]);
    expect(ends(token)).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('an oh0 is one that is not given', () => {
    expect(read('ic3ih9oh0oc4kh3')).toEqual(read('ic3ih9oc4kh3'));
  });
});

describe('an axis', () => {
  it('that is left out whole copies the one before it', () => {
    expect(read('ic1ih10oc1kh3sh2ph1dh1')).toEqual(read('ic1ih10iw10oc1kh3kw3sh2sw2ph1pw1dh1dw1'));
    expect(read('ic1ih10oh5oc1kh3sh2')).toEqual(read('ic1ih10iw10oh5ow5oc1kh3kw3sh2sw2'));
  });

  it('counts as left out where only its defaults are written: kh3ph1pw0 means pw1', () => {
    expect(ends('ic1ih9oc1kh3ph1pw0')).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(read('ic1ih9oc1kh3ph1pw0sw1dw0iw0kw0ow0')).toEqual(read('ic1ih9oc1kh3ph1'));
  });

  it('does not copy where any of its numbers is written', () => {
    expect(ends('ic1ih9iw9oc1kh3kw3ph1pw0')).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(axes('ic1ih9iw5oc1kh3kw2sh2', 'stride')).toEqual([2, 1]);
  });

  it.each([
    ['ic1ih10iw12oc1kh3', 'kw is missing'],
    ['ic1ih10oc1kh3kw3', 'iw is missing'],
    ['ic1ih10oc1kh3sw2', 'iw is missing'],
    ['ic1ih10oc1kh3pw1', 'iw is missing'],
    ['ic1ih10oc1kh3dw1', 'iw is missing'],
    ['ic1ih10oc1kh3ow4', 'iw is missing'],
    ['ic1ih10oc1', 'kh is missing'],
    ['ic1oc1kh3', 'ih is missing'],
    ['ic1oc1', 'ih and kh are missing'],
    ['', 'ic is missing'],
  ])('must be whole: %s', (token, rule) => {
    const error = thrownBy(() => parseToken(token));
    expect(error.code).toBe('bad-layer');
    expect(error.message).toBe(`layer '${token}' cannot be read: ${rule}`);
  });

  it.each([
    ['ic16iw10oc32kw3', [10]],
    ['ic16id10oc32kd3', [10, 10, 10]],
    ['ic16id10ih9iw8oc32kd3kh3kw3', [10, 9, 8]],
    ['ic16ih10oc32kh3', [10, 10]],
  ])('of width alone is 1-D, of depth alone all three: %s', (token, sizes) => {
    expect(describeProblem(token).axes.map(({ inputSize }) => inputSize)).toEqual(sizes);
  });

  it.each(['ic1id4ih4oc1kd3kh3', 'ic1id4iw4oc1kd3kw3'])(
    'of depth needs both others or neither: %s',
    (token) => {
      const error = thrownBy(() => parseToken(token));
      expect(error.code).toBe('bad-layer');
      expect(error.message).toContain('with d, either both of h and w are given or neither');
    },
  );
});

describe('a token that cannot be read names the place and the rule', () => {
  it.each([
    ['ic3ih-9oc4kh3', "'ih-9oc4kh3' at character 4 is not a key and a number"],
    ['ic3ih9__oc4kh3', "'_oc4kh3' at character 8 is not a key and a number"],
    ['_ic3ih9oc4kh3', "'_ic3ih9oc4kh' at character 1 is not a key and a number"],
    ['IC3ih9oc4kh3', "'IC3ih9oc4kh3' at character 1 is not a key and a number"],
    ['ic3ih9oc4kh', "'kh' at character 10 is not a key and a number"],
    ['ic3 ih9oc4kh3', "' ih9oc4kh3' at character 4 is not a key and a number"],
    ['ic3ih9oc4kh3xy2', "'xy2' at character 13 is not a key and a number"],
    ['ic3.5ih9oc4kh3', "'.5ih9oc4kh3' at character 4 is not a key and a number"],
    ['ic3ih9oc4kh3gh2', "'gh2' at character 13 is not a key and a number"],
    ['42', "'42' at character 1 is not a key and a number"],
    ['ic3ih9oc4kh9007199254740993', 'kh9007199254740993 is too large'],
    ['g0ic3ih9oc4kh3', 'g is 0, but it must be at least 1'],
    ['ic0ih9oc4kh3', 'ic is 0, but it must be at least 1'],
    ['ic3ih9oc0kh3', 'oc is 0, but it must be at least 1'],
    ['ic3ih9oc4kh3sh0', 'sh is 0, but it must be at least 1'],
    ['ic3ih9oc4kh3sw0', 'sw is 0, but it must be at least 1'],
    ['ih9oc4kh3', 'ic is missing'],
    ['ic3ih9kh3', 'oc is missing'],
  ])('%s', (token, rule) => {
    const error = thrownBy(() => parseToken(token));
    expect([error.code, error.message]).toEqual(['bad-layer', `layer '${token}' cannot be read: ${rule}`]);
    expect(error.hint).toContain('mb10ic32ih28oc64kh3sh2ph1');
  });

  it.each([
    ['mb0ic3ih9oc4kh3', 'batch is 0, but it must be an integer of at least 1'],
    ['g2ic3ih9oc4kh3', 'groups is 2 and in_channels is 3, but groups must divide in_channels'],
    ['g2ic4ih9oc3kh3', 'groups is 2 and out_channels is 3, but groups must divide out_channels'],
    ['ic3ih2oc4kh3', 'H_out = floor((2 + 0 + 0 - 1·(3 - 1) - 1) / 1) + 1 = 0'],
  ])('or, where it can be read but is no problem, what is wrong with it: %s', (token, message) => {
    const error = thrownBy(() => read(token));
    expect(error.code).toBe('bad-problem');
    expect(error.message).toContain(message);
  });
});

describe('a problem prints as the shortest token that reads back', () => {
  it.each<[string, ConvParams, string]>([
    ['equal axes once', {}, 'mb2ic3ih9oc4kh3'],
    [
      'stride, padding and dilation where they are not the defaults',
      { stride: 2, padding: 1, dilation: 2 },
      'mb2ic3ih9oc4kh3sh2ph1dh1',
    ],
    ['both axes where one number differs', { stride: [1, 2] }, 'mb2ic3ih9iw9oc4kh3kw3sh1sw2'],
    ['a 0 beside a padding', { padding: [1, 0] }, 'mb2ic3ih9iw9oc4kh3kw3ph1pw0'],
    ['groups', { inChannels: 4, groups: 2 }, 'g2mb2ic4ih9oc4kh3'],
    [
      'the output where the end padding is another than the beginning',
      { padding: 0, paddingEnd: 1 },
      'mb2ic3ih9oc4oh8kh3ph0',
    ],
    ['a derived negative beginning by leaving it out', { padding: -1, paddingEnd: -1 }, 'mb2ic3ih9oc4oh5kh3'],
  ])('%s', (_, beside, token) => {
    expect(formatToken(describeProblem('mb2ic3ih9oc4kh3', beside))).toEqual({ token, options: [] });
  });

  it('and where no token can say the padding, with the option that can', () => {
    const problem = describeProblem('mb2ic3ih9oc4kh3', { padding: [-2, 0], paddingEnd: [0, 0] });
    const form = formatToken(problem);
    expect(form).toEqual({ token: 'mb2ic3ih9iw9oc4oh5ow7kh3kw3pw0', options: ['--padding=-2x0'] });
    expect(resolveProblem(mergeParams(parseToken(form.token), { padding: [-2, 0] }))).toEqual(problem);
  });
});

describe('division in a token', () => {
  it('truncates towards zero, as in C: a window short of less than a stride counts, by an end padding', () => {
    const problem = resolveProblem(parseToken('mb1ic1ih2oc1kh3sh2'));
    expect(problem.axes.map(({ outputSize, paddingEnd }) => [outputSize, paddingEnd])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(formatToken(problem).token).toBe('mb1ic1ih2oc1oh1kh3sh2ph0');
  });

  it('finds no window where a whole stride or more is missing', () => {
    expect(() => resolveProblem(parseToken('mb1ic1ih2oc1kh4sh2'))).toThrow(/at least one window must fit/);
  });
});
