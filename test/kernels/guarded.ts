/**
 * An arena that notices what is written beyond its blocks.
 */
import { type Arena, createArena } from '../../src/kernels/arena.ts';

const GUARD = 64;

/** What is given out, and what follows it, is NaN before; what follows must be NaN after. */
export function guarded(): { readonly arena: Arena; isIntact(): boolean } {
  const arena = createArena() as Arena;
  const guards: number[] = [];
  return {
    arena: {
      ...arena,
      allocate(bytes) {
        const block = arena.allocate(bytes);
        const end = block.address + bytes;
        const guard = arena.allocate(GUARD);
        guards.push(end);
        new Uint8Array(arena.memory.buffer, block.address, guard.address + GUARD - block.address).fill(0xff);
        return block;
      },
    },
    isIntact: () =>
      guards.every((end) => new Uint8Array(arena.memory.buffer, end, GUARD).every((byte) => byte === 0xff)),
  };
}
