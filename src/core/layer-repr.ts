/**
 * A layer as PyTorch prints it, `Conv2d(32, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))`, or as
 * its constructor is called. Defaults and positions are torch.nn.Conv2d's: a bias unless it says bias=False.
 */
import { ToolError } from './errors.ts';
import type { ConvParams } from './params.ts';
import { PADDING_MODES, type Problem } from './problem.ts';
import type { Dtype } from './tensor.ts';
import { type LayerAxis, layerWords } from './transposed.ts';

/** torch.nn.Conv2d's parameters, in the order of its positions. */
const CONV = [
  'in_channels',
  'out_channels',
  'kernel_size',
  'stride',
  'padding',
  'dilation',
  'groups',
  'bias',
  'padding_mode',
  'device',
  'dtype',
] as const;
/** torch.nn.ConvTranspose2d's. */
const CONV_TRANSPOSE = [
  'in_channels',
  'out_channels',
  'kernel_size',
  'stride',
  'padding',
  'output_padding',
  'groups',
  'bias',
  'dilation',
  'padding_mode',
  'device',
  'dtype',
] as const;
type Parameter = (typeof CONV)[number] | (typeof CONV_TRANSPOSE)[number];

/** Conv2d, ConvTranspose3d. */
const KIND = /^Conv(Transpose)?([123])d$/;

/** `(conv1): torch.nn.Conv2d(...)` or `self.conv1 = nn.Conv2d(...)`, the name and the module path being optional. */
const LAYER =
  /^\s*(?:\([\w.]+\):\s*|[A-Za-z_][\w.]*\s*=\s*)?(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)\s*\((.*)\)\s*,?\s*$/s;
/** One argument: a tuple or list, or anything without a comma. */
const ARGUMENT = /\s*(?:([A-Za-z_]\w*)\s*=\s*)?(\([^()]*\)|\[[^[\]]*\]|[^,()[\]]+)\s*(,|$)/y;

/** The hyperparameters that a pasted layer writes. */
export function parseLayerRepr(text: string): ConvParams {
  const [, kind, argumentText] = LAYER.exec(text) ?? [];
  if (kind === undefined || argumentText === undefined) {
    throw badRepr(text, 'it must be one Name(...), its brackets closed');
  }
  const [known, transpose, dims] = KIND.exec(kind) ?? [];
  if (known === undefined) throw wrongKind(text, kind);
  const transposed = transpose !== undefined;
  const given = readArguments(text, argumentText, transposed ? CONV_TRANSPOSE : CONV);
  const single = (name: Parameter) => readSize(text, name, given.get(name), true) as number | undefined;
  const size = (name: Parameter) => readSize(text, name, given.get(name), false);
  return {
    ...(transposed && { transposed }),
    spatialDims: Number(dims),
    inChannels: single('in_channels'),
    outChannels: single('out_channels'),
    kernelSize: size('kernel_size'),
    stride: size('stride') ?? 1,
    padding: readPadding(text, given.get('padding')),
    outputPadding: size('output_padding'),
    paddingMode: readMode(text, given.get('padding_mode')),
    dilation: size('dilation') ?? 1,
    groups: single('groups') ?? 1,
    bias: readBias(text, given.get('bias')),
    dtype: readDtype(text, given.get('dtype')),
  };
}

function readArguments(
  text: string,
  argumentText: string,
  parameters: readonly Parameter[],
): ReadonlyMap<Parameter, string> {
  const given = new Map<Parameter, string>();
  ARGUMENT.lastIndex = 0;
  for (let position = 0; argumentText.slice(ARGUMENT.lastIndex).trim() !== ''; position++) {
    const rest = argumentText.slice(ARGUMENT.lastIndex);
    const [, keyword, value] = ARGUMENT.exec(argumentText) ?? [];
    if (value === undefined) throw badRepr(text, `'${shorten(rest.trim())}' is not an argument`);
    const name = keyword ?? parameters[position];
    const parameter = parameters.find((candidate) => candidate === name);
    if (parameter === undefined)
      throw badRepr(text, `'${name ?? value.trim()}' is not one of its parameters`);
    if (given.has(parameter)) throw badRepr(text, `${parameter} is given twice`);
    given.set(parameter, value.trim());
  }
  return given;
}

