/**
 * Where an output is wrong, and what stands there: what can be said when no known mistake fits.
 */
import { BFLOAT16, FLOAT16, roundTo } from '../core/formats.ts';
import { UNIT_ROUNDOFF } from '../core/numerics.ts';
import { type Direction, resultShape } from '../core/problem.ts';
import { coordinates } from '../core/shape.ts';
import type { Case } from './case.ts';
import { writingSizes } from './sizes.ts';

/** The wrong elements described. */
export interface WhereWrong {
  readonly wrong: number;
  readonly elements: number;
  /** Sentences, the most telling first: `only output channels 4 to 5, those of group 1`. */
  readonly sentences: readonly string[];
  /** Share of samples and channels that are wrong at each pixel, H_out rows of W_out. */
  readonly map: readonly (readonly number[])[];
}

/** Describes the wrong elements of an output of the right shape; undefined for any other. */
export function whereWrong(subject: Case): WhereWrong | undefined {
  const { wrong, hasRightShape, problem } = subject;
  if (!hasRightShape || wrong.length === 0) return undefined;
  const { N, C_out, OD, OH, OW, L, G, M } = writingSizes(subject.sizes);
  const [samples, channels, planes, rows, columns] = [N, C_out, OD, OH, OW].map((size) =>
    new Array<number>(size).fill(0),
  ) as [number[], number[], number[], number[], number[]];
  const map = Array.from({ length: OH }, () => new Array<number>(OW).fill(0));
  const bump = (list: number[], i: number, by = 1) => {
    list[i] = (list[i] ?? 0) + by;
  };
  for (const element of wrong) {
    const [ow, oh] = [element % OW, Math.floor(element / OW) % OH];
    bump(columns, ow);
    bump(rows, oh);
    bump(planes, Math.floor(element / OW / OH) % OD);
    bump(channels, Math.floor(element / L) % C_out);
    bump(samples, Math.floor(element / L / C_out));
    bump(map[oh] as number[], ow, 1 / (N * C_out * OD));
  }
  const { outer, inner } = NOUNS[problem.transposed ? 'forward' : problem.direction];
  const patterns = () => [
    ...axisSentence(samples, outer),
    ...axisSentence(channels, inner),
    ...groupSentence(channels, G, M),
    ...borderSentence(map),
    ...axisSentence(planes, 'plane'),
    ...axisSentence(rows, 'row'),
    ...axisSentence(columns, 'column'),
    ...valueSentences(subject),
  ];
  const sentences = wrong.length === 1 ? [singleSentence(subject)] : patterns();
  return { wrong: wrong.length, elements: N * C_out * L, sentences, map };
}

/** Of one element all there is to say. */
function singleSentence({ wrong: [element = 0], problem, actual, direct }: Case): string {
  const [value, due] = [actual.data[element] as number, direct.output[element] as number];
  const digits = (number: number) => Number(number.toPrecision(9));
  const index = coordinates(element, resultShape(problem)).join(', ');
  return `only element [${index}], which is ${digits(value)} where ${digits(due)} is due`;
}

/** What the first two axes of a result are. */
const NOUNS = {
  forward: { outer: 'sample', inner: 'output channel' },
  'grad-input': { outer: 'sample', inner: 'input channel' },
  'grad-weight': { outer: 'output channel', inner: 'input channel of a group' },
} as const satisfies Record<Direction, unknown>;

/** Which of an axis's indices hold wrong elements, where not all do. */
function axisSentence(counts: readonly number[], noun: string): string[] {
  const hit = counts.flatMap((count, i) => (count > 0 ? [i] : []));
  const size = counts.length;
  if (hit.length === size) return [];
  const [first = 0, second = first] = hit;
  const last = hit.at(-1) ?? first;
  const many = noun.includes(' of ') ? noun.replace(' of ', 's of ') : `${noun}s`;
  if (hit.length === 1) return [`only ${noun} ${first} of ${size}${first === size - 1 ? ', the last' : ''}`];
  if (last - first + 1 === hit.length) {
    if (last === size - 1) {
      const block = [8, 4].find((b) => first === Math.floor(size / b) * b);
      const tail = block === undefined ? '' : `: those beyond the last multiple of ${block}`;
      return [`only the last ${hit.length} of ${size} ${many}${tail}`];
    }
    return [
      first === 0
        ? `only the first ${hit.length} of ${size} ${many}`
        : `only ${many} ${first} to ${last} of ${size}`,
    ];
  }
  const step = second - first;
  const isRegular = hit.length > 2 && hit.every((i, n) => i === first + n * step);
  return [
    isRegular
      ? `only every ${ordinal(step)} of ${size} ${many}, from ${first} on`
      : `only ${hit.length} of ${size} ${many}`,
  ];
}

