/**
 * The command line: which command, and what becomes of an error. Commands load what they run themselves.
 */
import type { MessagePort } from 'node:worker_threads';
import { Command, CommanderError, Option } from 'commander';
import { isToolError, ToolError } from '../core/errors.ts';
import { jsonLine, printable } from '../io/quote.ts';
import { declareDiagnose } from './declare-diagnose.ts';
import { addJudgingOptions } from './declare-judging.ts';
import { declareMistakes } from './declare-mistakes.ts';
import { declareProve } from './declare-prove.ts';
import { declareSelftest } from './declare-selftest.ts';
import { addTensorOptions, DATA } from './declare-tensors.ts';
import { EXIT_CODES, EXIT_USAGE } from './exit-codes.ts';
import { addOutputOptions, addProblemOptions } from './options.ts';
import { forCharset, type Host, tolerateClosedPipe, widthOf } from './streams.ts';
import { parseChoice, parseInteger } from './values.ts';
import { VERSION } from './version.ts';
import type { WorkerData } from './worker.ts';

export { EXIT_USAGE };

/**
 * Runs the command line `argv` (without node and script) and returns the exit code. `built` is the path of the built
 * program, which worker threads run; without one there are none.
 */
export async function main(argv: readonly string[], host: Host, built?: string): Promise<number> {
  tolerateClosedPipe(host.stdout, (code) => {
    host.stderr.write(`error: the output cannot be written: ${code}\n`);
    host.exitCode = EXIT_USAGE;
  });
  tolerateClosedPipe(host.stderr, () => {
    host.exitCode = EXIT_USAGE;
  });
  let exitCode = 0;
  const program = buildProgram(argv, host, built, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv as string[], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (isToolError(error)) return refuse(error, argv, host);
    if (error instanceof CommanderError) return settle(error, argv, host, program);
    throw error;
  }
}

/** What a worker thread runs: `data` says which layers, and `port` hears what they came to. */
export async function work(port: MessagePort, data: WorkerData): Promise<void> {
  const { runVerify } = await import('./commands/verify.ts');
  const { serve } = await import('./worker.ts');
  await serve(port, data, runVerify);
}

/** Help and version were printed; everything else that commander throws is a usage error, printed here. */
function settle(error: CommanderError, argv: readonly string[], host: Host, program: Command): number {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 0;
  if (error.code === 'commander.help') return argv.length > 0 ? 0 : EXIT_USAGE;
  const switched = error.code === 'commander.unknownOption' && refusedValue(error.message, argv, program);
  if (switched) return refuse(switched, argv, host);
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const said = OTHER_WORDS.find(
    (other) => argv[0] === other.command && message.includes(`'${other.option}'`),
  );
  const command = program.commands.find((one) => one.name() === argv[0])?.name();
  const help = command ? `convproof ${command} --help lists its options` : 'convproof --help lists commands';
  const hint = said?.hint ?? suggestion?.replace(/^\((.*)\)$/, '$1') ?? help;
  return refuse(new ToolError('bad-option', message, hint), argv, host);
}

/** An output from elsewhere has two names, by what is asked of it. */
const OTHER_WORDS = [
  { command: 'verify', option: '--actual', hint: 'here it is --expected: the output to judge' },
  { command: 'diagnose', option: '--expected', hint: 'here it is --actual: the output to diagnose' },
] as const;

/** To commander an option that takes no value and was given one is an unknown option. */
function refusedValue(message: string, argv: readonly string[], program: Command): ToolError | undefined {
  const [, option, value] = /'(--[a-z-]+)=(.*)'/s.exec(message) ?? [];
  const command = program.commands.find((one) => argv.includes(one.name()));
  if (option === undefined || !command?.options.some(({ long }) => long === option)) return undefined;
  return new ToolError(
    'bad-option',
    `${option} is given ${JSON.stringify(value)}, but takes no value`,
    `write ${option} by itself, or leave it out`,
  );
}

/** One clear message on stderr; with --json, a document on stdout as well. */
function refuse(cause: ToolError, argv: readonly string[], host: Host): number {
  // Both may quote what the user typed or a file held: one line each, with nothing that acts on a terminal or log.
  const error = {
    code: cause.code,
    message: printable(cause.message),
    hint: cause.hint === undefined ? undefined : printable(cause.hint),
  };
  const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
  host.stderr.write(forCharset(`error: ${error.message}\n${hint}`, host.env));
  if (argv.includes('--json')) {
    const document = {
      schema_version: 1,
      tool: { name: 'convproof', version: VERSION },
      command: argv.find((word) => !word.startsWith('-')) ?? '',
      error: { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) },
    };
    host.stdout.write(`${jsonLine(document)}\n`);
  }
  return EXIT_USAGE;
}

const EXAMPLES = `
Examples:
  convproof verify                        the case it all began with
  convproof verify mb2ic3ih8oc4kh3sh2ph1  a whole problem in one word
  convproof explain mb1ic1ih5oc1kh3sh2    with a picture
  convproof mistakes                      what goes wrong, and how it shows
  convproof prove mb1ic3ih224oc64kh7sh2ph3
  convproof diagnose mb1ic1ih5oc1kh3sh2 --actual-shape L=9
`;

