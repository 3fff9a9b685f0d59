/**
 * What follows from an object alone, made once.
 */

/** Entries of a list or a table up to which one is kept for each of many objects. */
export const SMALL = 2 ** 11;

/** `make`, whose results are kept as long as what they were made of. */
export function keptFor<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const kept = new WeakMap<Key, Made>();
  return (key) => {
    let made = kept.get(key);
    if (made === undefined) {
      made = make(key);
      kept.set(key, made);
    }
    return made;
  };
}
