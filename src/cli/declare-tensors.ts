/**
 * The options of all commands that read tensors: which files, and how they are to be read.
 */
import { type Command, Option } from 'commander';
import { LAYOUTS, WEIGHT_LAYOUTS } from '../io/layout.ts';
import { RAW_DTYPES } from '../io/raw.ts';
import { parseChoice } from './values.ts';

/** The heading that help lists them under. */
export const DATA = 'Tensors, generated unless loaded (.npy, .json, raw .bin; - is stdin):';

/** Adds the files of the operands, and how they and outputs are read. */
export function addTensorOptions(command: Command): Command {
  const file = (flag: string, description: string) =>
    new Option(`${flag} <file>`, description).helpGroup(DATA);
  return command
    .addOption(file('--input', '(N, C_in, H_in, W_in)'))
    .addOption(file('--weight', '(C_out, C_in/groups, kH, kW)'))
    .addOption(file('--grad-output', '(N, C_out, H_out, W_out), of the directions that read it'))
    .addOption(
      new Option('--raw-dtype <dtype>', `of .bin files; default as computed: ${RAW_DTYPES.join(', ')}`)
        .argParser(parseChoice('--raw-dtype', RAW_DTYPES))
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--layout <layout>', 'of all files: nchw (default), or nhwc, weights then ohwi')
        .argParser(parseChoice('--layout', LAYOUTS))
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--weight-layout <layout>', 'oihw, ohwi, or hwio as TensorFlow and JAX have it')
        .argParser(parseChoice('--weight-layout', WEIGHT_LAYOUTS))
        .helpGroup(DATA),
    );
}
