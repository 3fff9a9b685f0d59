/**
 * Operands or sums in too few bits.
 */
import {
  accumulator,
  BFLOAT16,
  blockwise,
  cutTo,
  FLOAT16,
  type Format,
  roundTo,
  TF32,
} from '../arithmetic.ts';
import type { Mistake, Variant } from '../mistake.ts';

export const PRECISION: readonly Mistake[] = [
  {
    id: 'tf32-inputs',
    family: 'precision',
    title: 'operands are rounded to the 11 significant bits of TF32',
    cause: 'Fp32 inputs rounded to 10 mantissa bits before multiplying.',
    shows: 'Relative error about 1e-3 everywhere.',
    fix: 'Torch.backends.cudnn.allow_tf32=False.',
    evidence: ['pytorch/pytorch#107514', 'sonots/cumo#501'],
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(TF32, value) } } },
      { note: 'cut, not rounded', change: { arithmetic: { operand: (value) => cutTo(TF32, value) } } },
    ],
  },
  {
    id: 'fp16-inputs',
    family: 'precision',
    title: 'operands are rounded to float16',
    cause: 'Input and weight pass through float16 (x.half()) before a float32 convolution.',
    shows: 'Relative error about 5e-4 everywhere; Inf beyond 65504.',
    fix: 'Keep float32 operands: no .half(), no autocast.',
    evidence: [],
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(FLOAT16, value) } } },
      ...outputRounded(FLOAT16, 'and so is the output'),
    ],
  },
  {
    id: 'bf16-inputs',
    family: 'precision',
    title: 'operands are rounded to bfloat16',
    cause: 'Input and weight pass through bfloat16 before a float32 convolution.',
    shows: 'Relative error about 4e-3 everywhere.',
    fix: 'Keep float32 operands: no .bfloat16(), no autocast.',
    evidence: [],
    variants: [
      { change: { arithmetic: { operand: (value) => roundTo(BFLOAT16, value) } } },
      ...outputRounded(BFLOAT16, 'and so is the output'),
    ],
  },
  {
    id: 'fp16-accumulator',
    family: 'precision',
    title: 'products are summed in float16',
    cause: 'Products summed in half precision.',
    shows: 'Relative error growing with K; inf past 65504.',
    fix: 'Fp32 accumulator.',
    evidence: [
      'uxlfoundation/oneDNN#5041',
      'sonos/torch-to-nnef#286',
      'ROCm/AMDMIGraphX#850',
      'HomericIntelligence/Odyssey#3022',
    ],
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
    cause: 'Each partial sum is rounded to the 8 significant bits of bfloat16.',
    shows: 'Relative error growing with K.',
    fix: 'Accumulate in float32.',
    evidence: [],
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
    title: 'partial sums are stored in float16 after each block of K',
    cause: 'The accumulator is stored in the output type after each K block.',
    shows: 'Rounding error per block.',
    fix: 'Keep fp32 until the end.',
    evidence: ['openvinotoolkit/openvino#25525'],
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
    title: 'Winograd tiles advance by r − 1 instead of by m',
    cause:
      'Tiles advance by r-1 instead of m (right only for m=2,r=3), or padding is unsupported but the kernel is selected.',
    shows: 'Wrong beyond the first tile / with p>0.',
    fix: 'Step m; check selection conditions.',
    evidence: ['adam-dziedzic/winograd#1', 'openvinotoolkit/openvino#33681', 'Tencent/ncnn#1111'],
    applies: ({ right }) =>
      right.every((axis) => axis.kernelSize === 3 && axis.stride === 1 && axis.dilation === 1),
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
