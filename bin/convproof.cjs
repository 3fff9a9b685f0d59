#!/usr/bin/env node
// Exit code 1 means a failed verification and nothing else: faults are caught before anything can throw.
process.on('uncaughtException', (fault) => {
  process.stderr.write(
    `convproof: internal error; please report it with the command line.\n${fault?.stack ?? fault}\n`,
  );
  process.exit(70);
});
const { main, EXIT_USAGE, keepCode } = require('./program.cjs');
// The sources under tsx have no code that is kept, and no threads.
main(process.argv.slice(2), process, keepCode && require.resolve('./program.cjs')).then((exitCode) => {
  process.exitCode = exitCode;
  // What was refused has run little of the program.
  if (exitCode !== EXIT_USAGE) keepCode?.();
});
