/**
 * The absence of an address.
 */

/**
 * What a map gives where nothing is read (a zero of the padding), multiplied, added or written. Not -1: that is an
 * address too, the last element of the plane before.
 */
export const NONE = Number.NEGATIVE_INFINITY;
