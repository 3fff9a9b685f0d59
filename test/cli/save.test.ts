/**
 * `--save DIR`: whole files or none, and the same case read back.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { layoutsOf, type ReadingOptions } from '../../src/cli/files.ts';
import { saveCase } from '../../src/cli/save.ts';
import { type ConvParams, verify } from '../../src/index.ts';
import { decodeNpy } from '../../src/io/npy.ts';
import { BIN, convproof, requireBuild, start, temporaryDirectory } from './process.ts';

const directory = temporaryDirectory();
const inside = (...names: string[]) => join(directory, ...names);

beforeAll(requireBuild);

test('every tensor is saved, and the saved ones give the same output again', async () => {
  const saved = await convproof(
    ['verify', 'mb2ic4ih6iw5oc6oh6ow4kh3kw3ph1pw1g2', '--bias', '--seed=3', '--save=all', '--json'],
    directory,
  );
  expect({ code: saved.code, stderr: saved.stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(inside('all')).sort()).toEqual([
    'bias.npy',
    'case.json',
    'columns.npy',
    'direct.npy',
    'input.npy',
    'output.npy',
    'padded.npy',
    'product.npy',
    'weight.npy',
  ]);
  const document = JSON.parse(saved.stdout);
  expect(JSON.parse(readFileSync(inside('all', 'case.json'), 'utf8'))).toEqual(document);
  const operands = ['--input=all/input.npy', '--weight=all/weight.npy', '--bias=all/bias.npy'];
  const geometry = ['--padding=1', '--padding-end=1x0', '--expected=all/output.npy', '--json'];
  const again = await convproof(['verify', ...operands, ...geometry], directory);
  expect(JSON.parse(again.stdout).data.sha256).toEqual(document.data.sha256);
  expect(again.code).toBe(0);
});

test('the output that is judged is saved beside them, whatever its shape', async () => {
  const tensors = ['--input=all/input.npy', '--weight=all/weight.npy', '--bias=all/bias.npy'];
  const sizes = ['--padding=1', '--padding-end=1x0'];
  for (const [name, shape] of [
    ['output', [2, 6, 6, 4]],
    ['product', [2, 6, 24]],
  ] as const) {
    const judged = [`--expected=all/${name}.npy`, `--save=judged-${name}`];
    const { code, stderr } = await convproof(['verify', ...tensors, ...sizes, ...judged], directory);
    expect([code, stderr]).toEqual([name === 'output' ? 0 : 1, '']);
    const saved = decodeNpy(readFileSync(inside(`judged-${name}`, 'expected.npy')), 'expected');
    expect(saved.shape).toEqual(shape);
  }
});

describe('each tensor is saved in its own dtype and order, as the layer calls it', () => {
  type Saved = Readonly<Record<string, readonly [string, ...number[]]>>;
  const plane: Saved = {
    columns: ['<f4', 1, 8, 10],
    product: ['<f4', 1, 3, 10],
    direct: ['<f8', 1, 3, 5, 2],
  };
  test.each<[string, ConvParams, ReadingOptions, Saved]>([
    [
      'float32',
      {},
      {},
      { ...plane, input: ['<f4', 1, 2, 6, 3], weight: ['<f4', 3, 2, 2, 2], output: ['<f4', 1, 3, 5, 2] },
    ],
    [
      'float16: only the sums are not',
      { dtype: 'float16', bias: true },
      {},
      {
        ...plane,
        columns: ['<f2', 1, 8, 10],
        input: ['<f2', 1, 2, 6, 3],
        weight: ['<f2', 3, 2, 2, 2],
        bias: ['<f2', 3],
        output: ['<f2', 1, 3, 5, 2],
      },
    ],
    [
      'bfloat16, channels last',
      { dtype: 'bfloat16' },
      { layout: 'nhwc' },
      {
        ...plane,
        columns: ['<V2', 1, 8, 10],
        input: ['<V2', 1, 6, 3, 2],
        weight: ['<V2', 3, 2, 2, 2],
        output: ['<V2', 1, 5, 2, 3],
        direct: ['<f8', 1, 5, 2, 3],
      },
    ],
    [
      'uint8, its weight int8, its sums int32',
      { dtype: 'uint8', inputZeroPoint: 5, padding: [1, 0], bias: true },
      { weightLayout: 'hwio' },
      {
        input: ['|u1', 1, 2, 6, 3],
        weight: ['|i1', 2, 2, 2, 3],
        bias: ['<i4', 3],
        padded: ['|u1', 1, 2, 8, 3],
        columns: ['|u1', 1, 8, 14],
        product: ['<i4', 1, 3, 14],
        output: ['<i4', 1, 3, 7, 2],
        direct: ['<f8', 1, 3, 7, 2],
      },
    ],
    [
      'the gradient of the input',
      { direction: 'grad-input', dtype: 'float16' },
      { layout: 'nhwc' },
      {
        grad_output: ['<f2', 1, 5, 2, 3],
        weight: ['<f2', 3, 2, 2, 2],
        product: ['<f4', 1, 8, 10],
        columns: ['<f4', 1, 8, 10],
        output: ['<f2', 1, 6, 3, 2],
        direct: ['<f8', 1, 6, 3, 2],
      },
    ],
    [
      'the gradient of the weight',
      { direction: 'grad-weight' },
      { weightLayout: 'hwio' },
      {
        input: ['<f4', 1, 2, 6, 3],
        grad_output: ['<f4', 1, 3, 5, 2],
        columns: ['<f4', 1, 8, 10],
        product: ['<f4', 3, 8],
        output: ['<f4', 2, 2, 2, 3],
        direct: ['<f8', 2, 2, 2, 3],
      },
    ],
    [
      'a transposed convolution, whose input is its own',
      { transposed: true, bias: true },
      {},
      {
        input: ['<f4', 1, 2, 6, 3],
        weight: ['<f4', 2, 3, 2, 2],
        bias: ['<f4', 3],
        product: ['<f4', 1, 12, 18],
        columns: ['<f4', 1, 12, 18],
        output: ['<f4', 1, 3, 7, 4],
        direct: ['<f8', 1, 3, 7, 4],
      },
    ],
  ])('%s', async (name, params, reading, saved) => {
    const sizes = { inChannels: 2, outChannels: 3, inputSize: [6, 3], kernelSize: 2 };
    const verification = verify(
      { ...sizes, ...params },
      { witnesses: ['exact'], trials: 1, keepStages: true },
    );
    const path = inside(name.replaceAll(/\W/g, '-'));
    await saveCase(path, verification, undefined, { tool: { name: 'convproof' } }, layoutsOf(reading));
    const files = readdirSync(path).filter((file) => file !== 'case.json');
    const found = files.map((file) => {
      const bytes = readFileSync(join(path, file));
      const [, descr] = /'descr': '([^']+)'/.exec(bytes.toString('latin1', 0, 128)) ?? [];
      return [file, [descr, ...decodeNpy(bytes, file).shape]];
    });
    const expected = Object.entries(saved).map(([tensor, said]) => [`${tensor}.npy`, said]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });
});

test('saving twice replaces the files', async () => {
  for (const seed of ['1', '2']) {
    const { code } = await convproof(
      ['verify', 'mb1ic1ih3oc1kh2', '--save=twice', '--seed', seed],
      directory,
    );
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(inside('twice', 'case.json'), 'utf8')).data.seed).toBe(Number(seed));
  }
});

test('a case replaces an older one whole: no tensor of that one is left, and no other file is touched', async () => {
  const padded = 'mb1ic1ih4oc1oh4kh2ph1';
  await convproof(['verify', padded, '--bias', '--save=replaced'], directory);
  expect(readdirSync(inside('replaced'))).toEqual(expect.arrayContaining(['bias.npy', 'padded.npy']));
  for (const name of ['mine.npy', 'notes.txt', 'bias.npy.orig'])
    writeFileSync(inside('replaced', name), 'mine');
  const { code, stderr } = await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save=replaced'], directory);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const tensors = ['columns', 'direct', 'input', 'output', 'product', 'weight'].map((name) => `${name}.npy`);
  const others = ['bias.npy.orig', 'mine.npy', 'notes.txt'];
  expect(readdirSync(inside('replaced')).sort()).toEqual([...tensors, 'case.json', ...others].sort());
});

test('files of the same names that no older case left are not touched', async () => {
  mkdirSync(inside('own'));
  writeFileSync(inside('own', 'bias.npy'), 'mine');
  const { code } = await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save=own'], directory);
  expect(code).toBe(0);
  expect(readFileSync(inside('own', 'bias.npy'), 'utf8')).toBe('mine');
  writeFileSync(inside('own', 'case.json'), '{"tool": {"name": "another"}}');
  await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save=own'], directory);
  expect(readFileSync(inside('own', 'bias.npy'), 'utf8')).toBe('mine');
});

test('an older case stays whole where the new one cannot take its place', async () => {
  await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save=old'], directory);
  mkdirSync(inside('old', 'bias.npy'));
  const before = readdirSync(inside('old'));
  const { code, stderr } = await convproof(['verify', 'mb1ic1ih5oc1kh2', '--save=old'], directory);
  expect(stderr).toMatch(/^error: --save would replace "old\/bias\.npy", but that is not a file\n$/);
  expect(code).toBe(2);
  expect(readdirSync(inside('old'))).toEqual(before);
  expect(JSON.parse(readFileSync(inside('old', 'case.json'), 'utf8')).problem.input_size).toEqual([3, 3]);
});

test('a file of an older case that this run reads is not removed', async () => {
  await convproof(['verify', 'mb1ic1ih4oc1oh4kh2ph1', '--save=read'], directory);
  const words = ['verify', '--input=read/padded.npy', '--kernel-size=2', '--out-channels=1', '--save=read'];
  const { code, stderr } = await convproof(words, directory);
  expect(stderr).toMatch(/^error: --save would write over read\/padded\.npy, which this run has read\n/);
  expect([code, existsSync(inside('read', 'padded.npy'))]).toEqual([2, true]);
});

test('what a run has read is not written over, by whatever name it was read', async () => {
  await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save=kept'], directory);
  symlinkSync(inside('kept'), inside('link'));
  const before = readFileSync(inside('kept', 'input.npy'));
  for (const path of ['kept/input.npy', 'link/input.npy', inside('kept', 'input.npy')]) {
    const { code, stdout, stderr } = await convproof(
      ['verify', 'mb1ic1ih3oc1kh2', `--input=${path}`, '--save=kept', '--seed=9'],
      directory,
    );
    expect(stderr).toMatch(
      /^error: --save would write over kept\/input\.npy, which this run has read\nhint: /,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  }
  expect(readFileSync(inside('kept', 'input.npy'))).toEqual(before);
  expect(JSON.parse(readFileSync(inside('kept', 'case.json'), 'utf8')).data.seed).toBe(0);
});

test.each([
  ['missing/parent', 'there is no such file or directory'],
  ['file', 'is a file, but it must be a directory'],
  ['file/below', 'a part of the path is not a directory'],
])('a case cannot be saved into %s, which is bad input', async (path, cause) => {
  writeFileSync(inside('file'), 'whole');
  const { code, stdout, stderr } = await convproof(['verify', 'mb1ic1ih3oc1kh2', '--save', path], directory);
  expect(stderr).toMatch(/^error: --save .*\n$/);
  expect(stderr).toContain(cause);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(readFileSync(inside('file'), 'utf8')).toBe('whole');
  expect(existsSync(inside('missing'))).toBe(false);
});

test('a file that cannot be replaced is found before anything is written', async () => {
  mkdirSync(inside('blocked', 'output.npy', 'in-the-way'), { recursive: true });
  const { code, stdout, stderr } = await convproof(
    ['verify', 'mb1ic1ih3oc1kh2', '--save=blocked'],
    directory,
  );
  expect(stderr).toMatch(/^error: --save would replace .*, but that is not a file\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(readdirSync(inside('blocked'))).toEqual(['output.npy']);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s while files are written removes them', async (signal) => {
  const name = `interrupted-${signal}`;
  // 50 MB of columns, and little to compute.
  const words = ['verify', 'mb1ic64ih64oc1kh7ph3', '--witness=rounding', `--save=${name}`];
  const child = start(process.execPath, [BIN, ...words], directory);
  const files = () => (existsSync(inside(name)) ? readdirSync(inside(name)) : []);
  while (!files().some((file) => file.startsWith('.columns'))) await setTimeout(2);
  child.kill(signal);
  const ended = await child.ended;
  expect({ code: ended.code, signal: ended.signal, stdout: ended.stdout }).toEqual({
    code: null,
    signal,
    stdout: '',
  });
  expect(files()).toEqual([]);
});
