/**
 * fold misunderstood.
 */
import { overlapCounts } from '../change-axes.ts';
import { foldedWithKernel, foldRaises } from '../change-output.ts';
import type { Mistake } from '../mistake.ts';
import type { Sizes } from '../sizes.ts';
import { NONE } from '../wiring.ts';

export const FOLD: readonly Mistake[] = [
  {
    id: 'fold-with-conv-kernel-on-output',
    family: 'fold',
    title: "fold gets the convolution's kernel_size",
    cause:
      "The product (N, C_out, L) is given to F.fold with the convolution's kernel_size, stride, padding and dilation. Its columns hold one value per channel, not a window.",
    shows: 'F.fold raises, as L or the number of rows does not fit, in nearly every case.',
    fix: '`F.fold(product, (H_out, W_out), kernel_size=1, stride=1)`, or `product.view(N, C_out, H_out, W_out)`.',
    evidence: ['https://discuss.pytorch.org/t/need-help-understanding-conv2d-and-fold-unfold/172378'],
    scope: { directions: ['forward'] },
    variants: [
      {
        change: {
          raises: ({ sizes }) => foldRaises(sizes),
          shape: ({ sizes: { N, C_out, kD, kH, kW, OD, OH, OW } }) => [N, C_out / (kD * kH * kW), OD, OH, OW],
          // The first product brings its bias, so that with a 1×1 kernel, where it is the only one, nothing changes.
          output: (output, { sizes }) => {
            if (isPointwise(sizes)) return output;
            const products = foldedWithKernel(sizes);
            return (...at) => products(...at)[0] ?? NONE;
          },
          alsoAdds: ({ sizes }) => {
            if (isPointwise(sizes)) return undefined;
            const products = foldedWithKernel(sizes);
            return (...at) => products(...at).slice(1);
          },
        },
      },
    ],
  },
  {
    id: 'fold-treated-as-inverse',
    family: 'fold',
    title: 'fold(unfold(x)) is taken for x',
    cause:
      'fold adds up: fold(unfold(x))[h, w] is x[h, w] times the number of windows that read the pixel, up to kH·kW.',
    shows:
      'Where the result is convolved, as if each pixel were multiplied by its number of windows; most in the middle, less at the border.',
    fix: 'Use x itself, or divide by what fold(unfold) makes of ones: `F.fold(F.unfold(torch.ones_like(x), **p), size, **p)`.',
    evidence: [
      'https://github.com/pytorch/pytorch/issues/7519',
      'https://github.com/pytorch/pytorch/issues/14096',
    ],
    variants: [{ change: { inputGain: ({ sizes }) => overlapCounts(sizes.right) } }],
  },
  {
    id: 'fold-divides-conv-output',
    family: 'fold',
    title: 'the output is divided by the overlap count',
    cause:
      'The product is divided by the number of windows that cover a pixel. That belongs to averaging patches; a convolution, and its gradient, is the plain sum.',
    shows: 'Too small by a factor that grows from the border to the middle, up to kH·kW.',
    fix: 'Leave the divisor out.',
    evidence: ['https://newbe.dev/index.php/how-does-pytorch-s-fold-and-unfold-work'],
    scope: { directions: ['forward'] },
    variants: [
      {
        directions: ['grad-input'],
        change: {
          inputGain: ({ sizes }) => {
            const counts = overlapCounts(sizes.right);
            return (pixel) => 1 / Math.max(1, counts(pixel));
          },
        },
      },
      {
        change: {
          outputGain: ({ sizes: { right, ID, IH, IW } }) => {
            if (isPointwise({ right })) return undefined;
            const counts = overlapCounts(right);
            return (_n, _co, oh, ow, od) => {
              const row = Math.min(od, ID - 1) * IH + Math.min(oh, IH - 1);
              return 1 / Math.max(1, counts(row * IW + Math.min(ow, IW - 1)));
            };
          },
        },
      },
      {
        note: 'by kH·kW everywhere',
        directions: ['forward', 'grad-input'],
        change: {
          outputGain:
            ({ sizes: { kD, kH, kW } }) =>
            () =>
              1 / (kD * kH * kW),
        },
      },
    ],
  },
];

/** One tap on each pixel, and each pixel under one window: nothing overlaps. */
function isPointwise({ right }: Pick<Sizes, 'right'>): boolean {
  return right.every(({ kernelSize, stride, begin }) => kernelSize === 1 && stride === 1 && begin === 0);
}
