/**
 * Memory that is no longer needed, kept for what comes next: the pages of a new array are made one by one when they are
 * first written to, which for tensors takes longer than drawing what is written there.
 */

/** Smaller ones are at hand anyway. */
const LEAST_BYTES = 2 ** 16;
/** Kept at most: the tensors of ResNet-50's largest layer several times over. */
const MOST_BYTES = 2 ** 26;
/** Memory of more than so many times what is asked for stays, for those that need it. */
const MOST_ROOM = 4;

/** The latest last. */
const spare: ArrayBuffer[] = [];

/** Room for so many bytes, or somewhat more, which holds what was there before; undefined where none is spare. */
export function takeSpare(bytes: number): ArrayBuffer | undefined {
  if (bytes < LEAST_BYTES) return undefined;
  let best: ArrayBuffer | undefined;
  for (const buffer of spare) {
    const fits = buffer.byteLength >= bytes && buffer.byteLength <= MOST_ROOM * bytes;
    if (fits && (best === undefined || buffer.byteLength < best.byteLength)) best = buffer;
  }
  if (best !== undefined) spare.splice(spare.indexOf(best), 1);
  return best;
}

/** Gives back the memory of arrays that nobody uses any more, nor any other that shares it. */
export function giveBack(...arrays: readonly { readonly buffer: ArrayBufferLike }[]): void {
  for (const { buffer } of arrays) {
    const isSpare = buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST_BYTES;
    if (isSpare && !spare.includes(buffer)) spare.push(buffer);
  }
  let bytes = spare.reduce((sum, { byteLength }) => sum + byteLength, 0);
  while (bytes > MOST_BYTES) bytes -= spare.shift()?.byteLength ?? 0;
}
