/**
 * The one-token form of a problem, `mb10ic32ih1oc64kh3ph1`: the shorthand of oneDNN's benchdnn, conv driver.
 *
 *   desc = { item [ "_" ] } [ "n" name ]      item = key integer, in any order, the last of a repeated key wins
 *   key  = g mb ic id ih iw oc od oh ow kd kh kw sd sh sw pd ph pw dd dh dw
 *
 * Batch defaults to 2, dilation counts from 0, and an output size defines the end padding. w alone is 1-D; h alone
 * stands for h and w, and d alone for all three. Source: benchdnn's doc/knobs_desc.md and str2desc in conv_aux.cpp.
 */
import { ToolError } from './errors.ts';
import { type Axis, beginPaddingFor } from './geometry.ts';
import type { ConvParams } from './params.ts';
import type { Problem } from './problem.ts';
import { type LayerAxis, layerWords } from './transposed.ts';

const ITEM = /(g|mb|ic|oc|[iokspd][dhw])(\d+)(_?)/y;

type Values = ReadonlyMap<string, number>;

/**
 * The hyperparameters that `token` writes. What it leaves out is left out here too: paddings and sizes that follow
 * from others are derived in params.ts, once all that is written beside the token is known.
 */
export function parseToken(token: string): ConvParams {
  const values = readItems(token);
  for (const key of ['g', 'ic', 'oc', 'sd', 'sh', 'sw']) {
    if (values.get(key) === 0) throw badToken(token, `${key} is 0, but it must be at least 1`);
  }
  for (const key of ['ic', 'oc']) {
    if (!values.has(key)) throw badToken(token, `${key} is missing`);
  }
  const axes = spatialAxes(token, values).map((name) => readAxis(token, values, name));
  return {
    dialect: 'benchdnn',
    spatialDims: axes.length,
    batch: values.get('mb'),
    inChannels: values.get('ic'),
    outChannels: values.get('oc'),
    groups: values.get('g') ?? 1,
    inputSize: axes.map((axis) => axis.inputSize),
    kernelSize: axes.map((axis) => axis.kernelSize),
    stride: axes.map((axis) => axis.stride),
    dilation: axes.map((axis) => axis.dilation),
    padding: axes.map((axis) => axis.padding),
    outputSize: axes.map((axis) => axis.outputSize),
  };
}

function readItems(token: string): Values {
  const values = new Map<string, number>();
  ITEM.lastIndex = 0;
  for (let at = 0; at < token.length && token[at] !== 'n'; at = ITEM.lastIndex) {
    const item = ITEM.exec(token);
    const [, key, digits] = item ?? [];
    if (key === undefined || digits === undefined) {
      throw badToken(token, `'${token.slice(at, at + 12)}' at character ${at + 1} is not a key and a number`);
    }
    if (!Number.isSafeInteger(Number(digits))) throw badToken(token, `${key}${digits} is too large`);
    values.set(key, Number(digits));
  }
  return values;
}

/** h alone means h and w, d alone all three, w alone is 1-D. */
function spatialAxes(token: string, values: Values): readonly string[] {
  const present = ['d', 'h', 'w'].filter((axis) => isPresent(values, axis)).join('');
  switch (present) {
    case 'w':
      return ['w'];
    case 'h':
      return ['h', 'h'];
    case 'hw':
      return ['h', 'w'];
    case 'd':
      return ['d', 'd', 'd'];
    case 'dhw':
      return ['d', 'h', 'w'];
    case '':
      throw badToken(token, 'ih and kh are missing');
    default:
      throw badToken(token, 'with d, either both of h and w are given or neither');
  }
}

function isPresent(values: Values, axis: string): boolean {
  const nonzero = ['i', 'k', 'o', 'd', 'p'].some((key) => (values.get(key + axis) ?? 0) !== 0);
  return nonzero || (values.get(`s${axis}`) ?? 1) !== 1;
}

