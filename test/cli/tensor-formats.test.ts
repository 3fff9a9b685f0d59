/**
 * One case in every dtype, direction and number of dimensions, written in each of the ways that files have: its own
 * output passes, and one element of it changed does not.
 */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decompose } from '../../src/core/decompose.ts';
import { defaultFill, fillOperands } from '../../src/core/fill.ts';
import { parseLayer } from '../../src/core/layer.ts';
import { operandLabel } from '../../src/core/operands.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { encodeElements } from '../../src/io/element.ts';
import { type Layout, toLayout, type WeightLayout } from '../../src/io/layout.ts';
import { encodeNpy } from '../../src/io/npy.ts';
import { run, shellWords } from '../host.ts';
import { expectValid } from './schema.ts';
import { nestedJson, useTensorFiles } from './tensor-files.ts';

useTensorFiles();

const PLANE = 'mb2ic4ih7iw6oc6kh3kw2sh2sw1ph1pw0';
const GROUPED = `g2${PLANE}`;

/** A problem as a token and options beside it. The wiring of gradients and of zero points is proved elsewhere. */
const CASES: Readonly<Record<string, readonly [string, ConvParams, ...string[]]>> = {
  float32: [GROUPED, {}],
  float64: [PLANE, { dtype: 'float64' }],
  float16: [PLANE, { dtype: 'float16' }],
  bfloat16: [GROUPED, { dtype: 'bfloat16' }],
  'float32 with a bias': [PLANE, { bias: true }],
  'float16 on one axis': ['mb2ic3iw9oc4kw3sw2pw1', { dtype: 'float16' }],
  'bfloat16 on three axes': ['mb1ic2id4ih5iw6oc3kd2kh3kw1', { dtype: 'bfloat16' }],
  int8: [
    PLANE,
    { dtype: 'int8', inputZeroPoint: -3, weightZeroPoint: 1 },
    '--input-zero-point=-3',
    '--weight-zero-point=1',
  ],
  'uint8 with a bias': [
    GROUPED,
    { dtype: 'uint8', inputZeroPoint: 9, bias: true },
    '--input-zero-point',
    '9',
  ],
  'the gradient of the input': [PLANE, { direction: 'grad-input' }, '--direction', 'grad-input'],
  'the gradient of the weight, in float16': [
    GROUPED,
    { direction: 'grad-weight', dtype: 'float16' },
    '--direction',
    'grad-weight',
  ],
  'a transposed convolution': [
    'mb2ic4ih3iw4oc6kh3kw2sh2sw1ph1pw0',
    { transposed: true, bias: true },
    '--transposed',
  ],
};

interface Form {
  readonly format: 'npy' | 'json' | 'bin';
  readonly layout?: Layout;
  readonly weightLayout?: WeightLayout;
}

const FORMS: readonly Form[] = [
  { format: 'npy' },
  { format: 'npy', layout: 'nhwc' },
  { format: 'npy', weightLayout: 'hwio' },
  { format: 'json', layout: 'nhwc', weightLayout: 'hwio' },
  { format: 'bin' },
  { format: 'bin', layout: 'nhwc' },
  { format: 'bin', layout: 'nchw', weightLayout: 'ohwi' },
];

function write(path: string, tensor: Tensor, form: Form, layout: Layout | WeightLayout): void {
  const laid = toLayout({ shape: tensor.shape, values: tensor.data }, layout);
  const inFile = { dtype: tensor.dtype, shape: laid.shape, data: laid.values };
  const contents = {
    npy: () => encodeNpy(inFile),
    bin: () => encodeElements(inFile),
    json: () => nestedJson(inFile.shape, (i) => inFile.data[i] as number),
  };
  writeFileSync(path, contents[form.format]());
}

/** The largest element by one more than half of itself: in every dtype a value, and further off than any bound. */
function spoilt(tensor: Tensor): Tensor {
  const at = tensor.data.indexOf(Math.max(...tensor.data));
  return { ...tensor, data: tensor.data.map((value, i) => (i === at ? Math.round(value / 2 - 1) : value)) };
}

