/**
 * The problem as a PyTorch module that is right: unfold with all four parameters, a GEMM per group, a 1×1 fold.
 */
import { formatLayerRepr } from '../core/layer-repr.ts';
import { planDecomposition } from '../core/plan.ts';
import { inputShape, type Problem, weightShape } from '../core/problem.ts';
import { formatToken } from '../core/token.ts';
import { conv2dCall, padCall, pythonTuple } from './pytorch-lines.ts';

/** A Python file: the module, and a check against F.conv2d when it is run. */
export function emitPytorch(problem: Problem): string {
  const { outChannels, groups, bias, axes } = problem;
  const { pads, unfold, gemm } = planDecomposition(problem);
  const { token } = formatToken(problem);
  const dtype = problem.dtype === 'float32' ? '' : ', dtype=torch.float64';
  const weight = weightShape(problem).join(', ');
  const axisNames = ['H', 'W'];
  const outputSizes = axes.map((_, a) => `${axisNames[a]}_out`);
  const title =
    formatLayerRepr(problem) ??
    `A convolution with padding ${axes.map((axis) => `(${axis.paddingBegin}, ${axis.paddingEnd})`).join(' × ')} at its beginnings and ends`;
  const lines = [
    `"""${title}`,
    'as unfold, GEMM, fold.',
    '',
    `Problem ${token}. Running this file checks the module against torch.nn.functional.conv2d.`,
    '"""',
    'import torch',
    'import torch.nn.functional as F',
    '',
    '',
    'class UnfoldConv2d(torch.nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    `        self.weight = torch.nn.Parameter(torch.randn(${weight}${dtype}))`,
    bias
      ? `        self.bias = torch.nn.Parameter(torch.randn(${outChannels}${dtype}))`
      : "        self.register_parameter('bias', None)",
    '',
    '    def forward(self, x):',
    ...(pads.length > 0
      ? [
          '        # unfold pads both ends of an axis alike, so this padding is a step of its own.',
          `        x = ${padCall(pads, 'x')}`,
        ]
      : []),
    '        N, C_in, H, W = x.shape',
    ...axes.map((axis, a) => {
      const padding = 2 * (unfold.padding[a] as number);
      const padded = padding === 0 ? axisNames[a] : `${axisNames[a]} + ${padding}`;
      return `        ${outputSizes[a]} = (${padded} - ${axis.dilation * (axis.kernelSize - 1) + 1}) // ${axis.stride} + 1`;
    }),
    "        # unfold's parameters describe the convolution's windows: all four of them.",
    `        columns = F.unfold(x, kernel_size=${pythonTuple(unfold.kernelSize)}, dilation=${pythonTuple(unfold.dilation)},`,
    `                           padding=${pythonTuple(unfold.padding)}, stride=${pythonTuple(unfold.stride)})  # (N, C_in*kH*kW, L)`,
    ...(groups === 1
      ? [
          `        product = self.weight.view(${outChannels}, -1) @ columns  # (N, C_out, L): one value per window`,
        ]
      : [
          `        columns = columns.view(N, ${groups}, ${gemm.K}, -1)  # each group has its own rows`,
          `        weight = self.weight.view(${groups}, ${gemm.M}, ${gemm.K})`,
          `        product = (weight @ columns).view(N, ${outChannels}, -1)  # (N, C_out, L): one value per window`,
        ]),
    ...(bias ? ['        product = product + self.bias.view(1, -1, 1)'] : []),
    '        # One value per window is left, so fold lays the L columns out as pixels: 1x1 windows, stride 1.',
    '        return F.fold(product, output_size=(H_out, W_out), kernel_size=1, stride=1)',
    '',
    '',
    "if __name__ == '__main__':",
    '    torch.manual_seed(0)',
    '    conv = UnfoldConv2d()',
    `    x = torch.randn(${inputShape(problem).join(', ')}${dtype})`,
    `    w${bias ? ', b' : ''} = conv.weight${bias ? ', conv.bias' : ''}`,
    `    expected = ${conv2dCall(problem, 'x')}`,
    "    print('largest difference:', (conv(x) - expected).abs().max().item())",
  ];
  return `${lines.join('\n')}\n`;
}
