/**
 * The documents of --json: valid, complete, and repeatable from what they print.
 */
import fc from 'fast-check';
import { createGenerator } from 'ts-json-schema-generator';
import { describe, expect, test, vi } from 'vitest';
import { EXIT_OF_VERDICT } from '../../src/cli/exit-codes.ts';
import { integerMagnitude } from '../../src/core/fill.ts';
import type { ConvParams } from '../../src/core/params.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { parseToken } from '../../src/core/token.ts';
import type { TraceStep, VerifyDocument } from '../../src/report/document.ts';
import { run, shellWords } from '../host.ts';
import { readVectors } from '../vectors.ts';
import { COMMANDS, partsOf } from './commands.ts';
import { anyProblemWords, problemWords } from './random-problems.ts';
import { expectValid, isDescribed, SCHEMA } from './schema.ts';
import { useTensorFiles } from './tensor-files.ts';

const root = new URL('../../', import.meta.url).pathname;

useTensorFiles();

// What takes a while runs once, however often it is printed.
vi.mock(import('../../src/diagnose/selftest.ts'), async (original) => {
  const { rememberedSelftest } = await import('./remembered.ts');
  return rememberedSelftest(await original());
});

vi.mock(import('../../src/verify/wiring.ts'), async (original) => {
  const { rememberedProofs } = await import('./remembered.ts');
  return rememberedProofs(await original());
});

vi.mock(import('../../src/diagnose/rank.ts'), async (original) => {
  const { rememberedRank } = await import('./remembered.ts');
  return rememberedRank(await original());
});

vi.mock(import('../../src/diagnose/companions.ts'), async (original) => {
  const { rememberedCompanions } = await import('./remembered.ts');
  return rememberedCompanions(await original());
});

test('the published schema is generated from the types as they are', () => {
  const schema = createGenerator({
    path: `${root}src/report/document.ts`,
    tsconfig: `${root}tsconfig.json`,
    type: 'ResultDocument',
    schemaId: 'urn:convproof:result:1',
    additionalProperties: true,
  }).createSchema('ResultDocument');
  expect(schema, 'run: npm run schema').toEqual(SCHEMA);
});

const DOCUMENTS = Object.entries(COMMANDS)
  .map(([name, command]) => ({ name, words: shellWords(partsOf(command)[0]) }))
  .filter(({ words }) => /^(verify|explain|mistakes|prove|diagnose|selftest)$/.test(words[0] ?? ''))
  .filter(({ words }) => !words.includes('--help') && !words.includes('--emit'))
  .map(({ name, words }) => ({ name, words: [...words.filter((word) => word !== '--json'), '--json'] }));

