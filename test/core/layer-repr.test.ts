import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { formatLayerRepr, parseLayerRepr } from '../../src/core/layer-repr.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { thrownBy } from './thrown.ts';

const PLAIN = parseLayerRepr('Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1))');

describe('a pasted layer', () => {
  it("takes torch.nn.Conv2d's defaults, the bias among them", () => {
    expect(PLAIN).toEqual({
      spatialDims: 2,
      inChannels: 3,
      outChannels: 4,
      kernelSize: [5, 5],
      stride: [1, 1],
      padding: 0,
      dilation: 1,
      groups: 1,
      bias: true,
      dtype: undefined,
    });
  });

  it.each([
    '  (conv1): Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1)),\n',
    '(layer1.0.conv1): Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1))',
    'torch.nn.Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1))',
    'self.conv1 = nn.Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1))',
    'nn.Conv2d(in_channels=3, out_channels=4, kernel_size=[5, 5], stride=(1,1))',
    'Conv2d(3, 4, (5, 5), (1, 1))',
    'Conv2d(\n  3,\n  4,\n  kernel_size=(5, 5,),\n  stride=(1, 1),\n)',
    'Conv2d(3, 4, (5, 5), (1, 1), 0, 1, 1, True, device=None, dtype=None)',
    'Conv2d( 3 , 4 , ( 5 , 5 ) , ( 1,1 , ) , groups=1 , bias=True )',
    'Conv2d(stride=(1, 1), kernel_size=(5, 5), out_channels=4, in_channels=3, device=cuda)',
  ])('may be written as %j', (text) => {
    expect(parseLayerRepr(text)).toEqual(PLAIN);
  });

  it.each<[string, ConvParams]>([
    ["padding='same'", { padding: 'same' }],
    ['padding="valid"', { padding: 'valid' }],
    ['padding=same', { padding: 'same' }],
    ['padding=(-1, 2)', { padding: [-1, 2] }],
    ['padding=3', { padding: 3 }],
    ['padding=(12,)', { padding: [12] }],
    ['dilation=(2, 1)', { dilation: [2, 1] }],
    ['dilation=(10, 11)', { dilation: [10, 11] }],
    ['groups=3', { groups: 3 }],
    ['bias=False', { bias: false }],
    ['dtype=torch.float64', { dtype: 'float64' }],
    ['dtype=torch.double', { dtype: 'float64' }],
    ['dtype=torch.float32', { dtype: 'float32' }],
    ['dtype=torch.float', { dtype: 'float32' }],
    ['dtype=torch.half', { dtype: 'float16' }],
    ['dtype=torch.bfloat16', { dtype: 'bfloat16' }],
    ["padding_mode='reflect'", { paddingMode: 'reflect' }],
    ['padding_mode=circular', { paddingMode: 'circular' }],
  ])('with %s', (argument, expected) => {
    const text = `Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1), ${argument})`;
    expect(parseLayerRepr(text)).toEqual({ ...PLAIN, ...expected });
  });

  it.each([
    ['Conv2d(3, 4', 'it must be one Name(...), its brackets closed'],
    ['Conv2d(3, 4) Conv2d(3, 4)', "'4) Conv2d(3, 4' is not an argument"],
    ['Conv2d(3, 4, (5, 5)', "'(5, 5' is not an argument"],
    ['Conv2d(3,, 4)', "', 4' is not an argument"],
    ['Conv2d(3, 4, kernel=3)', "'kernel' is not one of its parameters"],
    ["Conv2d(3, 4, 5, 1, 0, 1, 1, True, 'zeros', None, None, 7)", "'7' is not one of its parameters"],
    ["Conv2d(3, 4, 5, 1, 0, 1, 1, True, 'zeros', None, None, 7 )", "'7' is not one of its parameters"],
    ['Conv2d(3, 4, 5, kernel_size=5)', 'kernel_size is given twice'],
    ['Conv2d(3, 4, ([5, 5))', 'kernel_size is ([5, 5), but it must be an integer or a tuple of integers'],
    ['Conv2d(3, 4, (5, 5]))', 'kernel_size is (5, 5]), but it must be an integer or a tuple of integers'],
    ['Conv2d(3.5, 4, 5)', 'in_channels is 3.5, but it must be an integer'],
    ['Conv2d((3, 3), 4, 5)', 'in_channels is (3, 3), but it must be an integer'],
    ['Conv2d(3, 4, five)', 'kernel_size is five, but it must be an integer or a tuple of integers'],
    ['Conv2d(3, 4, 5, padding=full)', 'padding is full, but it must be an integer or a tuple of integers'],
    ['Conv2d(3, 4, 5, bias=0)', 'bias is 0, but it must be True or False'],
    [
      'Conv2d(3, 4, 5, dtype=torch.int8)',
      'dtype is torch.int8, but this version computes in torch.float32, torch.float64, torch.float16, torch.bfloat16',
    ],
    [
      "Conv2d(3, 4, 5, padding_mode='wrap')",
      "padding_mode is 'wrap', but it must be one of zeros, reflect, replicate, circular",
    ],
    ['Conv2d(3, 4, 5, output_padding=1)', "'output_padding' is not one of its parameters"],
  ])('that cannot be read names the argument and the rule: %s', (text, rule) => {
    const error = thrownBy(() => parseLayerRepr(text));
    expect([error.code, error.message]).toEqual(['bad-layer', `layer '${text}' cannot be read: ${rule}`]);
    expect(error.hint).toContain('paste it as PyTorch prints it');
  });

  it.each([
    [
      'Linear(3, 4)',
      "layer 'Linear(3, 4)' is a Linear, but this version verifies Conv1d, Conv2d, Conv3d and their ConvTranspose",
      'paste the Conv2d(...) line alone',
    ],
    [
      'LazyConv1d(3, 4, 5)',
      "layer 'LazyConv1d(3, 4, 5)' is a LazyConv1d, but this version verifies Conv1d, Conv2d, Conv3d and their ConvTranspose",
      undefined,
    ],
    [
      'MyConv2d(3, 4, 5)',
      "layer 'MyConv2d(3, 4, 5)' is a MyConv2d, but this version verifies Conv1d, Conv2d, Conv3d and their ConvTranspose",
      'paste the Conv2d(...) line alone',
    ],
  ])('that is another layer is not supported: %s', (text, message, hint) => {
    const error = thrownBy(() => parseLayerRepr(text));
    expect([error.code, error.message, error.hint]).toEqual(['unsupported', message, hint]);
  });

  it.each(["zer'os'", "'zer'os"])('names a padding mode whole, or in no quotes: %s', (mode) => {
    const error = thrownBy(() => parseLayerRepr(`Conv2d(3, 4, 5, padding_mode=${mode})`));
    expect(error.message).toContain(`padding_mode is ${mode}, but`);
  });

  it('over several lines is quoted on one, up to 72 characters', () => {
    const spaced = thrownBy(() => parseLayerRepr('Linear(\n    3,\n    4\n)'));
    expect(spaced.message).toContain("layer 'Linear( 3, 4 )' is");
    const longest = `Linear(${'3'.repeat(64)})`;
    expect(thrownBy(() => parseLayerRepr(longest)).message).toContain(`layer '${longest}' is`);
    expect(thrownBy(() => parseLayerRepr(`${longest}3`)).message).not.toContain(longest);
  });

  it('of great length is quoted in part', () => {
    const error = thrownBy(() => parseLayerRepr(`Conv2d(${'3, '.repeat(100)}`));
    expect(error.message.length).toBeLessThan(150);
    expect(error.message).toContain('...');
  });
});

