/**
 * The sizes that loaded tensors give, beside those that are written.
 */
import { ToolError } from './errors.ts';
import type { OperandName } from './operands.ts';
import { axisName, type ConvParams, type PerAxis } from './params.ts';
import { saidRank } from './per-axis.ts';
import { formatShape, type Shape } from './shape.ts';

/** Shapes of loaded tensors by the option that gave them: `input` is the layer's own, transposed or not. */
export type LoadedShapes = { readonly [name in OperandName]?: NamedShape | undefined };

/** A loaded tensor's shape, and the name that the user knows it by. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** Completes `params` with the sizes that loaded tensors give; a contradiction names both sides. */
export function completeFromTensors(params: ConvParams, tensors: LoadedShapes): ConvParams {
  const { input, weight, bias, gradOutput } = tensors;
  let known = params;
  const rank = rankFrom(params, tensors);
  if (rank !== undefined && (input ?? weight ?? gradOutput)) known = { ...known, spatialDims: rank };
  const sizes = (suffix: string) =>
    Array.from({ length: rank ?? 2 }, (_, a) => `${axisName(a, rank ?? 2)}${suffix}`).join(', ');
  const kernel = Array.from({ length: rank ?? 2 }, (_, a) => `k${axisName(a, rank ?? 2)}`).join(', ');
  if (input) {
    requireRank(input, rank, `(N, C_in, ${sizes('_in')})`, 'add the batch dimension: x[None]');
    known = agree(known, input, 'batch', 0);
    known = agree(known, input, 'inChannels', 1);
    known = agreeSize(known, input, 'inputSize');
  }
  if (gradOutput) {
    requireRank(gradOutput, rank, `(N, C_out, ${sizes('_out')})`, 'add the batch dimension: gy[None]');
    known = agree(known, gradOutput, 'batch', 0);
    known = agree(known, gradOutput, 'outChannels', 1);
  }
  if (weight) {
    const channels = known.transposed ? 'C_in, C_out/groups' : 'C_out, C_in/groups';
    requireRank(weight, rank, `(${channels}, ${kernel})`);
    known = agree(known, weight, known.transposed ? 'inChannels' : 'outChannels', 0);
    known = agreeSize(known, weight, 'kernelSize');
    known = agreeGroups(known, weight, known.transposed ? 'outChannels' : 'inChannels', channels);
  }
  if (bias) {
    requireVector(bias);
    if (known.bias === false) {
      throw new ToolError(
        'bad-problem',
        `the layer says bias=False, but ${bias.name} is given too`,
        'leave one of them out',
      );
    }
    known = agree({ ...known, bias: true }, bias, 'outChannels', 0);
  }
  return known;
}

/** The spatial dimensions that are written, or else those of the first tensor that has some. */
function rankFrom(params: ConvParams, { input, weight, gradOutput }: LoadedShapes): number | undefined {
  const said = saidRank(params);
  if (said !== undefined) return said;
  // A weight has no batch that could have been left out.
  const first = weight ?? input ?? gradOutput;
  if (first === undefined) return undefined;
  const rank = first.shape.length - 2;
  if (rank >= 1 && rank <= 3) return rank;
  throw new ToolError(
    'bad-tensor',
    `${first.name} has shape ${formatShape(first.shape)}, but it must have 3, 4 or 5 dimensions: two, and 1, 2 or 3 spatial ones`,
    'two dimensions come first: (N, C) of an input, (C_out, C_in/groups) of a weight',
  );
}

const KEYS = {
  batch: 'batch',
  inChannels: 'in_channels',
  outChannels: 'out_channels',
  inputSize: 'input_size',
  kernelSize: 'kernel_size',
} as const;

function agree(
  params: ConvParams,
  tensor: NamedShape,
  key: 'batch' | 'inChannels' | 'outChannels',
  dimension: number,
): ConvParams {
  const size = tensor.shape[dimension] as number;
  const said = params[key];
  if (said !== undefined && said !== size)
    throw contradiction(KEYS[key], String(said), tensor, `dimension ${dimension} is ${size}`);
  return { ...params, [key]: size };
}

function agreeSize(params: ConvParams, tensor: NamedShape, key: 'inputSize' | 'kernelSize'): ConvParams {
  const size = tensor.shape.slice(2);
  const said = params[key];
  if (said !== undefined && !sameSize(said, size)) {
    throw contradiction(KEYS[key], [said].flat().join('x'), tensor, `last dimensions are ${size.join('x')}`);
  }
  return { ...params, [key]: size };
}

function sameSize(said: PerAxis, size: Shape): boolean {
  const list = typeof said === 'number' ? [said] : said;
  return size.every((value, a) => value === (list.length === 1 ? list[0] : list[a]));
}

/** A weight's second dimension is channels/groups: with the channels known it gives groups, with groups known those. */
function agreeGroups(
  params: ConvParams,
  weight: NamedShape,
  key: 'inChannels' | 'outChannels',
  symbols: string,
): ConvParams {
  const perGroup = weight.shape[1] as number;
  const channels = params[key];
  if (channels === undefined) return { ...params, [key]: perGroup * (params.groups ?? 1) };
  const groups = params.groups ?? channels / perGroup;
  // Groups that do not divide the channels break a rule of their own, which resolveProblem states.
  if (params.groups !== undefined && channels % params.groups !== 0) return params;
  if (groups * perGroup === channels && Number.isInteger(groups)) return { ...params, groups };
  const name = KEYS[key];
  const wanted =
    params.groups === undefined
      ? `a divisor of ${name} = ${channels}`
      : `${name}/groups = ${channels}/${groups} = ${channels / groups}`;
  throw new ToolError(
    'bad-problem',
    `${weight.name} has shape ${formatShape(weight.shape)}, but dimension 1 must be ${wanted}`,
    `its shape begins (${symbols})`,
  );
}

function requireRank(
  { name, shape }: NamedShape,
  rank: number | undefined,
  symbols: string,
  batchHint?: string,
): void {
  const dimensions = (rank ?? 2) + 2;
  if (shape.length === dimensions) return;
  throw new ToolError(
    'bad-tensor',
    `${name} has shape ${formatShape(shape)}, but it must have ${dimensions} dimensions: ${symbols}`,
    shape.length === dimensions - 1 ? batchHint : undefined,
  );
}

function requireVector({ name, shape }: NamedShape): void {
  if (shape.length === 1) return;
  throw new ToolError(
    'bad-tensor',
    `${name} has shape ${formatShape(shape)}, but it must have 1 dimension: (C_out,)`,
  );
}

function contradiction(key: string, said: string, tensor: NamedShape, found: string): ToolError {
  return new ToolError(
    'bad-problem',
    `${key} is ${said}, but ${tensor.name} has shape ${formatShape(tensor.shape)}, whose ${found}`,
    `leave ${key} out (the tensor gives it), or give the tensor that fits`,
  );
}
