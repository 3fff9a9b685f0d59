/**
 * Hypotheses: the ways in which one mistake, or two together, may have made an output.
 */
import { variantsAt } from './applies.ts';
import { buildWiring, type Choices, changedAxes } from './build-wiring.ts';
import type { Mistake, Variant } from './mistake.ts';
import type { Sizes } from './sizes.ts';
import type { Change, Fit, Wiring } from './wiring.ts';

/** One way: the mistakes, how each was made, and the wiring that follows. */
export interface Hypothesis {
  readonly mistakes: readonly Mistake[];
  /** What sets this way apart from others, for people: `first L columns`, `blocks of 8`. */
  readonly notes: readonly string[];
  readonly wiring: Wiring;
  /** The same way at other sizes, undefined where it gives no output there. */
  readonly at: (sizes: Sizes) => Wiring | undefined;
  /** Rank among the ways to make these mistakes: 0 is the one that the catalogue names first. */
  readonly order: number;
}

/** A hypothesis and how well it fits. */
export interface Match {
  readonly hypothesis: Hypothesis;
  /** Share of the output's elements that it gives within their bound. */
  readonly reproduces: number;
  /** Share of the elements that are wrong, or would be under the hypothesis, on which both agree. */
  readonly explains: number;
  /** Share of the wrong elements that it explains, and of the right ones that it would make wrong. */
  readonly explainsWrong: number;
  readonly spoilsRight: number;
  /** Elements compared: all, unless there are too many. */
  readonly elements: number;
}

const FITS: readonly Fit[] = ['own', 'columns', 'corner', 'middle'];

const FIT_NOTES: Readonly<Record<Exclude<Fit, 'own'>, string>> = {
  columns: 'the first L columns laid out',
  corner: 'cut to the output size',
  middle: 'in the middle of zeros',
};

/** Every way to make `mistake`, by `most` of its variants; those that raise give no output. */
export function waysOf(mistake: Mistake, sizes: Sizes, most = Number.POSITIVE_INFINITY): Hypothesis[] {
  return variantsAt(mistake, sizes)
    .slice(0, most)
    .flatMap((variant, v) => combine(sizes, [[mistake, variant]], v));
}

/** A mistake and the variants of it that matter. */
export interface Candidate {
  readonly mistake: Mistake;
  readonly variants: readonly Variant[];
}

/** Every way to make both, by `most` variants of each; in both orders where they change the same stage. */
export function waysOfPair(a: Candidate, b: Candidate, sizes: Sizes, most: number): Hypothesis[] {
  return a.variants.slice(0, most).flatMap((va, i) =>
    b.variants.slice(0, most).flatMap((vb, j) => {
      const forth = combine(
        sizes,
        [
          [a.mistake, va],
          [b.mistake, vb],
        ],
        i + j,
      );
      const meet = Object.keys(va.change).some((stage) => stage in vb.change);
      return meet
        ? [
            ...forth,
            ...combine(
              sizes,
              [
                [b.mistake, vb],
                [a.mistake, va],
              ],
              i + j,
            ),
          ]
        : forth;
    }),
  );
}

function combine(
  sizes: Sizes,
  parts: readonly (readonly [Mistake, Variant])[],
  variant: number,
): Hypothesis[] {
  const changes = parts.map(([, { change }]) => change);
  const notes = parts.flatMap(([, { note }]) => (note === undefined ? [] : [note]));
  const ways: Hypothesis[] = [];
  for (const [f, fit] of fitsOf(sizes, changes).entries()) {
    for (const [j, biasJoins] of joinsOf(sizes, changes).entries()) {
      const choices: Choices = { fit, biasJoins };
      const wiring = buildWiring(sizes, changes, choices);
      if (wiring === undefined || wiring.raises !== undefined) continue;
      ways.push({
        mistakes: parts.map(([mistake]) => mistake),
        notes: [...notes, ...(fit === 'own' ? [] : [FIT_NOTES[fit]])],
        wiring,
        at: (other) => {
          const there = buildWiring(other, changes, choices);
          return there?.raises === undefined ? there : undefined;
        },
        order: variant * 16 + f * 2 + j,
      });
    }
  }
  return ways;
}

/** A product whose windows are not those that are due can be brought into the output in several ways. */
function fitsOf(sizes: Sizes, changes: readonly Change[]): readonly Fit[] {
  if (changes.every(({ axes }) => axes === undefined)) return ['own'];
  const axes = changedAxes(sizes, changes);
  if (axes === undefined || axes.every(({ windows }, a) => windows === sizes.right[a]?.windows))
    return ['own'];
  return FITS;
}

/** Where elements of the output move, the bias may have been added before or after. */
function joinsOf(
  { hasBias, direction }: Sizes,
  changes: readonly Change[],
): readonly ('product' | 'output')[] {
  const moves = changes.some(
    ({ output, axes, outputGain }) => output || outputGain || (axes && direction === 'forward'),
  );
  return hasBias && moves ? ['product', 'output'] : ['product'];
}
