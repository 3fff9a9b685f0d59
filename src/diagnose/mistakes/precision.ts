/**
 * Operands or sums in too few bits.
 */
import { BFLOAT16, FLOAT16, type Format, roundTo, TF32 } from '../../core/formats.ts';
import { accumulator, blockwise, cutTo } from '../arithmetic.ts';
import { FLOATS, type Mistake, type Variant } from '../mistake.ts';

/** Where the order of a sum is the rows', or the windows'; on the way back, kernels gather or scatter as they like. */
const IN_ORDER = { directions: ['forward', 'grad-weight'], dtypes: FLOATS } as const;

export const PRECISION: readonly Mistake[] = [
  {
    id: 'tf32-inputs',
    family: 'precision',
    title: 'operands are rounded to TF32',
    cause:
      "Input and weight are rounded to TF32's 11 significant bits before they are multiplied; float32 has 24.",
    shows: 'A relative error of about 1e-3, everywhere.',
    fix: '`torch.backends.cudnn.allow_tf32 = False`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/107514',
      'https://github.com/sonots/cumo/issues/501',
    ],
    scope: { dtypes: ['float32', 'float64'] },
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(TF32, value) } } },
      { note: 'cut, not rounded', change: { arithmetic: { operand: (value) => cutTo(TF32, value) } } },
    ],
  },
  {
    id: 'fp16-inputs',
    family: 'precision',
    title: 'operands are rounded to float16',
    cause:
      'Input and weight pass through float16, x.half(), before a float32 convolution: 11 significant bits.',
    shows: 'A relative error of about 5e-4, everywhere; infinite beyond 65504.',
    fix: 'Keep float32 operands: no `.half()`, no autocast.',
    evidence: [],
    scope: { dtypes: ['float32', 'float64'] },
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(FLOAT16, value) } } },
      ...outputRounded(FLOAT16, 'and so is the output'),
    ],
  },
  {
    id: 'bf16-inputs',
    family: 'precision',
    title: 'operands are rounded to bfloat16',
    cause:
      'Input and weight pass through bfloat16, x.bfloat16(), before a float32 convolution: 8 significant bits.',
    shows: 'A relative error of about 4e-3, everywhere.',
    fix: 'Keep float32 operands: no `.bfloat16()`, no autocast.',
    evidence: [],
    scope: { dtypes: ['float32', 'float64', 'float16'] },
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(BFLOAT16, value) } } },
      ...outputRounded(BFLOAT16, 'and so is the output'),
    ],
  },
  {
    id: 'fp16-accumulator',
    family: 'precision',
    title: 'products are summed in float16',
    cause: "Each partial sum is rounded to float16's 11 significant bits.",
    shows: 'An error that grows with K, infinite beyond 65504; small integers stay exact up to 2048.',
    fix: 'Accumulate in float32.',
    evidence: [
      'https://github.com/uxlfoundation/oneDNN/issues/5041',
      'https://github.com/sonos/torch-to-nnef/issues/286',
      'https://github.com/ROCm/AMDMIGraphX/issues/850',
      'https://github.com/HomericIntelligence/Odyssey/issues/3022',
    ],
    scope: IN_ORDER,
    variants: [
      { change: { arithmetic: accumulator(FLOAT16, { operands: true, products: true }) } },
      {
        note: 'products exact',
        change: { arithmetic: accumulator(FLOAT16, { operands: true, products: false }) },
      },
      {
        note: 'operands as they are',
        change: { arithmetic: accumulator(FLOAT16, { operands: false, products: false }) },
      },
      {
        note: 'operands as they are, products rounded',
        change: { arithmetic: accumulator(FLOAT16, { operands: false, products: true }) },
      },
    ],
  },
  {
    id: 'bf16-accumulator',
    family: 'precision',
    title: 'products are summed in bfloat16',
    cause: "Each partial sum is rounded to bfloat16's 8 significant bits.",
    shows: 'An error that grows with K; small integers stay exact up to 256.',
    fix: 'Accumulate in float32.',
    evidence: [],
    scope: IN_ORDER,
    variants: [
      { change: { arithmetic: accumulator(BFLOAT16, { operands: true, products: true }) } },
      {
        note: 'products exact',
        change: { arithmetic: accumulator(BFLOAT16, { operands: true, products: false }) },
      },
      {
        note: 'operands as they are',
        change: { arithmetic: accumulator(BFLOAT16, { operands: false, products: false }) },
      },
    ],
  },
  {
    id: 'partial-sum-rounded-per-block',
    family: 'precision',
    title: 'partial sums are stored in float16 per block',
    cause: 'After each block of K the sum is stored in float16 and read back.',
    shows: 'An error of one float16 rounding per block.',
    fix: 'Keep the sum in float32 until the last block.',
    evidence: [],
    related: ['https://github.com/openvinotoolkit/openvino/issues/25525'],
    scope: IN_ORDER,
    variants: [
      { note: 'blocks of 4', change: { arithmetic: blockwise(FLOAT16, 4) } },
      ...[8, 16, 32, 64, 2].map((block) => ({
        note: `blocks of ${block}`,
        change: { arithmetic: blockwise(FLOAT16, block) },
      })),
    ],
  },
  {
    id: 'winograd-tile-step',
    family: 'precision',
    title: 'Winograd tiles advance by r − 1 instead of m',
    cause: 'Tiles of F(m×m, r×r) step by r − 1 outputs where m are due: the same only for F(2×2, 3×3).',
    shows: 'Right in the first tile, wrong beyond it.',
    fix: 'Step by m.',
    evidence: [
      'https://github.com/adam-dziedzic/winograd/issues/1',
      'https://github.com/openvinotoolkit/openvino/issues/33681',
      'https://github.com/Tencent/ncnn/issues/1111',
    ],
    scope: { leastAxes: 2 },
    applies: ({ right: [h, w], rank }) =>
      rank === 2 && [h, w].every((axis) => axis.kernelSize === 3 && axis.stride === 1 && axis.dilation === 1),
    variants: [
      {
        note: 'F(4×4, 3×3)',
        change: { pixel: (pixel) => (kh, kw, oh, ow) => pixel(kh, kw, tiled(oh, 4), tiled(ow, 4)) },
      },
      {
        note: 'F(6×6, 3×3)',
        change: { pixel: (pixel) => (kh, kw, oh, ow) => pixel(kh, kw, tiled(oh, 6), tiled(ow, 6)) },
      },
    ],
  },
];

/** m-wide Winograd tiles that advance by r − 1 = 2: position o of the output reads the window of another one. */
function tiled(o: number, m: number): number {
  return Math.floor(o / m) * 2 + (o % m);
}

function outputRounded(format: Format, note: string): Variant[] {
  const round = (value: number) => roundTo(format, value);
  return [{ note, change: { arithmetic: { operand: round, result: round } } }];
}
