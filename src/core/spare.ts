/**
 * Memory that is no longer needed, kept for what comes next: the pages of a new array are made one by one when they are
 * first written to, which for tensors takes longer than drawing what is written there.
 *
 * Nothing is kept before a program says so. Arrays may then be views of longer memory, which a library's callers, who
 * copy a tensor's buffer as a whole, need not know of.
 */

/** Smaller ones are at hand anyway. */
const LEAST_BYTES = 2 ** 16;
/**
 * Kept at most by a program that keeps some: the tensors of ResNet-50's largest layer for a batch of eight. Half of it and
 * those layers take 4 to 6 % longer, on one thread and on two; twice as much saves nothing more.
 */
export const SPARE_BYTES = 2 ** 27;
/** Memory of more than so many times what is asked for stays, for those that need it. */
const MOST_ROOM = 4;

/** The latest last. */
const spare: ArrayBuffer[] = [];
let spareBytes = 0;
let mostBytes = 0;

/** From now on so many bytes of what is given back are kept. */
export function keepSpare(most: number = SPARE_BYTES): void {
  mostBytes = most;
}

/** Room for so many bytes, and up to four times as many, that hold what was there before; undefined where none is spare. */
export function takeSpare(bytes: number): ArrayBuffer | undefined {
  if (bytes < LEAST_BYTES) return undefined;
  let best: ArrayBuffer | undefined;
  for (const buffer of spare) {
    const fits = buffer.byteLength >= bytes && buffer.byteLength <= MOST_ROOM * bytes;
    if (fits && (best === undefined || buffer.byteLength < best.byteLength)) best = buffer;
  }
  if (best !== undefined) {
    spare.splice(spare.indexOf(best), 1);
    spareBytes -= best.byteLength;
  }
  return best;
}

/** Gives back the memory of arrays that nobody uses any more, nor any other that shares it. */
export function giveBack(...arrays: readonly { readonly buffer: ArrayBufferLike }[]): void {
  for (const { buffer } of arrays) {
    const { byteLength } = buffer;
    if (byteLength < LEAST_BYTES || byteLength > mostBytes) continue;
    if (!(buffer instanceof ArrayBuffer) || spare.includes(buffer)) continue;
    spare.push(buffer);
    spareBytes += byteLength;
  }
  while (spareBytes > mostBytes) spareBytes -= spare.shift()?.byteLength ?? 0;
}
