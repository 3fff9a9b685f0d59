/**
 * How `convproof selftest` is called.
 */
import { type Command, Option } from 'commander';
import { addOutputOptions } from './options.ts';
import type { Host } from './streams.ts';
import { parseInteger } from './values.ts';

const EXAMPLES = `
Examples:
  convproof selftest
  convproof selftest --full --verbose
  convproof selftest --json | jq '.mistakes[] | {id, killed_by}'
`;

/** Adds the command; `exitHelp` lists the exit codes. */
export function declareSelftest(
  program: Command,
  host: Host,
  finish: (code: number) => void,
  exitHelp: string,
): void {
  const command = program
    .command('selftest')
    .description(
      'Makes every known mistake and shows that the verifier catches it, and nothing that is right.',
    )
    .addOption(new Option('--full', 'every variant on every problem, and a million correct elements'))
    .addOption(new Option('--seed <n>', 'as torch.manual_seed; default 0').argParser(parseInteger('--seed')));
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES + exitHelp)
    .action(async (options) => {
      const { runSelftest } = await import('./commands/selftest.ts');
      finish(await runSelftest(options, host));
    });
}
