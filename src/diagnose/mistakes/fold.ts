/**
 * fold misunderstood.
 */
import { overlapCounts } from '../change-axes.ts';
import { foldedWithKernel, foldRaises } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const FOLD: readonly Mistake[] = [
  {
    id: 'fold-with-conv-kernel-on-output',
    family: 'fold',
    title: "the product is folded with the convolution's kernel_size",
    cause: "The conv result (N,O,L) is folded with the conv's kernel_size instead of kernel_size=1.",
    shows: 'Raises (L or channel count mismatch) in nearly every case.',
    fix: 'Out.view(N,O,OH,OW) or fold(kernel_size=1).',
    evidence: ['discuss.pytorch.org/t/need-help-understanding-conv2d-and-fold-unfold/172378'],
    variants: [
      {
        change: {
          raises: ({ sizes }) => foldRaises(sizes),
          shape: ({ sizes: { N, C_out, kH, kW, OH, OW } }) => [N, C_out / (kH * kW), OH, OW],
          output: () => () => NONE,
          alsoAdds: ({ sizes }) => foldedWithKernel(sizes),
        },
      },
    ],
  },
  {
    id: 'fold-treated-as-inverse',
    family: 'fold',
    title: 'fold(unfold(x)) is taken for x',
    cause:
      'Fold(unfold(x)) is taken for x; overlapping positions are counted m(h,w) times, m = number of windows covering the pixel.',
    shows: 'Interior multiplied by up to kh*kw, border less.',
    fix: 'Divide by fold(unfold(ones)).',
    evidence: ['pytorch/pytorch#7519', 'pytorch/pytorch#14096'],
    variants: [{ change: { inputGain: ({ sizes }) => overlapCounts(sizes.right) } }],
  },
  {
    id: 'fold-divides-conv-output',
    family: 'fold',
    title: 'the output is divided by the number of overlaps',
    cause:
      'The GEMM result or an input gradient is divided by the overlap count although the plain sum is the correct adjoint.',
    shows: 'Gradient too small by m(h,w); visible in the interior.',
    fix: 'No divisor in conv or its gradient; the divisor is only for patch averaging.',
    evidence: ['newbe.dev/index.php/how-does-pytorch-s-fold-and-unfold-work'],
    variants: [
      {
        change: {
          outputGain: ({ sizes: { right, IH, IW } }) => {
            const counts = overlapCounts(right);
            return (_n, _co, oh, ow) =>
              1 / Math.max(1, counts(Math.min(oh, IH - 1) * IW + Math.min(ow, IW - 1)));
          },
        },
      },
      {
        note: 'by kH·kW everywhere',
        change: {
          outputGain:
            ({ sizes: { kH, kW } }) =>
            () =>
              1 / (kH * kW),
        },
      },
    ],
  },
];