describe.each(Object.entries(CASES))('%s', (_, [token, beside, ...options]) => {
  const problem = resolveProblem({ ...parseLayer(token), ...beside });
  const { dtype, direction } = problem;
  const operands = fillOperands(problem, defaultFill(dtype), 3);
  const { output } = decompose(problem, operands);

  test.each(FORMS)('as %j', async (form) => {
    const { format, layout = 'nchw' } = form;
    const weightLayout = form.weightLayout ?? (layout === 'nhwc' ? 'ohwi' : 'oihw');
    const words = [token, ...options, '--quiet'];
    for (const name of ['input', 'weight', 'bias', 'gradOutput'] as const) {
      const tensor = operands[name];
      if (tensor === undefined) continue;
      const label = operandLabel(problem, name);
      write(`${label}.${format}`, tensor, form, name === 'weight' ? weightLayout : layout);
      words.push(`--${label.replace('_', '-')}`, `${label}.${format}`);
    }
    const ofResult = direction === 'grad-weight' ? weightLayout : layout;
    write(`right.${format}`, output, form, ofResult);
    write(`wrong.${format}`, spoilt(output), form, ofResult);
    if (form.layout !== undefined) words.push('--layout', form.layout);
    if (form.weightLayout !== undefined) words.push('--weight-layout', form.weightLayout);
    if (format !== 'npy') words.push('--dtype', dtype); // .npy files say theirs
    const right = await run(['verify', ...words, `--expected=right.${format}`]);
    expect([right.stderr, right.stdout.slice(0, 4), right.exitCode]).toEqual(['', 'PASS', 0]);
    const wrong = await run(['verify', ...words, `--expected=wrong.${format}`]);
    expect([wrong.stderr, wrong.stdout.slice(0, 4), wrong.exitCode]).toEqual(['', 'FAIL', 1]);
  });
});

describe('files in another order than is said', () => {
  const problem = resolveProblem({ inChannels: 3, outChannels: 4, inputSize: [7, 6], kernelSize: [3, 2] });
  const { input, weight } = fillOperands(problem, 'uniform', 5) as Record<'input' | 'weight', Tensor>;
  const { output } = decompose(problem, { input, weight });

  test('are said in the document, whose repro reads them so again', async () => {
    write('input.bin', input, { format: 'bin' }, 'nhwc');
    write('weight.npy', weight, { format: 'npy' }, 'hwio');
    const words = ['--layout=nhwc', '--weight-layout=hwio', '--raw-dtype=float32', '--input=input.bin'];
    const first = await run(['verify', 'mb1ic3ih7iw6oc4kh3kw2', ...words, '--weight=weight.npy', '--json']);
    const document = JSON.parse(first.stdout);
    expectValid(document);
    expect(document.data).toMatchObject({
      input: 'input.bin',
      weight: 'weight.npy',
      layout: 'nhwc',
      weight_layout: 'hwio',
      raw_dtype: 'float32',
    });
    expect(document.repro.pytorch).toContain("numpy.fromfile('input.bin', '<f4').reshape(1, 7, 6, 3)");
    expect(document.repro.pytorch).toMatch(/numpy\.load\('weight\.npy'\).*\.permute\(3, 2, 0, 1\)/);
    const again = await run([...shellWords(document.repro.command).slice(1), '--json']);
    expect(JSON.parse(again.stdout).data).toEqual(document.data);
    // Beside the layout, the tensors are those that PyTorch's order gives.
    write('input.npy', input, { format: 'npy' }, 'nchw');
    write('weight.npy', weight, { format: 'npy' }, 'oihw');
    const plain = await run(['verify', '--input=input.npy', '--weight=weight.npy', '--json']);
    expect(JSON.parse(plain.stdout).data.sha256).toEqual(document.data.sha256);
  });

  test('that are only written are said in the document, and not in its repro, which writes none', async () => {
    const words = ['verify', 'mb1ic3ih7iw6oc4kh3kw2', '--layout=nhwc', '--save=case', '--json'];
    const { stdout } = await run(words);
    const { data, repro } = JSON.parse(stdout);
    expect(data.layout).toBe('nhwc');
    const again = await run([...shellWords(repro.command).slice(1), '--json']);
    expect(again.stderr).toBe('');
    expect(JSON.parse(again.stdout).data.sha256).toEqual(data.sha256);
    const files = ['--input=case/input.npy', '--weight=case/weight.npy', '--expected=case/output.npy'];
    const loaded = await run(['verify', '--layout=nhwc', ...files, '--json']);
    expect(JSON.parse(loaded.stdout)).toMatchObject({ verdict: 'pass', data: { sha256: data.sha256 } });
  });

  test('do not pass', async () => {
    const nhwc: Form = { format: 'npy', layout: 'nhwc' };
    write('input.npy', input, nhwc, 'nhwc');
    write('weight.npy', weight, nhwc, 'ohwi');
    write('output.npy', output, nhwc, 'nhwc');
    const words = ['verify', '--input=input.npy', '--weight=weight.npy', '--quiet'];
    const right = await run([...words, '--layout=nhwc', '--expected=output.npy']);
    expect([right.stderr, right.exitCode]).toEqual(['', 0]);
    const unsaid = await run([...words, '--expected=output.npy']);
    expect(unsaid.exitCode).not.toBe(0);
    // A raw dump has no shape that could contradict: its elements do.
    for (const [name, tensor] of Object.entries({ input, weight, output })) {
      write(`${name}.bin`, tensor, { format: 'bin' }, name === 'weight' ? 'ohwi' : 'nhwc');
    }
    const raw = ['verify', 'mb1ic3ih7iw6oc4kh3kw2', '--input=input.bin', '--weight=weight.bin', '--quiet'];
    const rawRight = await run([...raw, '--layout=nhwc', '--expected=output.bin']);
    expect([rawRight.stderr, rawRight.exitCode]).toEqual(['', 0]);
    const rawUnsaid = await run([...raw, '--expected=output.bin']);
    expect([rawUnsaid.stderr, rawUnsaid.exitCode]).toEqual(['', 1]);
  });
});

