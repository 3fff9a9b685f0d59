/**
 * `convproof diagnose` as commander knows it.
 */
import { type Command, Option } from 'commander';
import { FILLS } from '../core/fill.ts';
import { addTensorOptions, DATA } from './declare-tensors.ts';
import { addOutputOptions, addProblemOptions } from './options.ts';
import type { Host } from './streams.ts';
import { parseBytes, parseChoice, parseInteger, parseSymptom } from './values.ts';

const EXAMPLES = `
Examples:
  convproof diagnose --input x.npy --weight w.npy --stride 2 --actual y.npy
  convproof diagnose 'Conv2d(6, 8, 3, padding=(0, 1))' --input-size 20x10
                     --actual-shape 20x8
  convproof diagnose mb1ic1ih5oc1kh3sh2 --actual-shape L=9
`;

/** Adds the command; `layerHelp` and `exitHelp` are those of all commands. */
export function declareDiagnose(
  program: Command,
  host: Host,
  help: { readonly layer: string; readonly exit: string },
  finish: (code: number) => void,
): void {
  const command = program
    .command('diagnose')
    .description('Names the known mistake that made an output, and says how to mend it.')
    .argument('[layer]', help.layer);
  addProblemOptions(command, 'with a bias, generated or from a file');
  const fills = Object.keys(FILLS) as (keyof typeof FILLS)[];
  addTensorOptions(command)
    .addOption(new Option('--actual <file>', 'the output to diagnose').helpGroup(DATA))
    .addOption(
      new Option('--actual-shape <shape>', 'or its shape alone: 1x8x20x8, 20x8, or L=9')
        .argParser(parseSymptom('--actual-shape'))
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--fill <fill>', 'of what is not loaded, as the output was made for; default uniform')
        .argParser(parseChoice('--fill', fills))
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--seed <n>', 'as torch.manual_seed; default 0')
        .argParser(parseInteger('--seed'))
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--shrink', 'and the smallest problem on which the mistake shows').helpGroup('Judging:'),
    )
    .addOption(
      new Option('--max-memory <size>', 'refuse beyond this; default 60 % of the machine')
        .argParser(parseBytes('--max-memory'))
        .helpGroup(DATA),
    );
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES + help.exit)
    .action(async (layer: string | undefined, options) => {
      const { runDiagnose } = await import('./commands/diagnose.ts');
      finish(await runDiagnose(layer, options, host));
    });
}
