/**
 * Bad input: exit code 2, one error line that names the value, perhaps a hint, and nothing on stdout.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, shellWords } from '../host.ts';
import { writeBadFiles } from './bad-files.ts';
import { problemWords } from './random-problems.ts';
import { expectValid } from './schema.ts';
import { useTensorFiles } from './tensor-files.ts';

useTensorFiles();
beforeAll(writeBadFiles);

/** A command line, and what its error line must hold. */
const BAD_INPUT: readonly (readonly [string, ...string[]])[] = [
  // Words of the command line
  ['verfy', "'verfy'"],
  ['verify --strid 2', "'--strid'"],
  ['verify -x', "'-x'"],
  ['verify --stride', '--stride'],
  ['verify --stride=', '--stride', '""'],
  ['verify --deterministic=yes', '--deterministic', '"yes"', 'takes no value'],
  ['verify --determnistic=yes', "unknown option '--determnistic=yes'"],
  ['verify --stride two', '--stride', '"two"'],
  ['verify --stride 1.5', '"1.5"'],
  ['verify --stride 1x', '"1x"'],
  ['verify --padding sane', '--padding', '"sane"'],
  ['verify --batch 1e3', '--batch', '"1e3"'],
  ['verify --batch 99999999999999999999', '"99999999999999999999"', '2^53'],
  ['verify --seed zero', '--seed', '"zero"'],
  ['verify --seed 9007199254740993', '"9007199254740993"'],
  ['verify --dtype float8', '"float8"', 'float32, float64, float16, bfloat16, int8, uint8'],
  ['verify --direction backward', '"backward"', 'forward, grad-input, grad-weight'],
  ['verify --padding-mode mirror', '"mirror"', 'zeros, reflect, replicate, circular'],
  ['verify --input-size 8x16x', '"8x16x"', 'depth x height x width'],
  ['verify --fill gaussian', '"gaussian"', 'uniform'],
  ['verify --witness exact,hearsay', '"hearsay"', 'rounding'],
  ['verify --witness=', '--witness', '""'],
  ['verify --trials 0', '--trials', '"0"'],
  ['verify --threads 0', '--threads', '"0"', 'at least 1'],
  ['verify --threads two', '--threads', '"two"'],
  ['verify --trials many', '"many"'],
  ['verify --criterion strict', '"strict"', 'allclose'],
  ['verify --criterion allclose --rtol -1', '--rtol', '"-1"'],
  ['verify --criterion allclose --atol Infinity', '--atol', '"Infinity"'],
  ['verify --rtol 1e-3', '--rtol'],
  ['verify --atol 0', '--atol'],
  ['verify --max-memory lots', '"lots"', '2GiB'],
  ['verify --max-memory -1', '"-1"'],
  ['verify --color sometimes', '"sometimes"', 'always'],
  ['explain --emit tensorflow', '"tensorflow"', 'pytorch'],
  ['explain mb1ic1ih3oc1kh2 mb1ic1ih4oc1kh2', 'explain'],
  ['explain --bias b.npy', 'b.npy'],
  ['explain --bias mb1ic1ih3oc1kh2 mb1ic1ih4oc1kh2', 'mb1ic1ih3oc1kh2', 'mb1ic1ih4oc1kh2'],
  ['explain --seed 1', "'--seed'"],
  ['verify mb1ic1ih3oc1kh2 mb1ic1ih4oc1kh2 --save somewhere', '--save', '2 layers'],
  ['verify --input - --weight -', '--input', '--weight', 'standard input'],
  // Options that nothing heeds
  ['verify --trials 3 --witness rounding', '--trials is 3', '--witness rounding'],
  [
    'verify --input x.npy --weight w.npy --fill normal',
    '--fill is normal',
    'input and weight come from files',
  ],
  ['verify --input x.npy --weight w.npy --witness rounding --seed 1', '--seed is 1', '--witness rounding'],
  ['verify --fill arange --seed 1 --witness rounding', '--seed is 1', '--fill arange draws nothing'],
  ['verify --witness exact --criterion allclose', '--criterion is allclose', '--witness exact'],
  // Hyperparameters
  ['verify --batch 0', 'batch is 0'],
  ['verify --in-channels 0', 'in_channels is 0'],
  ['verify --out-channels=-4', 'out_channels is -4'],
  ['verify --groups 0', 'groups is 0'],
  ['verify --groups 3 --in-channels 4 --out-channels 6', 'groups is 3', 'in_channels is 4'],
  ['verify --groups 2 --in-channels 4 --out-channels 5', 'groups is 2', 'out_channels is 5'],
  ['verify --input-size 0', 'input_size is 0'],
  ['verify --input-size 3x4x5x6', 'input_size', '3, 4, 5, 6', 'at most 3'],
  ['verify --input-size 3x4x5 --kernel-size 3x3', 'kernel_size', '3, 3', '3-D'],
  ['verify --spatial-dims 4', 'spatial_dims is 4'],
  ['verify --spatial-dims 1 --input-size 3x4', 'input_size', '3, 4', '1-D'],
  ['verify mb1ic1ih3oc1kh3 --output-padding 1', 'output_padding is 1', 'transposed'],
  ['verify mb1ic1ih3oc1kh3sh2 --transposed --output-padding 2', 'output_padding is 2', 'stride 2'],
  ['verify mb1ic1ih3oc1kh3 --transposed --padding same', "'same'", 'transposed'],
  ['verify mb1ic1ih3oc1kh3 --transposed --padding 1 --padding-mode reflect', "'reflect'", "'zeros' only"],
  ['verify mb1ic1ih3oc1kh3 --transposed --direction grad-weight', "'grad-weight'", 'transposed'],
  ['verify mb1ic1ih3oc1kh1 --padding 3 --padding-mode reflect', 'padding is 3', 'at most 2'],
  ['verify mb1ic1ih3oc1kh1 --padding 4 --padding-mode circular', 'padding is 4', 'at most 3'],
  ['verify mb1ic1ih3oc1kh1 --padding=-1 --padding-mode replicate', 'padding is -1', 'replicate'],
  ['verify mb1ic1ih3oc1kh1 --input-zero-point 3', 'zero point', 'float32'],
  ['verify mb1ic1ih3oc1kh1 --dtype int8 --input-zero-point 128', 'input_zero_point is 128', '-128 to 127'],
  ['verify mb1ic1ih3oc1kh1 --dtype uint8 --direction grad-input', 'uint8', 'forward'],
  ['verify mb1ic1ih3oc1kh1 --dtype int8 --fill uniform', "'uniform'", 'int8'],
  ['verify mb1ic1ih3oc1kh1 --dtype int8 --witness rounding', "'rounding'", 'int8'],
  ['verify --kernel-size 0', 'kernel_size is 0'],
  ['verify --kernel-size 3x-3', 'kernel_size is 3x-3'],
  ['verify --stride 0', 'stride is 0'],
  ['verify --stride 1x0', 'stride is 1x0'],
  ['verify --dilation 0', 'dilation is 0'],
  ['verify --output-size 0', 'output_size is 0'],
  ['verify --input-size 2 --kernel-size 3', 'H_out', '= 0'],
  ['verify --input-size 4x2 --kernel-size 3', 'W_out', '= 0'],
  ['verify --input-size 8 --kernel-size 3 --padding=-3', 'H_out', '= 0'],
  ['verify --stride 2 --padding same', "'same'", 'stride 2'],
  ['verify --padding same --padding-end 1', "'same'", 'padding_end'],
  ['verify --padding valid --output-size 1', "'valid'", 'output_size'],
  ['verify --input-size 5 --padding-end 1 --output-size 9', 'H_out = 9', 'padding_end = 1'],
  ['verify mb64ic512ih64oc512kh3ph1 --max-memory 1G', 'GiB', '1 GiB'],
  ['verify mb1ic1ih100000oc1kh1 --max-memory 9999T', '2^31'],
  ['verify --fill integer --witness rounding mb1ic4194305ih2oc1kh2', 'integer'],
  ['verify --fill arange mb1ic1ih5000oc1kh1sh4000', 'input', '25000000'],
  // What only a later layer cannot hold is refused before the first is run.
  ['verify --fill arange mb1ic1ih3oc1kh2 mb1ic1ih5000oc1kh1sh4000', 'input', '25000000'],
  ['verify --fill impulse mb1ic1ih3oc1kh2 mb1ic4097ih1oc4096kh1', 'weight', '16781312'],
  ['verify --fill integer --witness rounding mb1ic1ih3oc1kh2 mb1ic4194305ih2oc1kh2', 'integer'],
  // Tokens
  ['verify hello', "'hello'"],
  ["verify ''", "''"],
  ['verify mb1ic3ih8kh3', "'mb1ic3ih8kh3'", 'oc'],
  ['verify ic3ih8oc4', 'kh'],
  ['verify ic0ih8oc4kh3', 'ic is 0'],
  ['verify mb0ic3ih8oc4kh3', 'batch is 0'],
  ['verify ic3ih8oc4kh3sh0', 'sh is 0'],
  ['verify ic3ih8oc4kh3q2', "'q2' at character 13"],
  ['verify ic3ih99999999999999999999oc4kh3', 'ih99999999999999999999'],
  ['verify ic3id8iw8oc4kd3kw3', 'with d, either both of h and w'],
  ['verify ic3oc4', 'ih and kh are missing'],
  ['verify ic3id8ih8oc4kd3kh3', 'with d, either both'],
  ['verify ic3ih8iw8oc4kh3', 'kw'],
  // Pasted layers
  ["verify 'Conv2d('", "'Conv2d('"],
  ["verify 'Conv2d(3, 8, kernel_size=(3, 3)' --input-size 8", 'Conv2d(3, 8, kernel_size=(3, 3)'],
  ["verify 'Conv2d(3, 8)' --input-size 8", 'kernel_size'],
  ["verify 'Conv2d(3, 8, 3)'", 'input_size'],
  ["verify 'Conv2d(3, 8, kernel=3)' --input-size 8", "'kernel'"],
  ["verify 'Conv2d(3, 8, 3, kernel_size=3)' --input-size 8", 'kernel_size', 'twice'],
  ["verify 'Conv2d(3, 8, kernel_size=three)' --input-size 8", 'three'],
  ["verify 'Conv2d(3, 8, (3, 3, 3))' --input-size 8", '3, 3, 3'],
  ["verify 'Conv2d((3,), 8, 3)' --input-size 8", '(3,)'],
  ["verify 'Conv2d(3, 8, 3, bias=None)' --input-size 8", 'None'],
  ["verify 'Conv2d(3, 8, 3, dtype=torch.complex64)' --input-size 8", 'torch.complex64'],
  ["verify 'Conv2d(3, 8, 3, padding_mode=mirror)' --input-size 8", 'padding_mode is mirror'],
  ["verify 'Conv1d(3, 8, (3, 3))' --input-size 8", '3, 3', '1-D'],
  ["verify 'Conv2d(3, 8, 3, 1, 1, 1, 1, True, zeros, cpu, None, 7)' --input-size 8", "'7'"],
  ["verify 'ConvTranspose4d(3, 8, 3)' --input-size 8", 'ConvTranspose4d'],
  ["verify 'Linear(3, 8)' --input-size 8", 'Linear'],
  // Tensors
  ['verify --input flat.npy', '--input flat.npy', '(32,)', '3, 4 or 5 dimensions'],
  ['verify mb1ic2ih4oc2kh3 --input three.npy', '(2, 4, 4)', '4 dimensions'],
  [
    'verify --input three.npy --weight w.npy',
    'three.npy',
    '(2, 4, 4)',
    '4 dimensions: (N, C_in, H_in, W_in)',
  ],
  ['verify --input three.npy --spatial-dims 2', '(2, 4, 4)', '4 dimensions: (N, C_in, H_in, W_in)'],
  ['verify --input no-batch.npy --weight w.npy', 'batch is 0'],
  ['verify --bias x.npy', '--bias x.npy', '1 dimension:'],
  ['verify --input x.npy --batch 2 --weight w.npy', 'batch is 2', '--input x.npy', '(1, 2, 4, 4)'],
  ['verify --input x.npy --input-size 5 --weight w.npy', 'input_size is 5', '4x4'],
  ['verify --input x.npy --weight w.npy --kernel-size 5', 'kernel_size is 5', '3x3'],
  ['verify mb1ic3ih5oc3kh3 --weight w.npy', '--weight w.npy', '(3, 2, 3, 3)', '3/1 = 3'],
  ['verify --weight w.npy --bias y.npy', '--bias y.npy'],
  ['verify --input x64.npy --weight w.npy', 'x64.npy is float64', 'w.npy is float32'],
  ['verify --input tenth.npy --weight w.npy --dtype float32', 'tenth.npy', '0.1'],
  ['verify --input x.npy --weight w.npy --expected half.npy', 'half.npy', 'float16'],
  ['verify mb1ic2ih4oc3kh3 --dtype float64 --expected y.npy', 'y.npy', 'float32', 'float64'],
  ['verify --input x.npy --weight w.npy --expected bfloat16.npy', 'bfloat16.npy is bfloat16', 'float32'],
  ['verify mb1ic2ih4oc3kh3 --dtype bfloat16 --expected half.npy', 'half.npy is float16', 'in bfloat16'],
  ['verify mb1ic2ih4oc3kh3 --dtype int8 --expected byte-y.npy', 'byte-y.npy is int8', 'sums, in int32'],
  ['verify mb1ic2ih4oc3kh3 --dtype uint8 --expected short-y.npy', 'short-y.npy is int16', 'int32'],
  ['verify mb1ic2ih4oc3kh3 --dtype int8 --expected y.npy', 'y.npy holds', '(0, 0, 0, 0)', 'integers'],
  ['verify --input x.npy --weight w.npy --dtype float16', '--input x.npy holds', 'nearest float16'],
  ['verify --input tenth.npy --weight w.npy --dtype bfloat16', 'tenth.npy holds 0.1', 'bfloat16'],
  ['verify --input x.npy --weight w.npy --dtype int8', '--input x.npy holds', 'integers from -128 to 127'],
  ['verify --input half-x.npy --weight w.npy', 'half-x.npy is float16', 'w.npy is float32', 'one dtype'],
  ['verify --input byte.npy --weight w.npy', 'byte.npy is uint8', 'w.npy is float32'],
  ['verify --input byte.npy --out-channels 3 --kernel-size 3 --direction grad-weight', 'uint8', 'gradient'],
  // Gradients
  ['verify --grad-output gy.npy', '--grad-output is gy.npy', 'forward direction'],
  ['verify --transposed --grad-output gy.npy', '--grad-output is gy.npy', 'transposed'],
  ['diagnose --grad-output gy.npy --actual y.npy', '--grad-output is gy.npy', 'forward direction'],
  ['verify --direction grad-input --bias', '--bias', 'grad-input', 'does not depend on the bias'],
  ['verify --direction grad-weight --bias b.npy', '--bias', 'grad-weight'],
  ['verify --direction grad-input --grad-output gy.npy --weight w.npy', 'input_size is missing'],
  [
    'verify --direction grad-input --grad-output gy.npy --weight w.npy --input-size 5',
    '--grad-output gy.npy has shape (1, 3, 2, 2)',
    '(1, 3, 3, 3)',
  ],
  ['verify --direction grad-input --grad-output gy.npy --weight w.npy --input x.bin', 'x.bin', 'size alone'],
  ['verify --direction grad-weight --grad-output gy.npy --input x.npy --weight x.bin', 'x.bin', 'size alone'],
  [
    'verify --direction grad-input --grad-output gy.npy --out-channels 4 --input x.npy',
    'out_channels is 4',
    'gy.npy',
  ],
  ['verify --input - --grad-output - --direction grad-weight', '--input and --grad-output', 'standard input'],
  // Layouts
  ['verify --layout hwc', '--layout', '"hwc"', 'nchw, nhwc'],
  ['verify --weight-layout ihwo', '"ihwo"', 'oihw, ohwi, hwio'],
  ['verify --layout nhwc', '--layout is nhwc', 'no file'],
  ['verify --layout nhwc --bias b.npy', '--layout is nhwc', 'no file'],
  ['verify --weight-layout hwio --input x.npy', '--weight-layout is hwio', 'no file holds a weight'],
  [
    'verify --layout nhwc --input x-nhwc.npy --in-channels 4',
    'in_channels is 4',
    '--input x-nhwc.npy, (1, 4, 4, 2) in NHWC, has shape (1, 2, 4, 4)',
  ],
  [
    'verify --layout nhwc --input x-nhwc.npy --weight w.npy',
    '--weight w.npy, (3, 2, 3, 3) in OHWI, has shape (3, 3, 2, 3)',
    'dimension 1 must be a divisor of in_channels = 2',
  ],
  ['verify --layout nhwc --input flat.npy', '--input flat.npy has shape (32,)'],
  // Raw dumps
  ['verify --raw-dtype float8 --input x.bin', '--raw-dtype', '"float8"', 'bfloat16'],
  ['verify --raw-dtype float32 --input x.npy', '--raw-dtype is float32', 'no file is a raw dump'],
  ['verify --input x.bin', '--input x.bin', 'no shape', 'in_channels, out_channels, kernel_size, input_size'],
  ['verify --input x.bin --weight w.npy', 'no shape', 'nothing given says input_size'],
  [
    'verify mb1ic2ih4oc3kh3 --input cut.bin',
    'cut.bin is 127 bytes long',
    '(1, 2, 4, 4) in float32 takes 128',
  ],
  ['verify mb1ic2ih4oc3kh3 --input empty.bin', 'empty.bin is 0 bytes long', 'takes 128'],
  [
    'verify mb1ic2ih4oc3kh3 --input x.bin --raw-dtype float16',
    '128 bytes',
    '(1, 2, 4, 4) in float16 takes 64',
  ],
  ['verify mb1ic2ih4oc3kh3 --input x.bin --dtype float64', '128 bytes', 'in float64 takes 256'],
  ['verify mb1ic2ih4oc3kh3 --input x.bin --layout nhwc --dtype int8', '(1, 4, 4, 2) in int8 takes 32'],
  ['verify mb1ic2ih4oc3kh3 --expected x.bin', '--expected x.bin is 128', '(1, 3, 2, 2) in float32 takes 48'],
  ['verify mb1ic2ih4oc3kh3 --expected x.bin --dtype uint8', '(1, 3, 2, 2) in int32 takes 48'],
  ['diagnose mb1ic2ih4oc3kh3 --actual x.bin', '--actual x.bin is 128', 'takes 48'],
  ['verify mb1ic2ih4oc3kh3 --input nowhere.bin', 'nowhere.bin', 'no such file'],
  ['verify mb1ic2ih4oc3kh3 --input x.bin --max-memory 100', 'x.bin', '100 bytes'],
  // Files
  ['verify --input nowhere.npy', 'nowhere.npy', 'no such file'],
  ['verify --input directory.npy', 'directory.npy', 'directory'],
  ['verify --input x.npy/inside.npy', 'x.npy/inside.npy'],
  ['verify --input device.npy', 'device.npy', 'regular file'],
  ['verify --input x.npz', 'x.npz'],
  ['verify --input x.pt', 'x.pt'],
  ['verify --input noextension', 'noextension'],
  ['verify --input empty.npy', 'empty.npy'],
  ['verify --input short.npy', 'short.npy', '8 bytes'],
  ['verify --input magic.npy', '4e 55 4d 50 59 2c'],
  ['verify --input version.npy', '9.0'],
  ['verify --input header-cut.npy', 'header-cut.npy', '60010'],
  ['verify --input header-long.npy', 'header-long.npy', '10000'],
  ['verify --input header-huge.npy', '4294967292'],
  ['verify --input no-newline.npy', 'newline'],
  ['verify --input no-dict.npy', '[1, 2, 3]'],
  ['verify --input nested.npy', 'nested.npy'],
  ['verify --input key-missing.npy', 'fortran_order'],
  ['verify --input key-extra.npy', '"color"'],
  ['verify --input objects.npy', '"|O"', 'pickle'],
  ['verify --input complex.npy', '"<c8"', 'complex'],
  ['verify --input text.npy', '"<U3"'],
  ['verify --input void.npy', '"|V4"', 'raw bytes'],
  ['verify --input float8.npy', '"<V1"', 'raw bytes'],
  ['verify --input unknown-dtype.npy', '"<i3"'],
  ['verify --input order.npy', 'fortran_order'],
  ['verify --input negative.npy', '"-1"'],
  ['verify --input fractional.npy', '"1.5"'],
  ['verify --input rank-40.npy', '40 dimensions'],
  ['verify --input product.npy', '1152921504606846', '2^53'],
  ['verify --input cut.npy', '124 bytes', '128'],
  ['verify --input trailing.npy', '132 bytes', '128'],
  ['verify --input zip.npy', '50 4b 03 04'],
  ['verify --input latin.json', 'latin.json', 'UTF-8'],
  ['verify --input empty.json', 'empty.json'],
  ['verify --input mark.json', 'byte order mark'],
  ['verify --input object.json', 'object'],
  ['verify --input ragged.json', 'ragged.json'],
  ['verify --input open.json', 'open.json'],
  ['verify --input rest.json', 'rest.json'],
  ['verify --input nan.json', 'bare word NaN'],
  ['verify --input word.json', '"null"'],
  ['verify --input string.json', '"1"'],
  ['verify --input large.json', '"1e400"'],
  ['verify --input inexact.json', '"9007199254740993"', '9007199254740992'],
  ['verify --input deep.json', '32'],
  ['verify --input x.npy --max-memory 100', 'x.npy', '100 bytes'],
  ["verify --input '::error::\u001b[31m##vso[x].npy'", '\\u001b[31m'],
];

