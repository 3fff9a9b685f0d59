/**
 * Zero points and sums of quantised convolutions.
 */
import { saturated, wrapped } from '../arithmetic.ts';
import type { Mistake } from '../mistake.ts';

/** Wherever there are zero points, and sums of 8-bit products. */
const QUANTISED = { directions: ['forward'], dtypes: ['int8', 'uint8'] } as const;

export const QUANTISED_MISTAKES: readonly Mistake[] = [
  {
    id: 'pad-value-zero-not-zero-point',
    family: 'quantised',
    title: 'the padding holds 0, not the zero point',
    cause:
      'A quantised input is padded with the integer 0, which stands for −zero_point·scale: each tap in the padding adds −zero_point·weight.',
    shows: 'Wrong along the border only, where the zero point is not 0.',
    fix: "`F.pad(x, pad, value=zero_point)`, the input's.",
    evidence: [
      'https://github.com/apache/tvm/issues/4807',
      'https://github.com/pytorch/executorch/issues/13576',
      'https://github.com/NVIDIA/cutlass/issues/817',
      'https://github.com/ucb-bar/gemmini/issues/229',
      'https://github.com/pytorch/pytorch/issues/53807',
    ],
    scope: { ...QUANTISED, modes: ['zeros'] },
    variants: [{ change: { paddingValue: ({ zeroPoints }) => 0 - zeroPoints.input } }],
  },
  {
    id: 'zero-point-term-ignores-border',
    family: 'quantised',
    title: 'the zero-point term ignores the border',
    cause:
      'zero_point·Σ weight, over the whole kernel, is subtracted once and for all, although taps in the padding added nothing; or over the taps inside, although the padding held the zero point.',
    shows: 'Wrong along the border only, where the zero point is not 0.',
    fix: 'Pad with the zero point and sum over the whole kernel, or sum over the taps inside.',
    evidence: ['https://github.com/apache/tvm/issues/13364'],
    scope: { ...QUANTISED, modes: ['zeros'] },
    variants: [
      { change: { paddingValue: ({ zeroPoints }) => 0 - zeroPoints.input } },
      { note: 'over the taps inside', change: { paddingValue: ({ zeroPoints }) => zeroPoints.input } },
    ],
  },
  {
    id: 'int8-accumulator-wraps-int16',
    family: 'quantised',
    title: 'sums of 8-bit products wrap at 16 bits',
    cause: 'Products are summed in int16, modulo 2^16, where int32 is due.',
    shows: 'Off by multiples of 65536, where sums are large.',
    fix: 'Accumulate in int32.',
    evidence: [
      'https://github.com/Tencent/ncnn/issues/717',
      'https://github.com/microsoft/BitNet/issues/629',
    ],
    scope: QUANTISED,
    variants: [
      { change: { arithmetic: { sum: wrapped } } },
      { note: 'and the bias with them', change: { arithmetic: { result: wrapped } } },
    ],
  },
  {
    id: 'int8-pair-sum-saturates-int16',
    family: 'quantised',
    title: 'sums of two products saturate at 16 bits',
    cause:
      'Products are added in pairs in int16, which stops at ±32767, before they are widened: vpmaddubsw without VNNI.',
    shows: 'Too small in magnitude, where two neighbouring products are large and of one sign.',
    fix: 'Widen to int32 first, or keep one operand to 7 bits.',
    evidence: [
      'https://github.com/uxlfoundation/oneDNN/issues/476',
      'https://github.com/uxlfoundation/oneDNN/issues/375',
      'https://github.com/microsoft/onnxruntime/issues/16105',
      'https://github.com/pytorch/FBGEMM/issues/199',
      'https://github.com/openvinotoolkit/openvino/issues/11658',
    ],
    // Two products of int8 and int8 pass 32767 only where all four are −128.
    scope: { ...QUANTISED, dtypes: ['uint8'] },
    variants: [{ change: { arithmetic: { pair: saturated } } }],
  },
];
