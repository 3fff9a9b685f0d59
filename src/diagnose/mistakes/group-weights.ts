/**
 * Weights of grouped convolutions split along the wrong axis.
 */
import type { Mistake } from '../mistake.ts';
import { NONE } from '../wiring.ts';

export const GROUP_WEIGHTS: readonly Mistake[] = [
  {
    id: 'group-transposed-weight-axis',
    family: 'groups',
    title: "a group's weights have C_out and C_in swapped",
    cause:
      "The weight of a transposed convolution, (C_in, C_out/groups, kH, kW), is taken for a convolution's, so that weight[g·M + c, m] is read for weight[g·M + m, c].",
    shows: 'Raises, or wrong everywhere where C_in = C_out.',
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
          raises: ({ sizes: { C, M } }) =>
            C === M
              ? undefined
              : `weight[g·M + c, m] needs C_in/groups = ${C} and C_out/groups = ${M} to be equal`,
          weight:
            (weight, { sizes: { C, M } }) =>
            (co, c, kh, kw) =>
              C === M ? weight(co - (co % M) + c, co % M, kh, kw) : NONE,
        },
      },
    ],
  },
];
