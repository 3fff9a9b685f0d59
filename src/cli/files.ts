/**
 * The tensor files that a command line names: which they are, how to read them, and what each is to the problem.
 */
import { ToolError } from '../core/errors.ts';
import { type OperandName, operandShapes } from '../core/operands.ts';
import type { Direction, Problem } from '../core/problem.ts';
import type { Layout, WeightLayout } from '../io/layout.ts';
import { shellWord } from '../io/quote.ts';
import type { RawDtype } from '../io/raw.ts';
import type { DataDocument } from '../report/document-parts.ts';
import { isTensorPath, type ProblemOptions } from './options.ts';

/** The options that name a file, in the order that results list them. */
export const FILE_ROLES = ['input', 'weight', 'bias', 'gradOutput', 'expected', 'actual'] as const;

/** What a file is said to hold: `input` is the layer's own, transposed or not. */
export type FileRole = (typeof FILE_ROLES)[number];

/** Paths by option. */
export type Files = Readonly<Partial<Record<FileRole, string>>>;

/** How files are to be read, and what --save writes to be written. */
export interface ReadingOptions {
  readonly layout?: Layout;
  readonly weightLayout?: WeightLayout;
  readonly rawDtype?: RawDtype;
}

/** Options that may name a tensor file. */
export interface FileOptions extends ProblemOptions, ReadingOptions {
  readonly input?: string;
  readonly weight?: string;
  readonly gradOutput?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly save?: string;
}

/** `--grad-output`: the option that names the file. */
export function flagOf(role: FileRole): string {
  return role === 'gradOutput' ? '--grad-output' : `--${role}`;
}

/** Both layouts: a weight's follows the other tensors' unless it is said by itself. */
export function layoutsOf({ layout = 'nchw', weightLayout }: ReadingOptions): {
  readonly layout: Layout;
  readonly weightLayout: WeightLayout;
} {
  return { layout, weightLayout: weightLayout ?? (layout === 'nhwc' ? 'ohwi' : 'oihw') };
}

/** True where the name says that a file has neither shape nor dtype. */
export function isRawPath(path: string): boolean {
  return /\.bin$/i.test(path);
}

/** `--bias LAYER`: the word after the flag is a layer unless its name is a tensor file's. */
export function separateBias(
  words: readonly string[],
  options: FileOptions,
): { layers: readonly string[]; files: Files } {
  const { bias } = options;
  const biasFile = typeof bias === 'string' && isTensorPath(bias) ? bias : undefined;
  const paths = FILE_ROLES.map((role) => [role, role === 'bias' ? biasFile : options[role]] as const);
  const files: Files = Object.fromEntries(paths.filter(([, path]) => path !== undefined));
  const streams = rolesOf(files).filter((role) => files[role] === '-');
  if (streams.length > 1) {
    throw new ToolError(
      'bad-option',
      `${streams.map(flagOf).join(' and ')} both read standard input, but it holds one tensor`,
    );
  }
  requireHeededReading(options, files);
  const layer = typeof bias === 'string' && biasFile === undefined ? [bias] : [];
  return { layers: [...layer, ...words], files };
}

/** Which file each tensor of the problem comes from: a transposed convolution's own input is its gradOutput. */
export function operandFiles(problem: Problem, files: Files): Partial<Record<OperandName, string>> {
  const paths = operandShapes(problem).map(([name]) => [name, files[roleOf(problem, name)]] as const);
  return Object.fromEntries(paths.filter(([, path]) => path !== undefined));
}

/** The option that names the operand's file. */
export function roleOf({ transposed }: Pick<Problem, 'transposed'>, name: OperandName): FileRole {
  return transposed && name === 'gradOutput' ? 'input' : name;
}

/** The words that have the same files read in the same way again. */
export function fileWords(files: Files, options: FileOptions): string[] {
  const { layout, weightLayout, rawDtype } = options;
  const heeded = heededReading(files, options);
  return [
    ...rolesOf(files).map((role) => `${flagOf(role)} ${shellWord(files[role] as string)}`),
    ...(layout !== undefined && heeded.layout ? [`--layout ${layout}`] : []),
    ...(weightLayout !== undefined && heeded.weightLayout ? [`--weight-layout ${weightLayout}`] : []),
    ...(rawDtype === undefined ? [] : [`--raw-dtype ${rawDtype}`]),
  ];
}

