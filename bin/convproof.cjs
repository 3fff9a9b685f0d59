#!/usr/bin/env node
// Exit code 1 means a failed verification and nothing else: faults are caught before anything can throw.
process.on('uncaughtException', (fault) => {
  process.stderr.write(
    `convproof: internal error; please report it with the command line.\n${fault?.stack ?? fault}\n`,
  );
  process.exit(70);
});
require('node:module').enableCompileCache?.(); // Node ≥ 22.1: start-up without compiling again
const { main } = require('#main'); // dist/convproof.cjs, or the sources under tsx
const path = require.resolve('#main');
main(process.argv.slice(2), process, path.endsWith('.cjs') ? path : undefined).then((exitCode) => {
  process.exitCode = exitCode;
});