function ordinal(n: number): string {
  return n === 2 ? 'second' : n === 3 ? 'third' : `${n}th`;
}

function groupSentence(channels: readonly number[], G: number, M: number): string[] {
  if (M === 1) return [];
  const groups = Array.from({ length: G }, (_, g) =>
    channels.slice(g * M, (g + 1) * M).some((count) => count > 0),
  );
  const hit = groups.flatMap((isHit, g) => (isHit ? [g] : []));
  return hit.length === G ? [] : [`only ${hit.length === 1 ? 'group' : 'groups'} ${hit.join(', ')} of ${G}`];
}

/** Wrong in a frame around a right middle. */
function borderSentence(map: readonly (readonly number[])[]): string[] {
  const [H, W] = [map.length, map[0]?.length ?? 0];
  const depth = (oh: number, ow: number) => Math.min(oh, ow, H - 1 - oh, W - 1 - ow);
  let deepest = -1;
  map.forEach((row, oh) => {
    row.forEach((share, ow) => {
      if (share > 0) deepest = Math.max(deepest, depth(oh, ow));
    });
  });
  const middle = Math.floor((Math.min(H, W) - 1) / 2);
  if (deepest >= middle) return [];
  return [
    `only within ${deepest + 1} ${deepest === 0 ? 'pixel' : 'pixels'} of the border; the middle is right`,
  ];
}

/** Dtypes that an output may have been rounded to on its way, the narrowest first. */
const NARROWER = [
  { dtype: 'bfloat16', round: (value: number) => roundTo(BFLOAT16, value), u: UNIT_ROUNDOFF.bfloat16 },
  { dtype: 'float16', round: (value: number) => roundTo(FLOAT16, value), u: UNIT_ROUNDOFF.float16 },
  { dtype: 'float32', round: Math.fround, u: UNIT_ROUNDOFF.float32 },
] as const;

/** What the wrong values are: one number, rounded ones, a constant off, a multiple. */
function valueSentences({ wrong, actual, direct, sizes, problem, isInteger }: Case): string[] {
  const values = wrong.map((element) => actual.data[element] as number);
  const [first = 0] = values;
  if (values.every((value) => Object.is(value, first) || value === first)) {
    const value = Number(first.toPrecision(9));
    const isRelu = first === 0 && wrong.every((element) => (direct.output[element] as number) < 0);
    const cause = ', where negative values are due: it was taken behind a ReLU';
    return [`every wrong element is ${value}${isRelu ? cause : ''}`];
  }
  if (wrong.length < 3) return [];
  // Two outputs of one wiring differ by rounding only, a little of S: 2^10 units for sums of many terms; integers by none.
  const tolerance = isInteger ? 0 : 2 ** 10 * UNIT_ROUNDOFF[problem.dtype];
  const expected = (element: number) => direct.output[element] as number;
  const largest = wrong.reduce((a, b) => (Math.abs(expected(b)) > Math.abs(expected(a)) ? b : a));
  const ratio = (actual.data[largest] as number) / expected(largest);
  const isMultiple = wrong.every((element) => {
    const due = ratio * expected(element);
    return (
      Math.abs((actual.data[element] as number) - due) <=
      tolerance * Math.max(Math.abs(due), direct.magnitudeAt(element))
    );
  });
  const rounded = NARROWER.find(({ round, u }) => {
    if (isInteger || u <= UNIT_ROUNDOFF[problem.dtype]) return false;
    const isRounded = (element: number) => {
      const y = expected(element);
      const error = Math.abs((actual.data[element] as number) - y);
      return error <= u * Math.abs(y) + tolerance * direct.magnitudeAt(element);
    };
    return actual.data.every((value) => round(value) === value) && wrong.every(isRounded);
  });
  if (rounded) return [`every value is right, but rounded to ${rounded.dtype}`];
  if (isMultiple) return [`every wrong element is ${Number(ratio.toPrecision(6))} times what is due`];
  const { L: area, C_out } = writingSizes(sizes);
  const offsets = new Map<number, number>();
  const isConstant = wrong.every((element) => {
    const channel = Math.floor(element / area) % C_out;
    const offset = (actual.data[element] as number) - expected(element);
    const known = offsets.get(channel) ?? offset;
    offsets.set(channel, known);
    return Math.abs(offset - known) <= tolerance * direct.magnitudeAt(element);
  });
  return isConstant && wrong.length >= 2 * offsets.size
    ? ['within each channel, all are off by one constant: look at the bias']
    : [];
}
