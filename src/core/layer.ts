/**
 * What the user wrote, in up to three places (a layer, options beside it, tensors), as one set of parameters.
 */
import { ToolError } from './errors.ts';
import { parseLayerRepr } from './layer-repr.ts';
import { type ConvParams, type PerAxis, resolveProblem, STARTING_CASE } from './params.ts';
import type { Problem } from './problem.ts';
import { formatShape, type Shape } from './shape.ts';
import { parseToken } from './token.ts';

/** A token starts with a key and its number; its name may hold anything, brackets too. */
const TOKEN_START = /^\s*(?:g|mb|ic|oc|[iokspd][dhw])\d/;

/** A token or a pasted layer. */
export function parseLayer(text: string): ConvParams {
  return text.includes('(') && !TOKEN_START.test(text) ? parseLayerRepr(text) : parseToken(text.trim());
}

/** `options` win over `layer`; an option that defines the end padding puts the layer's other definition of it aside. */
export function mergeParams(layer: ConvParams, options: ConvParams): ConvParams {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const merged: ConvParams = { ...layer, ...given };
  const redefinesEnd = options.paddingEnd !== undefined || typeof options.padding === 'string';
  return redefinesEnd && options.outputSize === undefined ? { ...merged, outputSize: undefined } : merged;
}

/**
 * Fills what is missing from the case the project began with. Its padding belongs to its 3×3 window over 1×1
 * pixels: once either is given, padding defaults to 0 as in torch.nn.Conv2d.
 */
export function withStartingCase(params: ConvParams): ConvParams {
  const ownWindows = params.inputSize !== undefined || params.kernelSize !== undefined;
  const { padding, ...sizes } = STARTING_CASE;
  return mergeParams(ownWindows ? sizes : { ...sizes, padding }, params);
}

/** Shapes of loaded tensors, by operand. */
export interface LoadedShapes {
  readonly input?: NamedShape | undefined;
  readonly weight?: NamedShape | undefined;
  readonly bias?: NamedShape | undefined;
}

/**
 * The problem that a layer, parameters beside it and loaded tensors describe together; what neither a layer nor
 * tensors say comes from the starting case.
 */
export function describeProblem(
  layer: string | undefined,
  beside: ConvParams = {},
  tensors: LoadedShapes = {},
): Problem {
  const written = mergeParams(layer === undefined ? {} : parseLayer(layer), beside);
  const known = completeFromTensors(written, tensors);
  const described = layer !== undefined || tensors.input !== undefined || tensors.weight !== undefined;
  return resolveProblem(described ? known : withStartingCase(known));
}

/** A loaded tensor's shape, and the name that the user knows it by. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

/** Completes `params` with the sizes that loaded tensors give; a contradiction names both sides. */
export function completeFromTensors(params: ConvParams, tensors: LoadedShapes): ConvParams {
  const { input, weight, bias } = tensors;
  let known = params;
  if (input) {
    requireRank(input, 4, '(N, C_in, H_in, W_in)');
    known = agree(known, input, 'batch', 0);
    known = agree(known, input, 'inChannels', 1);
    known = agreeSize(known, input, 'inputSize');
  }
  if (weight) {
    requireRank(weight, 4, '(C_out, C_in/groups, kH, kW)');
    known = agree(known, weight, 'outChannels', 0);
    known = agreeSize(known, weight, 'kernelSize');
    known = agreeGroups(known, weight);
  }
  if (bias) {
    requireRank(bias, 1, '(C_out,)');
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

/** The weight holds C_in/groups channels: with C_in known it gives groups, with groups known C_in. */
function agreeGroups(params: ConvParams, weight: NamedShape): ConvParams {
  const perGroup = weight.shape[1] as number;
  const { inChannels } = params;
  if (inChannels === undefined) return { ...params, inChannels: perGroup * (params.groups ?? 1) };
  const groups = params.groups ?? inChannels / perGroup;
  // Groups that do not divide C_in break a rule of their own, which resolveProblem states.
  if (params.groups !== undefined && inChannels % params.groups !== 0) return params;
  if (groups * perGroup === inChannels && Number.isInteger(groups)) return { ...params, groups };
  const wanted =
    params.groups === undefined
      ? `a divisor of in_channels = ${inChannels}`
      : `in_channels/groups = ${inChannels}/${groups} = ${inChannels / groups}`;
  throw new ToolError(
    'bad-problem',
    `${weight.name} has shape ${formatShape(weight.shape)}, but dimension 1 must be ${wanted}`,
    'its shape is (C_out, C_in/groups, kH, kW)',
  );
}

function requireRank(tensor: NamedShape, rank: number, symbols: string): void {
  if (tensor.shape.length === rank) return;
  throw new ToolError(
    'bad-tensor',
    `${tensor.name} has shape ${formatShape(tensor.shape)}, but it must have ${rank} dimension${rank === 1 ? '' : 's'}: ${symbols}`,
    tensor.shape.length === 3 && rank === 4 ? 'add the batch dimension: x[None]' : undefined,
  );
}

function contradiction(key: string, said: string, tensor: NamedShape, found: string): ToolError {
  return new ToolError(
    'bad-problem',
    `${key} is ${said}, but ${tensor.name} has shape ${formatShape(tensor.shape)}, whose ${found}`,
    `leave ${key} out (the tensor gives it), or give the tensor that fits`,
  );
}
