/**
 * A layer as PyTorch prints it, `Conv2d(32, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))`, or as
 * its constructor is called. Defaults and positions are torch.nn.Conv2d's: a bias unless it says bias=False.
 */
import { ToolError } from './errors.ts';
import type { ConvParams } from './params.ts';
import type { Problem } from './problem.ts';
import type { Dtype } from './tensor.ts';

/** torch.nn.Conv2d's parameters, in the order of its positions. */
const PARAMETERS = [
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
type Parameter = (typeof PARAMETERS)[number];

/** `(conv1): torch.nn.Conv2d(...)`, the name and the module path being optional. */
const LAYER = /^\s*(?:\([\w.]+\):\s*)?(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)\s*\((.*)\)\s*,?\s*$/s;
/** One argument: a tuple or list, or anything without a comma. */
const ARGUMENT = /\s*(?:([A-Za-z_]\w*)\s*=\s*)?(\([^()]*\)|\[[^[\]]*\]|[^,()[\]]+)\s*(,|$)/y;

/** The hyperparameters that a pasted layer writes. */
export function parseLayerRepr(text: string): ConvParams {
  const [, kind, argumentText] = LAYER.exec(text) ?? [];
  if (kind === undefined || argumentText === undefined) {
    throw badRepr(text, 'it must be one Name(...), its brackets closed');
  }
  if (kind !== 'Conv2d') throw wrongKind(text, kind);
  const given = readArguments(text, argumentText);
  const mode = given.get('padding_mode');
  if (mode !== undefined && unquote(mode) !== 'zeros') {
    throw new ToolError(
      'unsupported',
      `layer '${shorten(text)}' has padding_mode=${unquote(mode)}, but this version verifies zero padding only`,
      'pad the input first with torch.nn.functional.pad and give the layer padding=0',
    );
  }
  const single = (name: Parameter) => readSize(text, name, given.get(name), true) as number | undefined;
  const size = (name: Parameter) => readSize(text, name, given.get(name), false);
  return {
    inChannels: single('in_channels'),
    outChannels: single('out_channels'),
    kernelSize: size('kernel_size'),
    stride: size('stride') ?? 1,
    padding: readPadding(text, given.get('padding')),
    dilation: size('dilation') ?? 1,
    groups: single('groups') ?? 1,
    bias: readBias(text, given.get('bias')),
    dtype: readDtype(text, given.get('dtype')),
  };
}

function readArguments(text: string, argumentText: string): ReadonlyMap<Parameter, string> {
  const given = new Map<Parameter, string>();
  ARGUMENT.lastIndex = 0;
  for (let position = 0; argumentText.slice(ARGUMENT.lastIndex).trim() !== ''; position++) {
    const rest = argumentText.slice(ARGUMENT.lastIndex);
    const [, keyword, value] = ARGUMENT.exec(argumentText) ?? [];
    if (value === undefined) throw badRepr(text, `'${shorten(rest.trim())}' is not an argument`);
    const name = keyword ?? PARAMETERS[position];
    const parameter = PARAMETERS.find((candidate) => candidate === name);
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

function readBias(text: string, value: string | undefined): boolean {
  if (value === undefined || value === 'True') return true;
  if (value === 'False') return false;
  throw badRepr(text, `bias is ${value}, but it must be True or False`);
}

function readDtype(text: string, value: string | undefined): Dtype | undefined {
  const name = value?.replace(/^torch\./, '');
  switch (name) {
    case undefined:
    case 'None':
      return undefined;
    case 'float':
    case 'float32':
      return 'float32';
    case 'double':
    case 'float64':
      return 'float64';
  }
  throw badRepr(text, `dtype is ${value}, but this version computes in torch.float32 or torch.float64`);
}

function unquote(value: string): string {
  return value.replace(/^(['"])(.*)\1$/, '$2');
}

function wrongKind(text: string, kind: string): ToolError {
  return new ToolError(
    'unsupported',
    `layer '${shorten(text)}' is a ${kind}, but this version verifies Conv2d`,
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

/** As PyTorch prints the layer; undefined where its padding is none that torch.nn.Conv2d has. */
export function formatLayerRepr(problem: Problem): string | undefined {
  const { axes, groups } = problem;
  if (axes.some((axis) => axis.paddingBegin !== axis.paddingEnd || axis.paddingBegin < 0)) return undefined;
  const tuple = (values: readonly number[]) => `(${values.join(', ')})`;
  const padding = axes.map((axis) => axis.paddingBegin);
  const dilation = axes.map((axis) => axis.dilation);
  return `Conv2d(${[
    problem.inChannels,
    problem.outChannels,
    `kernel_size=${tuple(axes.map((axis) => axis.kernelSize))}`,
    `stride=${tuple(axes.map((axis) => axis.stride))}`,
    ...(padding.some((value) => value !== 0) ? [`padding=${tuple(padding)}`] : []),
    ...(dilation.some((value) => value !== 1) ? [`dilation=${tuple(dilation)}`] : []),
    ...(groups !== 1 ? [`groups=${groups}`] : []),
    ...(problem.bias ? [] : ['bias=False']),
  ].join(', ')})`;
}
