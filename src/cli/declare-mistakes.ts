/**
 * `convproof mistakes` on the command line.
 */
import type { Command } from 'commander';
import { addOutputOptions } from './options.ts';
import type { Host } from './streams.ts';

const EXAMPLES = `
Examples:
  convproof mistakes                        all of them, by family
  convproof mistakes unfold-stride-omitted  one of them, on the smallest problem
                                            that reveals it
  convproof mistakes padding same           those that mention both words
  convproof mistakes --quiet | wc -l
`;

/** Adds the command to `program`. */
export function declareMistakes(program: Command, host: Host, finish: (code: number) => void): void {
  const command = program
    .command('mistakes')
    .description('Lists known mistakes, or tells one: cause, smallest revealing problem, fix.')
    .argument('[words...]', 'an id, or words to search for');
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options) => {
      const { runMistakes } = await import('./commands/mistakes.ts');
      finish(await runMistakes(words, options, host));
    });
}
