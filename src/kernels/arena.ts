/**
 * The kernels' memory: one WebAssembly memory that grows, given out from the bottom and taken back as a whole. What is
 * taken back keeps its pages, so that the next problem touches none anew.
 */
import type { Elements } from '../core/tensor.ts';
import { type Memory, webAssembly } from './webassembly.ts';

const PAGE = 2 ** 16;
/** A cache line, and a multiple of what a vector is loaded by. */
const ALIGNMENT = 64;
/** 32-bit addresses; the last page stays free, so that no end is 2^32. */
const MOST_BYTES = 2 ** 32 - PAGE;

/** A place in the memory, `bytes` long. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Gives out memory; views are made anew after anything was allocated, as growing detaches them. */
export interface Arena {
  readonly memory: Memory;
  /** @throws RangeError where no memory is left */
  allocate(bytes: number): Block;
  /** Takes back all that was given out since `mark`, or everything. */
  release(mark?: number): void;
  /** What `release` goes back to. */
  mark(): number;
  float32(block: Block): Float32Array;
  float64(block: Block): Float64Array;
  int32(block: Block): Int32Array;
  uint32(block: Block): Uint32Array;
}

let shared: Arena | undefined | 'untried' = 'untried';

/** The memory of all that runs one after the other, made when it is first asked for. */
export function sharedArena(): Arena | undefined {
  if (shared === 'untried') shared = createArena();
  return shared;
}

/** What addresses reach, but for a MiB that blocks are aligned in and others have. */
export const MOST_WORKSPACE = MOST_BYTES - 2 ** 20;

/**
 * What `fast` gives in the arena, which is as it was afterwards; what `plain` gives where there is none, or the system
 * has less memory than addresses reach.
 */
export function inArena<Result>(
  arena: Arena | undefined,
  fast: (arena: Arena) => Result,
  plain: () => Result,
): Result {
  if (arena === undefined) return plain();
  const mark = arena.mark();
  try {
    return fast(arena);
  } catch (error) {
    if (error instanceof RangeError) return plain();
    throw error;
  } finally {
    arena.release(mark);
  }
}

/** A memory of its own; undefined where the engine or the system gives none. */
export function createArena(): Arena | undefined {
  const memory = createMemory();
  if (memory === undefined) return undefined;
  // Address 0 is never given out: no block can be mistaken for none.
  let top = ALIGNMENT;
  return {
    memory,
    allocate(bytes) {
      const end = top + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
      if (end > MOST_BYTES) throw new RangeError(`${bytes} bytes are more than 32-bit addresses leave`);
      const lacking = end - memory.buffer.byteLength;
      if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE));
      const block = { address: top, bytes };
      top = end;
      return block;
    },
    release(mark = ALIGNMENT) {
      top = mark;
    },
    mark: () => top,
    float32: ({ address, bytes }) => new Float32Array(memory.buffer, address, bytes / 4),
    float64: ({ address, bytes }) => new Float64Array(memory.buffer, address, bytes / 8),
    int32: ({ address, bytes }) => new Int32Array(memory.buffer, address, bytes / 4),
    uint32: ({ address, bytes }) => new Uint32Array(memory.buffer, address, bytes / 4),
  };
}

function createMemory(): Memory | undefined {
  try {
    return webAssembly && new webAssembly.Memory({ initial: 1 });
  } catch {
    // The engine reserves the whole range of addresses for each memory, which a limited process may not have.
    return undefined;
  }
}

/** A copy of `data` in the arena. */
export function place(arena: Arena, data: Elements | Int32Array | Uint32Array): Block {
  const block = arena.allocate(data.byteLength);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  new Uint8Array(arena.memory.buffer, block.address).set(bytes);
  return block;
}