/** One axis as the token has it; 0 is no size. */
function readAxis(token: string, values: Values, name: string) {
  const inputSize = values.get(`i${name}`) || undefined;
  const kernelSize = values.get(`k${name}`) || undefined;
  if (inputSize === undefined) throw badToken(token, `i${name} is missing`);
  if (kernelSize === undefined) throw badToken(token, `k${name} is missing`);
  return {
    inputSize,
    kernelSize,
    stride: values.get(`s${name}`) ?? 1,
    dilation: (values.get(`d${name}`) ?? 0) + 1,
    padding: values.get(`p${name}`),
    outputSize: values.get(`o${name}`) || undefined,
  };
}

function badToken(token: string, rule: string): ToolError {
  return new ToolError(
    'bad-layer',
    `layer '${token}' cannot be read: ${rule}`,
    'a layer is a token such as mb10ic32ih28oc64kh3sh2ph1, or a pasted Conv2d(...)',
  );
}

/** A problem as a token, and what no token can say of it, as option words; most often none. */
export interface TokenForm {
  readonly token: string;
  readonly options: readonly string[];
}

/**
 * The token that reads back as `problem`, with its options beside it. A transposed convolution is written in its own
 * words: ic and ih are what it reads, oc and oh what it gives, as benchdnn's deconvolutions have them.
 */
export function formatToken(problem: Problem): TokenForm {
  const { groups, batch, transposed } = problem;
  const { axes, inChannels, outChannels } = layerWords(problem);
  const first = axes[0] as LayerAxis;
  const equal = axes.every((axis) => AXIS_KEYS.every((key) => axis[key] === first[key]));
  const names = ['d', 'h', 'w'].slice(3 - axes.length);
  const named = (equal ? [first] : axes).map((axis, a) => ({ axis, name: names[a] }));
  const all = (letter: string, value: (axis: Axis) => number) =>
    named.map(({ axis, name }) => `${letter}${name}${value(axis)}`).join('');
  // The output size is written where it says something: where it defines the end padding.
  const ends = axes.some((axis) =>
    transposed ? axis.outputPadding !== 0 : axis.paddingBegin !== axis.paddingEnd || axis.paddingBegin < 0,
  );
  const unsayable = axes.some((axis) => axis.paddingBegin < 0 && !isDerivedPadding(axis));
  const paddings = named.map(({ axis, name }) =>
    axis.paddingBegin < 0 ? '' : `p${name}${axis.paddingBegin}`,
  );
  const token = [
    groups === 1 ? '' : `g${groups}`,
    `mb${batch}ic${inChannels}`,
    all('i', (axis) => axis.inputSize),
    `oc${outChannels}`,
    ends ? all('o', (axis) => axis.outputSize) : '',
    all('k', (axis) => axis.kernelSize),
    axes.some((axis) => axis.stride !== 1) ? all('s', (axis) => axis.stride) : '',
    ends || axes.some((axis) => axis.paddingBegin !== 0) ? paddings.join('') : '',
    axes.some((axis) => axis.dilation !== 1) ? all('d', (axis) => axis.dilation - 1) : '',
  ].join('');
  const padding = unsayable ? [`--padding=${axes.map((axis) => axis.paddingBegin).join('x')}`] : [];
  return { token, options: [...padding, ...beside(problem)] };
}

/** What is no token's to say, but for the bias and the dtype, which every result says by itself. */
function beside({ direction, transposed, paddingMode, zeroPoints }: Problem): string[] {
  return [
    ...(transposed ? ['--transposed'] : direction === 'forward' ? [] : [`--direction ${direction}`]),
    ...(paddingMode === 'zeros' ? [] : [`--padding-mode ${paddingMode}`]),
    ...(zeroPoints.input === 0 ? [] : [`--input-zero-point=${zeroPoints.input}`]),
    ...(zeroPoints.weight === 0 ? [] : [`--weight-zero-point=${zeroPoints.weight}`]),
  ];
}

const AXIS_KEYS = [
  'inputSize',
  'outputSize',
  'kernelSize',
  'stride',
  'paddingBegin',
  'paddingEnd',
  'dilation',
] as const;

/** A token cannot write a negative padding, but leaving it out derives one from the output size. */
function isDerivedPadding(axis: Axis): boolean {
  return axis.paddingBegin === beginPaddingFor(axis.outputSize, axis);
}