describe('a problem', () => {
  it.each([
    'Conv2d(3, 4, kernel_size=(5, 5), stride=(1, 1))',
    'Conv2d(4, 4, kernel_size=(5, 3), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=4, bias=False)',
    'Conv1d(3, 4, kernel_size=(5,), stride=(2,), padding=(1,), padding_mode=circular)',
    'Conv3d(3, 4, kernel_size=(5, 3, 1), stride=(1, 1, 1), padding=(2, 1, 0))',
    'ConvTranspose2d(3, 4, kernel_size=(5, 3), stride=(3, 1), padding=(1, 0), dilation=(1, 2), output_padding=(2, 1), bias=False)',
    'ConvTranspose1d(4, 6, kernel_size=(5,), stride=(3,), groups=2)',
    'ConvTranspose3d(4, 6, kernel_size=(2, 2, 2), stride=(2, 2, 2))',
  ])('prints as PyTorch prints it: %s', (text) => {
    expect(formatLayerRepr(describeProblem(text, { inputSize: 32 }))).toBe(text);
  });

  it('whose ends differ or crop has no such line', () => {
    for (const beside of [{ padding: 0, paddingEnd: 1 }, { padding: -1 }]) {
      expect(formatLayerRepr(describeProblem('mb1ic1ih9oc1kh3', beside))).toBeUndefined();
    }
  });
});

it('a dtype begins with torch. or with its name', () => {
  expect(parseLayerRepr('Conv2d(1, 1, 1, dtype=torch.float64)').dtype).toBe('float64');
  expect(() => parseLayerRepr('Conv2d(1, 1, 1, dtype=float64torch.)')).toThrow('dtype');
});
