#!/usr/bin/env node
// Exit code 1 means a failed verification and nothing else, so faults are caught before anything can throw.
import process from 'node:process';

process.on('uncaughtException', (fault) => {
  process.stderr.write(`convproof: internal error, please report it with the command line.\n${fault?.stack ?? fault}\n`);
  process.exit(70);
});
const { main } = await import('#main');
process.exitCode = await main(process.argv.slice(2), process);