describe.each(BAD_INPUT)('%s', (line, ...parts) => {
  const words = shellWords(line);

  test('is refused in one line that names the value', async () => {
    const { stdout, stderr, exitCode } = await run(words);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(/^error: [^\n]+\n(hint: [^\n]+\n)?$/);
    const [message = ''] = stderr.split('\n');
    for (const part of parts) expect(message).toContain(part);
    expect(stderr).not.toMatch(/undefined|\[object|##/);
    if (!line.includes('.json')) expect(stderr).not.toContain('NaN');
    expect(stderr).not.toContain('\u001b');
  });

  test('is one document with --json', async () => {
    const { stdout, stderr, exitCode } = await run([...words, '--json']);
    const document = JSON.parse(stdout);
    expectValid(document);
    expect(exitCode).toBe(2);
    expect(stderr.startsWith(`error: ${document.error.message}\n`)).toBe(true);
  });
});

test.each([
  'verify --input x.npy --weight w.npy --seed 1', // of the exact witness's integers
  'verify --input x.npy --weight w.npy --bias --fill normal --seed 1 --witness rounding', // of the bias
  'verify --seed 1 --witness rounding',
  'verify --trials 3 --witness exact',
  'verify --input integers.json --weight integer-weight.json --trials 3',
  'verify --witness exact,rounding --criterion allclose',
])('%s is heeded', async (line) => {
  const { stdout, stderr, exitCode } = await run(shellWords(line));
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  if (line.includes('--trials')) expect(stdout).toContain('3 trials');
});

describe('whatever is typed', () => {
  const flags = fc.constantFrom(
    ...[
      'batch',
      'in-channels',
      'input-size',
      'kernel-size',
      'stride',
      'padding',
      'padding-end',
      'output-size',
    ],
    ...['dilation', 'groups', 'bias', 'dtype', 'fill', 'seed', 'witness', 'criterion', 'rtol', 'color'],
    ...['input', 'weight', 'expected', 'json', 'quiet', 'verbose', 'strict', 'no-bias', 'help', 'emit', '='],
    ...['layout', 'weight-layout', 'raw-dtype'],
  );
  const values = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('0', '1', '-1', '2x3', '1x1x1', '1e9', '9007199254740993', 'same', 'allclose', 'float64'),
    fc.constantFrom('exact', 'ones', 'x.npy', 'w.npy', 'y.npy', 'integers.json', 'nested.npy', 'always', '∞'),
    fc.constantFrom('x.bin', 'x-nhwc.npy', 'half-x.npy', 'byte.npy', 'nhwc', 'hwio', 'float16', 'int8'),
  );
  const keys = fc.constantFrom(
    'g',
    'mb',
    'ic',
    'oc',
    'ih',
    'iw',
    'oh',
    'kh',
    'kw',
    'sh',
    'ph',
    'pw',
    'dh',
    'id',
    'z',
  );
  const items = fc.tuple(keys, fc.oneof(fc.nat({ max: 9 }), fc.constantFrom('', -1, 1e21)));
  const tokens = fc.array(items, { maxLength: 9 }).map((list) => list.flat().join(''));
  const reprs = fc
    .array(fc.constantFrom('3', '8', 'stride=2', '(1, 2)', 'x', ')', 'bias=False', "'", 'padding='))
    .map((list) => `Conv2d(${list.join(', ')})`);
  const words = fc.oneof(
    values,
    tokens,
    reprs,
    flags.map((flag) => `--${flag}`),
    fc.tuple(flags, values).map(([flag, value]) => `--${flag}=${value}`),
  );
  // Standard input is the test runner's, and nothing is to be written.
  const lines = fc
    .array(words, { maxLength: 6 })
    .filter((line) =>
      line.every((word) => word !== '-' && !/^--(input|weight|expected|bias)=-$|^--save/.test(word)),
    );
  const affordable = ['--max-memory=1M', '--trials=1'];

  async function expectCivil(line: readonly string[]): Promise<void> {
    const { stdout, stderr, exitCode } = await run(line);
    expect([0, 1, 2, 3]).toContain(exitCode);
    if (exitCode === 2) expect(stderr).toMatch(/^error: |^Usage: /);
    else expect(stderr).toBe('');
    expect(stderr).not.toMatch(/undefined|\[object|\n {4}at /);
    if (line.includes('--json') && exitCode !== 0) expect(() => JSON.parse(stdout)).not.toThrow();
  }

  test('after verify or explain, the exit code says what happened', async () => {
    await fc.assert(
      fc.asyncProperty(lines, async (line) => {
        await expectCivil(['verify', ...line, ...affordable]);
        await expectCivil(['explain', ...line]);
        await expectCivil(line);
      }),
      { numRuns: 400 },
    );
  });

  test('beside a whole problem, too', async () => {
    await fc.assert(
      fc.asyncProperty(problemWords(), fc.array(words, { maxLength: 2 }), async (problem, extra) => {
        fc.pre(extra.every((word) => word !== '-' && !/=-$|^--save/.test(word)));
        await expectCivil(['verify', ...problem, ...extra, ...affordable]);
      }),
      { numRuns: 200 },
    );
  });
});
