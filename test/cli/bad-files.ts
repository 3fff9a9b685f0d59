/**
 * Files that are no tensors, by what is wrong with them.
 */
import { symlinkSync, writeFileSync } from 'node:fs';
import { fillOperands } from '../../src/core/fill.ts';
import { operand } from '../../src/core/operands.ts';
import { resolveProblem } from '../../src/core/resolve.ts';
import { encodeNpy } from '../../src/io/npy.ts';

const problem = resolveProblem({ inChannels: 2, outChannels: 3, inputSize: 4, kernelSize: 3 });
const input = operand(fillOperands(problem, 'uniform', 1), 'input');

/** An .npy file of version `major` with this header text; its length may be given falsely. */
function npy(header: string, { major = 1, length = header.length, data = 0 } = {}): Uint8Array {
  const size = [length & 255, (length >> 8) & 255, (length >> 16) & 255, (length >>> 24) & 255];
  const prefix = [0x93, ...Buffer.from('NUMPY'), major, 0, ...size.slice(0, major === 1 ? 2 : 4)];
  return Uint8Array.from([...prefix, ...Buffer.from(header, 'latin1'), ...new Uint8Array(data)]);
}

function header(descr: string, shape: string, order = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}

const whole = encodeNpy(input);
const float64 = { dtype: 'float64', data: Float64Array.from(input.data) } as const;

/** Name → content. */
export const BAD_FILES: Readonly<Record<string, string | Uint8Array>> = {
  'empty.npy': '',
  'short.npy': whole.slice(0, 8),
  'magic.npy': 'NUMPY, or so it says',
  'version.npy': npy(header('<f4', '(1,)'), { major: 9, data: 4 }),
  'header-cut.npy': npy(header('<f4', '(1,)'), { length: 60_000 }),
  'header-long.npy': npy(header('<f4', `(1,${' '.repeat(20_000)})`), { data: 4 }),
  'header-huge.npy': npy('', { major: 2, length: 0xfffffff0 }),
  'no-newline.npy': npy(header('<f4', '(1,)').trimEnd(), { data: 4 }),
  'no-dict.npy': npy('[1, 2, 3]\n'),
  'nested.npy': npy(`${'('.repeat(9_000)}\n`),
  'key-missing.npy': npy("{'descr': '<f4', 'shape': (1,), }\n", { data: 4 }),
  'key-extra.npy': npy("{'descr': '<f4', 'color': 'red', }\n"),
  'objects.npy': npy(header('|O', '(1,)'), { data: 8 }),
  'complex.npy': npy(header('<c8', '(1,)'), { data: 8 }),
  'text.npy': npy(header('<U3', '(1,)'), { data: 12 }),
  'unknown-dtype.npy': npy(header('<i3', '(1,)'), { data: 3 }),
  'order.npy': npy(header('<f4', '(1,)', '1'), { data: 4 }),
  'negative.npy': npy(header('<f4', '(-1,)'), { data: 4 }),
  'fractional.npy': npy(header('<f4', '(1.5,)'), { data: 4 }),
  'rank-40.npy': npy(header('<f4', `(${'1, '.repeat(40)})`), { data: 4 }),
  'product.npy': npy(header('<f4', '(0, 1152921504606846, 9000)')),
  'cut.npy': whole.slice(0, -4),
  'trailing.npy': Uint8Array.from([...whole, 0, 0, 0, 0]),
  'zip.npy': 'PK\u0003\u0004',
  'latin.json': Uint8Array.from([0x5b, 0xe9, 0x5d]),
  'empty.json': '',
  'mark.json': '\ufeff[1]',
  'object.json': '{"x": [1]}',
  'ragged.json': '[[1, 2], [3]]',
  'open.json': '[[1, 2]',
  'rest.json': '[1] [2]',
  'nan.json': '[NaN]',
  'word.json': '[null]',
  'string.json': '["1"]',
  'large.json': '[1e400]',
  'inexact.json': '[9007199254740993]',
  'deep.json': `${'['.repeat(70)}1${']'.repeat(70)}`,
  'flat.npy': encodeNpy({ dtype: 'float32', shape: [32], data: input.data }),
  'three.npy': encodeNpy({ dtype: 'float32', shape: [2, 4, 4], data: input.data }),
  'no-batch.npy': encodeNpy({ dtype: 'float32', shape: [0, 2, 4, 4], data: new Float32Array(0) }),
  'x64.npy': encodeNpy({ ...float64, shape: input.shape }),
  'tenth.npy': encodeNpy({ ...float64, shape: input.shape, data: float64.data.map(() => 0.1) }),
  'half.npy': npy(header('<f2', '(1, 3, 2, 2)'), { data: 24 }),
  'bfloat16.npy': npy(header('<V2', '(1, 3, 2, 2)'), { data: 24 }),
  'half-x.npy': npy(header('<f2', '(1, 2, 4, 4)'), { data: 64 }),
  'void.npy': npy(header('|V4', '(1, 2, 4, 4)'), { data: 128 }),
  'float8.npy': npy(header('<V1', '(1, 2, 4, 4)'), { data: 32 }),
  'byte.npy': npy(header('|u1', '(1, 2, 4, 4)'), { data: 32 }),
  'byte-y.npy': npy(header('|i1', '(1, 3, 2, 2)'), { data: 12 }),
  'short-y.npy': npy(header('<i2', '(1, 3, 2, 2)'), { data: 24 }),
  'gy.npy': encodeNpy({ dtype: 'float32', shape: [1, 3, 2, 2], data: input.data.slice(0, 12) }),
  'x-nhwc.npy': encodeNpy({ dtype: 'float32', shape: [1, 4, 4, 2], data: input.data }),
  'x.bin': new Uint8Array(128),
  'cut.bin': new Uint8Array(127),
  'empty.bin': '',
};

/** Writes them into the current directory, and what is no file at all. */
export function writeBadFiles(): void {
  for (const [name, content] of Object.entries(BAD_FILES)) writeFileSync(name, content);
  symlinkSync('/dev/zero', 'device.npy');
}
