/**
 * What the user wrote, in up to three places (a layer, options beside it, tensors), as one set of parameters.
 */
import { isToolError, ToolError } from './errors.ts';
import { parseLayerRepr } from './layer-repr.ts';
import { completeFromTensors, type LoadedShapes } from './loaded-shapes.ts';
import { type ConvParams, STARTING_CASE } from './params.ts';
import type { Problem } from './problem.ts';
import { resolveProblem } from './resolve.ts';
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
  const described =
    layer !== undefined ||
    Object.keys(tensors).some((name) => name !== 'bias' && tensors[name as keyof LoadedShapes]);
  if (described) return resolveProblem(known);
  try {
    return resolveProblem(withStartingCase(known));
  } catch (error) {
    const lacksSize = isToolError(error) && error.hint?.startsWith('enlarge the input');
    throw lacksSize && known.inputSize === undefined ? sizedByStartingCase(error) : error;
  }
}

/** Who gives a kernel and no size may not know which size is meant then. */
function sizedByStartingCase({ code, message }: ToolError): ToolError {
  const { inputSize } = STARTING_CASE;
  return new ToolError(
    code,
    message,
    `add --input-size: none is given, and the starting case's is ${inputSize}`,
  );
}
