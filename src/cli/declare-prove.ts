/**
 * The words of `convproof prove`.
 */
import type { Command } from 'commander';
import { addOutputOptions, addProblemOptions } from './options.ts';
import type { Host } from './streams.ts';

const EXAMPLES = `
Examples:
  convproof prove mb1ic3ih224oc64kh7sh2ph3
  convproof prove mb1ic64ih56oc64kh3ph1 mb1ic64ih56oc256kh1 --quiet
  convproof prove 'Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2))' --input-size 8x6
`;

/** Adds the command to `program`. */
export function declareProve(
  program: Command,
  host: Host,
  finish: (code: number) => void,
  layerHelp: string,
  exitHelp: string,
): void {
  const command = program
    .command('prove')
    .description('Compares the wiring of both paths tap by tap: for every input at these hyperparameters.')
    .argument('[layers...]', layerHelp);
  addProblemOptions(command, 'with a bias');
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES + exitHelp)
    .action(async (layers: string[], options) => {
      const { runProve } = await import('./commands/prove.ts');
      finish(await runProve(layers, options, host));
    });
}
