/**
 * Damage, for fuzzing decoders: a few bytes changed, cut out or put in.
 */
import fc from 'fast-check';

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** One to four changes, one after the other. Positions are fractions, so that they fit files of every length. */
export function mutations(): fc.Arbitrary<Mutation> {
  return fc
    .array(mutation(), { minLength: 1, maxLength: 4 })
    .map((steps) => (bytes) => steps.reduce((damaged, step) => step(damaged), bytes));
}

function mutation(): fc.Arbitrary<Mutation> {
  // Not fc.double: drawn by bit pattern, nearly all of those fall on the first byte.
  const place = fc.integer({ min: 0, max: 9_999 }).map((tenThousandths) => tenThousandths / 10_000);
  const length = fc.integer({ min: 0, max: 8 });
  const inserted = fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    // What the grammars are made of meets more branches than random bytes do.
    fc
      .constantFrom('(', ')', ',', '[', ']', '{', '}', "'", '0', '1e999', '-', '<f8', 'True', '"NaN"')
      .map((text) => Buffer.from(text)),
  );
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([p, mask]) => flip(p, mask)),
    place.map((p) => splice(p, Number.POSITIVE_INFINITY, new Uint8Array())),
    fc.tuple(place, length, inserted).map(([p, removed, added]) => splice(p, removed, added)),
  );
}

function flip(place: number, mask: number): Mutation {
  return (bytes) => {
    const at = Math.floor(place * bytes.length);
    return bytes.map((byte, i) => (i === at ? byte ^ mask : byte));
  };
}

function splice(place: number, removed: number, added: Uint8Array): Mutation {
  return (bytes) => {
    const at = Math.floor(place * (bytes.length + 1));
    return Uint8Array.from([
      ...bytes.subarray(0, at),
      ...added,
      ...bytes.subarray(Math.min(at + removed, bytes.length)),
    ]);
  };
}