describe('the dtype follows from the files', () => {
  const token = 'mb1ic2ih4oc3kh3';
  const problem = resolveProblem(parseLayer(token));

  test('what an output was not rounded to does not count against it', async () => {
    // Two terms of 40000 are beyond float16: infinite where they are rounded to it, and where they are not.
    const ones = (shape: number[], value: (i: number) => number): Tensor => {
      const count = shape.reduce((product, size) => product * size, 1);
      return { dtype: 'float16', shape, data: Float32Array.from({ length: count }, (_, i) => value(i)) };
    };
    writeFileSync('x16.npy', encodeNpy(ones([1, 1, 1, 3], (i) => [200, 200.5, 1][i] as number)));
    writeFileSync('w16.npy', encodeNpy(ones([1, 1, 1, 2], (i) => [200, 201][i] as number)));
    const sums = [200 * 200 + 200.5 * 201, 200.5 * 200 + 201];
    const y = (dtype: 'float16' | 'float32', data: readonly number[]) =>
      encodeNpy({ dtype, shape: [1, 1, 1, 2], data: Float32Array.from(data) });
    writeFileSync('y32.npy', y('float32', sums));
    writeFileSync('y16.npy', y('float16', [Number.POSITIVE_INFINITY, 40_288]));
    writeFileSync('y-low.npy', y('float32', [65_000, 40_301]));
    const words = ['verify', '--input=x16.npy', '--weight=w16.npy', '--quiet', '--witness=rounding'];
    for (const name of ['y32.npy', 'y16.npy']) {
      const { stdout, stderr } = await run([...words, `--expected=${name}`]);
      expect([stderr, stdout.slice(0, 4)]).toEqual(['', 'PASS']);
    }
    expect((await run([...words, '--expected=y-low.npy'])).exitCode).toBe(1);
  });

  test.each<[string, Record<string, Tensor['dtype']>, string]>([
    ['one float dtype', { input: 'float16', weight: 'float16' }, '--dtype float16'],
    ['of one file', { weight: 'bfloat16' }, '--dtype bfloat16'],
    ['float32 is not said', { input: 'float32' }, token],
    ['uint8 and int8', { input: 'uint8', weight: 'int8' }, '--dtype uint8'],
    ['int8', { input: 'int8', weight: 'int8' }, '--dtype int8'],
    ['int8 of the weight alone', { weight: 'int8' }, '--dtype int8'],
    ['uint8 beside other integers', { input: 'uint8', weight: 'int32' }, '--dtype uint8'],
    ['other integers are floats', { input: 'int32', weight: 'int32' }, token],
    ['other integers beside a float', { input: 'int32', weight: 'float64' }, '--dtype float64'],
  ])('%s', async (_, dtypes, said) => {
    const operands = fillOperands(problem, 'ones', 0);
    const words = Object.entries(dtypes).map(([name, dtype]) => {
      const tensor = operands[name as 'input'] as Tensor;
      writeFileSync(`${name}.npy`, encodeNpy({ ...tensor, dtype }));
      return `--${name}=${name}.npy`;
    });
    const { stdout, stderr } = await run(['verify', token, ...words, '--quiet']);
    expect(stderr).toBe('');
    expect(stdout.trim().endsWith(said)).toBe(true);
  });

  test('16-bit integers are bits of bfloat16 where --dtype says so, and integers where it does not', async () => {
    const { input } = fillOperands({ ...problem, dtype: 'bfloat16' }, 'uniform', 1);
    const bytes = encodeNpy(input as Tensor);
    const asInteger = (descr: string) =>
      Buffer.from(Buffer.from(bytes).toString('latin1').replace('<V2', descr), 'latin1');
    writeFileSync('void.npy', bytes);
    writeFileSync('unsigned.npy', asInteger('<u2'));
    writeFileSync('signed.npy', asInteger('<i2'));
    const hash = async (...words: string[]) => {
      const { stdout, stderr } = await run(['verify', token, '--witness=rounding', '--verbose', ...words]);
      expect(stderr).toBe('');
      return /input\s+sha256 (\w+)/.exec(stdout)?.[1];
    };
    const expected = await hash('--input=void.npy');
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash('--input=unsigned.npy', '--dtype=bfloat16')).toBe(expected);
    expect(await hash('--input=signed.npy', '--dtype=bfloat16')).toBe(expected);
    expect(await hash('--input=unsigned.npy')).not.toBe(expected);
  });
});