/** The same as a document has it. */
export function describeFiles(
  files: Files,
  { layout, weightLayout, rawDtype }: ReadingOptions,
): Pick<DataDocument, DescribedFile> {
  const { gradOutput, ...rest } = files;
  return {
    ...rest,
    ...(gradOutput !== undefined && { grad_output: gradOutput }),
    ...(layout !== undefined && { layout }),
    ...(weightLayout !== undefined && { weight_layout: weightLayout }),
    ...(rawDtype !== undefined && { raw_dtype: rawDtype }),
  };
}

type DescribedFile =
  | Exclude<FileRole, 'gradOutput'>
  | 'grad_output'
  | 'layout'
  | 'weight_layout'
  | 'raw_dtype';

function rolesOf(files: Files): readonly FileRole[] {
  return FILE_ROLES.filter((role) => files[role] !== undefined);
}

/** Which of the options some file is read by. */
function heededReading(files: Files, { direction }: Pick<ProblemOptions, 'direction'>) {
  const ofWeight: readonly FileRole[] =
    direction === 'grad-weight' ? ['weight', 'expected', 'actual'] : ['weight'];
  return {
    layout: rolesOf(files).some((role) => role !== 'bias'),
    weightLayout: rolesOf(files).some((role) => ofWeight.includes(role)),
    rawDtype: Object.values(files).some(isRawPath),
  };
}

/** Refuses options that say how to read files of which there are none. */
function requireHeededReading(options: FileOptions, files: Files): void {
  const { layout, weightLayout, rawDtype, save } = options;
  const heeded = heededReading(files, options);
  if (rawDtype !== undefined && !heeded.rawDtype) {
    const fact = `--raw-dtype is ${rawDtype}, but no file is a raw dump`;
    throw new ToolError(
      'bad-option',
      fact,
      'leave it out: .npy files say their dtype; raw dumps end in .bin',
    );
  }
  if (save !== undefined) return; // what is written has a layout, too
  const hint = 'leave it out, or load or --save the tensors that are in that order';
  if (layout !== undefined && !heeded.layout) {
    throw new ToolError('bad-option', `--layout is ${layout}, but no file is in it`, hint);
  }
  if (weightLayout !== undefined && !heeded.weightLayout) {
    throw new ToolError('bad-option', `--weight-layout is ${weightLayout}, but no file holds a weight`, hint);
  }
}

/**
 * Refuses files, and a bias, that the direction does not read.
 *
 * @throws ToolError that names the option and says what is read instead
 */
export function requireReadFiles(
  files: Files,
  options: ProblemOptions,
  { direction, transposed }: { readonly direction: Direction; readonly transposed: boolean },
): void {
  if (files.gradOutput !== undefined && (transposed || direction === 'forward')) {
    throw new ToolError(
      'bad-option',
      `--grad-output is ${shellWord(files.gradOutput)}, but ${transposed ? 'a transposed convolution' : 'the forward direction'} reads no incoming gradient`,
      transposed
        ? 'load what it reads by --input'
        : 'add --direction grad-input or --direction grad-weight, or load the output by --expected',
    );
  }
  if (transposed || direction === 'forward') return;
  if (options.bias !== undefined && options.bias !== false) {
    throw new ToolError(
      'bad-option',
      `--bias is given with direction ${direction}, but that gradient does not depend on the bias`,
      "leave it out; the bias's own gradient is the sum of grad_output over N and the pixels",
    );
  }
  const forSize = direction === 'grad-input' ? 'input' : 'weight';
  const path = files[forSize];
  if (path !== undefined && isRawPath(path)) {
    throw new ToolError(
      'bad-option',
      `--${forSize} is ${shellWord(path)}, but in direction ${direction} the ${forSize} is read for its size alone, and a raw dump has none`,
      `leave it out, and give --${forSize === 'input' ? 'input' : 'kernel'}-size`,
    );
  }
}
