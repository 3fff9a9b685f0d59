/**
 * Weights of grouped convolutions split along the wrong axis.
 */
import type { Mistake } from '../mistake.ts';
import { tapOffset } from '../sizes.ts';

export const GROUP_WEIGHTS: readonly Mistake[] = [
  {
    id: 'group-transposed-weight-axis',
    family: 'groups',
    title: "a group's C_in and C_out are exchanged",
    cause:
      "The weight of a transposed convolution, (C_in, C_out/groups, kH, kW), is taken for a convolution's, so that the memory of weight[g·C + c, m] is read for weight[g·M + m, c].",
    shows: 'Raises where the shape is checked, or wrong everywhere.',
    fix: 'w.view(groups, M, C, kH, kW).transpose(1, 2) inside each group; conv_transpose2d takes (C_in, C_out/groups, kH, kW).',
    evidence: [
      'https://github.com/llvm/torch-mlir/issues/4055',
      'https://github.com/llvm/torch-mlir/issues/4056',
      'https://github.com/neuraloperator/neuraloperator/issues/464',
      'https://github.com/apache/tvm/issues/9465',
    ],
    variants: [
      {
        change: {
          weight:
            (_, { sizes }) =>
            (co, c, ...tap) => {
              const { C, M, kD, kH, kW } = sizes;
              const [g, m] = [Math.floor(co / M), co % M];
              return ((g * C + c) * M + m) * kD * kH * kW + tapOffset(sizes, ...tap);
            },
        },
      },
    ],
  },
];