function readSize(
  text: string,
  name: Parameter,
  value: string | undefined,
  scalar: boolean,
): number | readonly number[] | undefined {
  if (value === undefined) return undefined;
  if (/^-?\d+$/.test(value)) return Number(value);
  const list = /^[([]\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*,?\s*[)\]]$/.exec(value)?.[1];
  if (list === undefined || scalar) {
    throw badRepr(
      text,
      `${name} is ${value}, but it must be ${scalar ? 'an integer' : 'an integer or a tuple of integers'}`,
    );
  }
  return list.split(',').map(Number);
}

function readPadding(text: string, value: string | undefined): ConvParams['padding'] {
  const word = value === undefined ? undefined : unquote(value);
  if (word === 'same' || word === 'valid') return word;
  return readSize(text, 'padding', value, false) ?? 0;
}

function readMode(text: string, value: string | undefined): ConvParams['paddingMode'] {
  if (value === undefined) return undefined;
  const mode = PADDING_MODES.find((known) => known === unquote(value));
  if (mode !== undefined) return mode;
  throw badRepr(text, `padding_mode is ${value}, but it must be one of ${PADDING_MODES.join(', ')}`);
}

function readBias(text: string, value: string | undefined): boolean {
  if (value === undefined || value === 'True') return true;
  if (value === 'False') return false;
  throw badRepr(text, `bias is ${value}, but it must be True or False`);
}

function readDtype(text: string, value: string | undefined): Dtype | undefined {
  if (value === undefined || value === 'None') return undefined;
  const dtype = TORCH_DTYPES[value.replace(/^torch\./, '')];
  if (dtype !== undefined) return dtype;
  throw badRepr(
    text,
    `dtype is ${value}, but this version computes in torch.${[...new Set(Object.values(TORCH_DTYPES))].join(', torch.')}`,
  );
}

/** The floats by each of PyTorch's names. */
const TORCH_DTYPES: Readonly<Record<string, Dtype>> = {
  float: 'float32',
  float32: 'float32',
  double: 'float64',
  float64: 'float64',
  half: 'float16',
  float16: 'float16',
  bfloat16: 'bfloat16',
};

function unquote(value: string): string {
  return value.replace(/^(['"])(.*)\1$/, '$2');
}

function wrongKind(text: string, kind: string): ToolError {
  return new ToolError(
    'unsupported',
    `layer '${shorten(text)}' is a ${kind}, but this version verifies Conv1d, Conv2d, Conv3d and their ConvTranspose`,
    /^(Conv|Unfold|Fold|Lazy)/.test(kind) ? undefined : 'paste the Conv2d(...) line alone',
  );
}

function badRepr(text: string, rule: string): ToolError {
  return new ToolError(
    'bad-layer',
    `layer '${shorten(text)}' cannot be read: ${rule}`,
    "paste it as PyTorch prints it: 'Conv2d(32, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))'",
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 72 ? `${line.slice(0, 69)}...` : line;
}

/** As PyTorch prints the layer; undefined where its padding is none that its class has. */
export function formatLayerRepr(problem: Problem): string | undefined {
  const { groups, transposed, paddingMode } = problem;
  const { axes, inChannels, outChannels } = layerWords(problem);
  if (axes.some((axis) => axis.paddingBegin !== axis.paddingEnd || axis.paddingBegin < 0)) return undefined;
  const isLong = (axis: LayerAxis) => axis.outputPadding >= Math.max(axis.stride, axis.dilation);
  if (axes.some((axis) => axis.outputPadding !== 0 && (axis.outputPadding < 0 || isLong(axis))))
    return undefined;
  const tuple = (key: keyof LayerAxis) =>
    axes.length === 1 ? `(${axes[0]?.[key]},)` : `(${axes.map((axis) => axis[key]).join(', ')})`;
  const unless = (value: number, key: keyof LayerAxis, name: string) =>
    axes.some((axis) => axis[key] !== value) ? [`${name}=${tuple(key)}`] : [];
  return `Conv${transposed ? 'Transpose' : ''}${axes.length}d(${[
    inChannels,
    outChannels,
    `kernel_size=${tuple('kernelSize')}`,
    `stride=${tuple('stride')}`,
    ...unless(0, 'paddingBegin', 'padding'),
    ...unless(1, 'dilation', 'dilation'),
    ...unless(0, 'outputPadding', 'output_padding'),
    ...(groups !== 1 ? [`groups=${groups}`] : []),
    ...(problem.bias ? [] : ['bias=False']),
    ...(paddingMode === 'zeros' ? [] : [`padding_mode=${paddingMode}`]),
  ].join(', ')})`;
}
