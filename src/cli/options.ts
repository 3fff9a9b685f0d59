/**
 * The options that commands share, and how their words become a problem.
 */
import { type Command, Option } from 'commander';
import type { ConvParams } from '../core/params.ts';
import { DIRECTIONS, PADDING_MODES } from '../core/problem.ts';
import { COLOR_MODES, type ColorMode } from './streams.ts';
import { parseChoice, parseInteger, parsePadding, parsePerAxis } from './values.ts';

/** How to print. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: ColorMode;
}

/** The problem's options, under torch.nn.Conv's names; `bias` is a word where a value follows it. */
export interface ProblemOptions extends Omit<ConvParams, 'bias'> {
  readonly bias?: boolean | string;
}

const PROBLEM = 'Problem, as torch.nn.Conv1d to 3d (a size is HxW, DxHxW or one number for all):';
const OUTPUT = 'Output:';

const OTHER_DTYPES = ['float64', 'float16', 'bfloat16', 'int8', 'uint8'] as const;

/** Adds the problem's options. */
export function addProblemOptions(command: Command, biasHelp: string): Command {
  const sized = (flag: string, description: string) =>
    new Option(`${flag} <size>`, description).argParser(parsePerAxis(flag)).helpGroup(PROBLEM);
  const counted = (flag: string, description: string) =>
    new Option(`${flag} <n>`, description).argParser(parseInteger(flag)).helpGroup(PROBLEM);
  return command
    .addOption(
      new Option(
        '--direction <direction>',
        'what is decomposed: forward (default), grad-input or grad-weight',
      )
        .argParser(parseChoice('--direction', DIRECTIONS))
        .helpGroup(PROBLEM),
    )
    .addOption(
      new Option('--transposed', 'a torch.nn.ConvTranspose, with its own channels and sizes').helpGroup(
        PROBLEM,
      ),
    )
    .addOption(counted('--spatial-dims', '1, 2 or 3; default: as many as a size has numbers, or 2'))
    .addOption(counted('--batch', 'N'))
    .addOption(counted('--in-channels', 'C_in'))
    .addOption(counted('--out-channels', 'C_out'))
    .addOption(sized('--input-size', 'H_in x W_in; of grad-input the size of the gradient'))
    .addOption(sized('--kernel-size', 'kH x kW'))
    .addOption(sized('--stride', 'default 1'))
    .addOption(
      new Option('--padding <size>', "or 'same', 'valid'; negative crops; default 0")
        .argParser(parsePadding('--padding'))
        .helpGroup(PROBLEM),
    )
    .addOption(sized('--padding-end', 'where the end differs from the beginning'))
    .addOption(
      new Option(
        '--padding-mode <mode>',
        'zeros (default), reflect, replicate or circular: what the padding holds',
      )
        .argParser(parseChoice('--padding-mode', PADDING_MODES))
        .helpGroup(PROBLEM),
    )
    .addOption(sized('--output-size', 'defines the end padding instead, or the output padding'))
    .addOption(sized('--output-padding', 'how much longer a transposed output is; default 0'))
    .addOption(sized('--dilation', '1 is a dense window; default 1'))
    .addOption(counted('--groups', 'default 1'))
    .addOption(new Option('--bias [file]', biasHelp).helpGroup(PROBLEM))
    .addOption(new Option('--no-bias', 'overrides the bias of a pasted layer').helpGroup(PROBLEM))
    .addOption(
      new Option('--dtype <dtype>', `float32 (default), ${OTHER_DTYPES.join(', ')}`)
        .argParser(parseChoice('--dtype', ['float32', ...OTHER_DTYPES]))
        .helpGroup(PROBLEM),
    )
    .addOption(counted('--input-zero-point', 'of int8 and uint8: what stands for 0; default 0'))
    .addOption(counted('--weight-zero-point', 'the same of their weight, which is int8; default 0'));
}

/** Adds what every command prints by. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('--json', 'one JSON document on stdout, nothing else').helpGroup(OUTPUT))
    .addOption(new Option('-q, --quiet', 'the shortest answer').helpGroup(OUTPUT))
    .addOption(new Option('-v, --verbose', 'all figures').helpGroup(OUTPUT))
    .addOption(
      new Option('--color <when>', 'auto, always or never; also NO_COLOR and FORCE_COLOR')
        .argParser(parseChoice('--color', COLOR_MODES))
        .default('auto' as ColorMode)
        .helpGroup(OUTPUT),
    );
}

/** A tensor file by its name: what `--bias` may be followed by, as against a layer. */
export function isTensorPath(word: string): boolean {
  return word === '-' || /\.(npy|json|npz|safetensors|bin|pt|pth)$/i.test(word);
}

/** The options of `options` that are a problem's, with the bias as a yes or no. */
export function problemParams(options: ProblemOptions): ConvParams {
  const { bias } = options;
  return {
    direction: options.direction,
    transposed: options.transposed,
    spatialDims: options.spatialDims,
    batch: options.batch,
    inChannels: options.inChannels,
    outChannels: options.outChannels,
    inputSize: options.inputSize,
    outputSize: options.outputSize,
    kernelSize: options.kernelSize,
    stride: options.stride,
    padding: options.padding,
    paddingEnd: options.paddingEnd,
    paddingMode: options.paddingMode,
    outputPadding: options.outputPadding,
    dilation: options.dilation,
    groups: options.groups,
    bias: typeof bias === 'string' ? true : bias,
    dtype: options.dtype,
    inputZeroPoint: options.inputZeroPoint,
    weightZeroPoint: options.weightZeroPoint,
  };
}
