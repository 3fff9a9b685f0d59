/**
 * An arena whose blocks hold NaN when they are given out, and stand between guards that must not change.
 */
import { type Arena, type Block, createArena } from '../../src/kernels/arena.ts';

const GUARD_BYTES = 64;
const GUARD = 0xa5;
/** float32 and float64 of these bytes are NaN. */
const NAN = 0xff;

export interface GuardedArena extends Arena {
  /** Every block given out so far. */
  readonly blocks: readonly Block[];
  /** How many guards are not as they were, or were not when they were taken back. */
  broken(): number;
}

/** A new arena, or the same one with blocks counted anew. */
export function guardedArena(arena = createArena() as Arena): GuardedArena {
  const blocks: Block[] = [];
  let guards: Block[] = [];
  let broken = 0;
  const bytesOf = ({ address, bytes }: Block) => new Uint8Array(arena.memory.buffer, address, bytes);
  const isBroken = (guard: Block) => bytesOf(guard).some((byte) => byte !== GUARD);
  return {
    ...arena,
    blocks,
    release(mark = 0) {
      broken += guards.filter((guard) => guard.address >= mark && isBroken(guard)).length;
      guards = guards.filter(({ address }) => address < mark);
      arena.release(mark === 0 ? undefined : mark);
    },
    allocate(bytes) {
      const { address } = arena.allocate(bytes + 2 * GUARD_BYTES);
      const block = { address: address + GUARD_BYTES, bytes };
      const around = [
        { address, bytes: GUARD_BYTES },
        { address: block.address + bytes, bytes: GUARD_BYTES },
      ];
      blocks.push(block);
      guards.push(...around);
      bytesOf(block).fill(NAN);
      for (const guard of around) bytesOf(guard).fill(GUARD);
      return block;
    },
    broken: () => broken + guards.filter(isBroken).length,
  };
}