test.each(DOCUMENTS)('$name is described by the schema, key by key', async ({ words }) => {
  const { stdout, stderr, exitCode } = await run(words);
  expect(stdout).toMatch(/^(\{.*\}\n)+$/);
  const documents = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  documents.forEach(expectValid);
  if (exitCode === 2) {
    expect(documents).toHaveLength(1);
    const { message, hint } = documents[0].error;
    expect(stderr).toBe(`error: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  } else {
    expect(stderr).toBe('');
    const codes = documents.map(({ verdict }) => EXIT_OF_VERDICT[verdict as VerifyDocument['verdict']] ?? 0);
    expect(exitCode).toBe(Math.max(...codes));
  }
});

test('the closed schema refuses a key that it does not describe', async () => {
  const document = JSON.parse((await run(['verify', '--json'])).stdout);
  expect(isDescribed(document)).toBe(true);
  expect(isDescribed({ ...document, surprise: 1 })).toBe(false);
  expect(isDescribed({ ...document, problem: { ...document.problem, surprise: 1 } })).toBe(false);
});

test("a trace's parameters are PyTorch's keyword arguments", async () => {
  const asymmetric = 'mb1ic2ih6oc3oh5kh3ph1'; // pads by 1 and 0
  const { stdout } = await run(['verify', asymmetric, '--bias', '--json']);
  const steps: TraceStep[] = JSON.parse(stdout).trace;
  const window = ['kernel_size', 'stride', 'padding', 'dilation'];
  expect(steps.map(({ step, parameters }) => [step, Object.keys(parameters)])).toEqual([
    ['pad', ['pad', 'mode', 'value']],
    ['unfold', window],
    ['gemm', ['M', 'K', 'L', 'groups']],
    ['bias', []],
    ['fold', ['output_size', ...window]],
  ]);
});

test.each([
  [
    'mb1ic2ih6oc3kh3ph1 --padding-mode circular --direction grad-input --dtype float16',
    ['unfold of grad_output', 'gemm', 'fold', 'unpad', 'cast'],
    { pad: [1, 1, 1, 1], mode: 'circular' },
  ],
  [
    'mb1ic2ih6oc3kh3 --padding 1 --padding-end 0 --direction grad-weight',
    ['pad of input', 'unfold', 'unfold of grad_output', 'gemm', 'view'],
    { pad: [1, 0, 1, 0], mode: 'constant', value: 0 },
  ],
  [
    'mb1ic2ih6oc3kh3ph1 --dtype uint8 --input-zero-point 7',
    ['pad of input', 'unfold', 'gemm', 'fold'],
    { pad: [1, 1, 1, 1], mode: 'constant', value: 7 },
  ],
])('and so they are in other directions: %s', async (words, steps, padding) => {
  const trace = JSON.parse((await run(['explain', ...shellWords(words), '--json'])).stdout)
    .trace as TraceStep[];
  expect(trace.map((step) => step.step + ('of' in step ? ` of ${step.of}` : ''))).toEqual(steps);
  expect(trace.find(({ step }) => step === 'pad' || step === 'unpad')?.parameters).toEqual(padding);
});

test('a transposed convolution is described in its own words', async () => {
  const layer = 'ConvTranspose1d(4, 6, 3, stride=2, output_padding=1)';
  const { problem, ...document } = JSON.parse(
    (await run(['explain', layer, '--input-size=5', '--json'])).stdout,
  );
  expect(problem).toMatchObject({
    direction: 'forward',
    transposed: true,
    in_channels: 4,
    out_channels: 6,
    input_size: [5],
    output_size: [12],
    output_padding: [1],
  });
  expect(document.input_sizes_of_same_output).toEqual([[11, 12]]);
  expect(document.adjoint_identity.equal).toBe(true);
  expect(document.overlap).toMatchObject({ uncovered: 1, uncovered_pixels: [[11]] });
});

test('numbers that JSON has no word for are strings', async () => {
  const operands = ['--input=x.npy', '--weight=w.npy'];
  const wrong = JSON.parse((await run(['verify', ...operands, '--expected=y-nan.npy', '--json'])).stdout);
  const judged = wrong.checks.find(({ actual }: { actual: string }) => actual === 'external');
  expect(judged.worst).toMatchObject({ index: [0, 0, 0, 0], actual: 'NaN' });
  expect(judged.max_abs_error).toBe('Infinity');
  const vacuous = JSON.parse((await run(['verify', '--input=x-nan.npy', '--weight=w.npy', '--json'])).stdout);
  const rounding = vacuous.checks.find(({ witness }: { witness: string }) => witness === 'rounding');
  expect(rounding).toMatchObject({ actual_mean: 'NaN', expected_mean: 'NaN' });
});

describe('the repro', () => {
  const fills = fc.constantFrom('uniform', 'normal', 'integer', 'arange', 'impulse');
  const seeds = fc.integer({ min: -1, max: 2 ** 32 });
  const asked = fc
    .tuple(problemWords(), fc.option(fills), seeds)
    .map(([words, fill, seed]) => [...words, ...(fill ? [`--fill=${fill}`] : []), `--seed=${seed}`]);

  test('of a random problem gives the same bytes again, as JSON and as text', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (words) => {
        const first = await run(['verify', ...words, '--json']);
        expect(first.stderr).toBe('');
        const document: VerifyDocument = JSON.parse(first.stdout);
        expectValid(document);
        const again = shellWords(document.repro.command).slice(1);
        expect(await run([...again, '--json'])).toEqual(first);
        expect(await run(again)).toEqual(await run(['verify', ...words]));
      }),
      { numRuns: 60 },
    );
  });

  test('of a random problem of any kind gives the same bytes again, as JSON and as text', async () => {
    await fc.assert(
      fc.asyncProperty(anyProblemWords(), seeds, async (problem, seed) => {
        const words = [...problem, `--seed=${seed}`];
        const first = await run(['verify', ...words, '--json']);
        expect(first.stderr).toBe('');
        const document: VerifyDocument = JSON.parse(first.stdout);
        expectValid(document);
        const again = shellWords(document.repro.command).slice(1);
        expect(await run([...again, '--json'])).toEqual(first);
        expect(await run([...again, '--verbose'])).toEqual(await run(['verify', ...words, '--verbose']));
      }),
      { numRuns: 100 },
    );
  });

  test('of an explanation gives the same explanation again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(problemWords(), anyProblemWords()), async (words) => {
        const first = await run(['explain', ...words, '--json']);
        const document = JSON.parse(first.stdout);
        expectValid(document);
        const again = shellWords(document.repro.command).slice(1);
        expect(await run([...again, '--json'])).toEqual(first);
        expect(await run(again)).toEqual(await run(['explain', ...words]));
      }),
      { numRuns: 60 },
    );
  });

  test('of a proof gives the same proof again', async () => {
    await fc.assert(
      fc.asyncProperty(problemWords(), async (words) => {
        const first = await run(['prove', ...words, '--json']);
        const document = JSON.parse(first.stdout);
        expectValid(document);
        expect(document.verdict).toBe('pass');
        const again = shellWords(document.repro.command).slice(1);
        expect(await run([...again, '--json'])).toEqual(first);
        expect(await run(again)).toEqual(await run(['prove', ...words]));
      }),
      { numRuns: 30 },
    );
  });

  test('has a token that reads back as the problem, but for what no token can say', async () => {
    await fc.assert(
      fc.asyncProperty(problemWords(), async (words) => {
        const { repro, problem } = JSON.parse((await run(['explain', ...words, '--json'])).stdout);
        const read = resolveProblem(parseToken(repro.token));
        expect([read.batch, read.inChannels, read.outChannels, read.groups]).toEqual([
          problem.batch,
          problem.in_channels,
          problem.out_channels,
          problem.groups,
        ]);
        expect(read.axes.map((axis) => axis.outputSize)).toEqual(problem.output_size);
        expect(read.axes.map((axis) => axis.kernelSize)).toEqual(problem.kernel_size);
      }),
      { numRuns: 60 },
    );
  });

  test.each(DOCUMENTS.filter(({ name }) => name.startsWith('verify')))(
    'of $name gives the same bytes again',
    async ({ words }) => {
      const first = await run(words);
      const commands = first.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).repro.command);
      const again = await Promise.all(
        commands.map((command) => run([...shellWords(command).slice(1), '--json'])),
      );
      expect(again.map(({ stdout }) => stdout).join('')).toBe(first.stdout);
    },
  );
});

interface FillVector {
  readonly kind: 'uniform' | 'integer' | 'normal';
  readonly dtype: 'float32' | 'float64';
  readonly seed: number;
  readonly magnitude?: number;
  readonly tensors: readonly { readonly shape: readonly number[]; readonly sha256: string }[];
}

test("generated tensors have the digests of PyTorch's own", async () => {
  const compared = { uniform: 0, integer: 0, normal: 0 };
  for (const { kind, dtype, seed, magnitude, tensors } of readVectors<FillVector>('fills')) {
    const params = paramsOf(tensors.map(({ shape }) => shape));
    if (params === undefined) continue;
    if (kind === 'integer' && integerMagnitude(resolveProblem({ ...params, dtype })) !== magnitude) continue;
    const { batch, inChannels, outChannels, inputSize, kernelSize, groups, bias } = params;
    const words = [
      `--batch=${batch}`,
      `--in-channels=${inChannels}`,
      `--out-channels=${outChannels}`,
      `--input-size=${[inputSize].flat().join('x')}`,
      `--kernel-size=${[kernelSize].flat().join('x')}`,
      `--groups=${groups}`,
      ...(bias ? ['--bias'] : []),
    ];
    const ask = ['verify', ...words, `--dtype=${dtype}`, `--fill=${kind}`, `--seed=${seed}`, '--json'];
    const { sha256 } = JSON.parse((await run([...ask, '--witness=rounding'])).stdout).data;
    const names = ['input', 'weight', 'bias'].slice(0, tensors.length);
    expect(names.map((name) => sha256[name])).toEqual(tensors.map((tensor) => tensor.sha256));
    compared[kind]++;
  }
  expect(Math.min(compared.uniform, compared.normal)).toBeGreaterThan(20);
  expect(compared.integer).toBeGreaterThan(0); // most vectors have another range than such a problem
});

/** The problem whose input, weight and bias have these shapes, if there is one. */
function paramsOf([input, weight, bias]: readonly (readonly number[])[]): ConvParams | undefined {
  if (input?.length !== 4 || weight?.length !== 4) return undefined;
  const [batch, inChannels, ...inputSize] = input as [number, number, number, number];
  const [outChannels, perGroup, ...kernelSize] = weight as [number, number, number, number];
  if (bias !== undefined && String(bias) !== String(outChannels)) return undefined;
  if (inChannels % perGroup !== 0 || outChannels % (inChannels / perGroup) !== 0) return undefined;
  if (input.reduce((product, size) => product * size, 1) > 1000) return undefined; // long to convolve
  if (kernelSize.some((size, a) => size > (inputSize[a] as number))) return undefined;
  const groups = inChannels / perGroup;
  return { batch, inChannels, outChannels, inputSize, kernelSize, groups, bias: bias !== undefined };
}
