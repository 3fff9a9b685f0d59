/**
 * The bytes of a text file as a string.
 */
import { ToolError } from '../core/errors.ts';

/** V8's longest string on 64-bit machines, in characters; text has at most one per byte. */
const MOST_TEXT_BYTES = 2 ** 29 - 24;

/**
 * `bytes` as UTF-8, a byte order mark kept; `name` is what the user knows the file by, and begins every message.
 *
 * @throws ToolError where there are more than `most` bytes, or they are not UTF-8
 */
export function decodeText(bytes: Uint8Array, name: string, most = MOST_TEXT_BYTES): string {
  if (bytes.length > most) {
    throw new ToolError(
      'too-large',
      `${name} is ${bytes.length} bytes of JSON, but at most ${most} are read as text`,
      'save it as .npy, which is smaller too: numpy.save("x.npy", x)',
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ToolError('bad-file', `${name} is not UTF-8 text, but JSON must be`);
  }
}