const VERIFY_EXAMPLES = `
Examples:
  convproof verify
  convproof verify mb2ic3ih8oc4kh3sh2ph1 mb1ic8ih9oc8kh3 --quiet
  convproof verify 'Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2))' --input-size 8x6
  convproof verify --input x.npy --weight w.npy --stride 2 --expected y.npy
  convproof verify --in-channels 4 --out-channels 4 --groups 4 --kernel-size 3
                   --input-size 7 --padding same --json
  convproof verify mb2ic3ih8oc4kh3sh2ph1 --direction grad-input
  convproof verify 'ConvTranspose2d(8, 4, kernel_size=(3, 3), stride=(2, 2))'
                   --input-size 5 --output-padding 1
  convproof verify 'Conv3d(2, 4, kernel_size=(3, 3, 3))' --input-size 4x8x8
  convproof verify mb1ic2ih6oc3kh3 --padding 1 --padding-mode reflect
  convproof verify mb1ic8ih6oc4kh3ph1 --dtype uint8 --input-zero-point 128
`;

const EXPLAIN_EXAMPLES = `
Examples:
  convproof explain mb1ic1ih5oc1kh3sh2
  convproof explain 'Conv2d(3, 8, kernel_size=(3, 3))' --input-size 8
  convproof explain mb1ic1ih6oc1kh3sh2 --direction grad-input
  convproof explain mb1ic1ih3oc1kh3sh2 --transposed --output-padding 1
  convproof explain mb1ic1iw7oc1kw3 --padding 1 --padding-mode circular
  convproof explain mb1ic3ih8oc4kh3sh2ph1 --emit pytorch > unfold_conv2d.py
`;

const EXIT_HELP = `
Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}
`;

function buildProgram(
  argv: readonly string[],
  host: Host,
  built: string | undefined,
  finish: (code: number) => void,
): Command {
  const program = new Command('convproof');
  // Before any subcommand exists: they copy these settings when they are made.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(forCharset(text, host.env)),
      writeErr: (text) => void host.stderr.write(forCharset(text, host.env)),
      // settle() prints usage errors, in the words of all other errors.
      outputError: () => {},
      getOutHelpWidth: () => widthOf(host.stdout),
      getErrHelpWidth: () => widthOf(host.stderr),
    })
    .description(
      'Verifies that unfold (im2col) → GEMM → fold equals the convolution, or its gradients, names the mistake where it does not, and explains why fold takes other parameters than unfold.',
    )
    .version(`convproof ${VERSION}`, '-V, --version')
    .addHelpText('after', EXAMPLES + EXIT_HELP);
  const commands = new Map([
    ['verify', () => addVerify(program, host, built, finish)],
    ['explain', () => addExplain(program, host, finish)],
    ['prove', () => declareProve(program, host, finish, LAYER_HELP, EXIT_HELP)],
    ['diagnose', () => declareDiagnose(program, host, { layer: LAYER_HELP, exit: EXIT_HELP }, finish)],
    ['mistakes', () => declareMistakes(program, host, finish)],
    ['selftest', () => declareSelftest(program, host, finish, EXIT_HELP)],
  ]);
  // One that is called needs no others beside it; help and suggestions are of all.
  const called = commands.get(argv[0] ?? '');
  for (const declare of called ? [called] : commands.values()) declare();
  return program;
}

const LAYER_HELP = 'a token such as mb10ic32ih1oc64kh3ph1, or a pasted Conv2d(...), ConvTranspose1d(...), …';

function addVerify(
  program: Command,
  host: Host,
  built: string | undefined,
  finish: (code: number) => void,
): void {
  const command = program
    .command('verify')
    .description('Runs unfold → GEMM → fold and an independent convolution or gradient, and compares them.')
    .argument('[layers...]', LAYER_HELP);
  addProblemOptions(command, 'with a bias, generated or from a file');
  addTensorOptions(command)
    .addOption(
      new Option('--expected <file>', 'an output or gradient from elsewhere, to be judged').helpGroup(DATA),
    )
    .addOption(
      new Option(
        '--fill <fill>',
        'uniform (default; integer of int8 and uint8), normal, integer, arange, ones or impulse',
      )
        .argParser(
          parseChoice('--fill', ['uniform', 'normal', 'integer', 'arange', 'ones', 'impulse'] as const),
        )
        .helpGroup(DATA),
    )
    .addOption(
      new Option('--seed <n>', 'as torch.manual_seed; default 0')
        .argParser(parseInteger('--seed'))
        .helpGroup(DATA),
    )
    .addOption(new Option('--save <dir>', 'write every tensor and case.json').helpGroup(DATA));
  addJudgingOptions(command);
  addOutputOptions(command)
    .addHelpText('after', VERIFY_EXAMPLES + EXIT_HELP)
    .action(async (layers: string[], options) => {
      const { runVerify } = await import('./commands/verify.ts');
      finish(await runVerify(layers, options, host, built));
    });
}

function addExplain(program: Command, host: Host, finish: (code: number) => void): void {
  const command = program
    .command('explain')
    .description('Tells the same story without computing: shapes, both parameter sets, a picture.')
    .argument('[layer]', LAYER_HELP);
  addProblemOptions(command, 'with a bias').addOption(
    new Option('--emit <language>', 'print the problem as a module instead: pytorch').argParser(
      parseChoice('--emit', ['pytorch'] as const),
    ),
  );
  addOutputOptions(command)
    .addHelpText('after', EXPLAIN_EXAMPLES + EXIT_HELP)
    .action(async (layer: string | undefined, options) => {
      const { runExplain } = await import('./commands/explain.ts');
      finish(await runExplain(layer, options, host));
    });
}
