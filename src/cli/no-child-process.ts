/**
 * What the built program has in the place of node:child_process. commander loads that for commands which are programs of
 * their own; here are none, and loading it took a tenth of the time that Node itself takes to start.
 */
export function spawn(): never {
  throw new Error('a command of convproof is no program of its own');
}
