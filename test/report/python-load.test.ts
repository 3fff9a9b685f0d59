/**
 * The lines as they stand here have been run: PyTorch 1.13 gave tensors of the same SHA-256 as `--verbose` prints.
 */
import { expect, test } from 'vitest';
import type { Dtype } from '../../src/core/tensor.ts';
import { type LoadedOperand, loadExpression } from '../../src/report/python-load.ts';

test.each<[LoadedOperand, Dtype, string]>([
  [{ path: 'x.npy' }, 'float32', "torch.from_numpy(numpy.load('x.npy').astype('float32'))"],
  [{ path: 'x.npy' }, 'float16', "torch.from_numpy(numpy.load('x.npy').astype('float16'))"],
  [
    { path: 'x.npy' },
    'bfloat16',
    "torch.from_numpy(numpy.load('x.npy').astype('float32')).to(torch.bfloat16)",
  ],
  [
    { path: 'x.json' },
    'float64',
    "torch.from_numpy(numpy.array(__import__('json').load(open('x.json'))).astype('float64'))",
  ],
  [
    { path: 'x.npy', bits: 'raw bytes', permute: [0, 3, 1, 2] },
    'bfloat16',
    "torch.from_numpy(numpy.load('x.npy').view('int16')).view(torch.bfloat16).permute(0, 3, 1, 2)",
  ],
  [
    { path: 'x.npy', bits: 'uint16' },
    'bfloat16',
    "torch.from_numpy(numpy.load('x.npy').astype('uint16').view('int16')).view(torch.bfloat16)",
  ],
  [
    { path: 'w.npy', permute: [3, 2, 0, 1] },
    'int8',
    "torch.from_numpy(numpy.load('w.npy').astype('int8')).permute(3, 2, 0, 1)",
  ],
  [
    { path: 'x.bin', raw: { dtype: 'float32', shape: [2, 7, 6, 3] }, permute: [0, 3, 1, 2] },
    'float32',
    "torch.from_numpy(numpy.fromfile('x.bin', '<f4').reshape(2, 7, 6, 3).astype('float32')).permute(0, 3, 1, 2)",
  ],
  [
    { path: 'x.bin', raw: { dtype: 'bfloat16', shape: [2, 3, 7, 6] } },
    'float64',
    "torch.from_numpy(numpy.fromfile('x.bin', '<i2').reshape(2, 3, 7, 6)).view(torch.bfloat16).to(torch.float64)",
  ],
  [
    { path: 'b.bin', raw: { dtype: 'int32', shape: [3] } },
    'int32',
    "torch.from_numpy(numpy.fromfile('b.bin', '<i4').astype('int32'))",
  ],
  [{ path: '-' }, 'float32', "torch.from_numpy(numpy.load('grad_output.npy').astype('float32'))"],
])('%j in %s', (file, dtype, python) => {
  expect(loadExpression(file, dtype, 'grad_output')).toBe(python);
});
