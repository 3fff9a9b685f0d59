/**
 * What follows from a frozen object, made once; what may change is not kept, but for one call after another.
 */

/** Entries of a list or a table up to which one is kept for each of many objects. */
export const SMALL = 2 ** 11;

/**
 * `make`, whose results are frozen and kept as long as the frozen object that they were made of. Of one that is not
 * frozen, whose owner may change it, the last result alone is used again, for calls with the same object in a row.
 */
export function keptFor<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const kept = new WeakMap<Key, Made>();
  let last: { readonly key: Key; readonly made: Made } | undefined;
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (Object.isFrozen(key)) {
      const made = frozen(make(key));
      kept.set(key, made);
      return made;
    }
    if (last?.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}

/** `value`, frozen with all that it holds: plain objects, lists and primitives. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
