/**
 * The terms of one sum of a wiring: of a window, of a pixel, or of a weight, by the direction.
 */
import { rawCount } from './build-wiring.ts';
import { areColumnsRight } from './right-stages.ts';
import { type ColumnMap, NONE, type Wiring } from './wiring.ts';

/**
 * One term: offsets in the first factor and in the second, and what their product is multiplied by. NONE for the first
 * is the padding, and `times` what it holds.
 */
export type Visit = (first: number, second: number, times: number) => void;

/** Visits the terms of the sum at offset `source`, row-major over what the sums give. */
export type Gather = (source: number, visit: Visit) => void;

/** The terms of any sum of `wiring`. */
export function gatherer(wiring: Wiring): Gather {
  switch (wiring.sizes.direction) {
    case 'forward':
      return ofWindows(wiring);
    case 'grad-input':
      return ofPixels(wiring);
    case 'grad-weight':
      return ofWeights(wiring);
  }
}

function ofWindows(wiring: Wiring): Gather {
  const { sizes, rows, L, paddingValue, inputGain } = wiring;
  const { kH, kW, C_out, M, K } = sizes;
  const weights = C_out * K;
  const volume = sizes.ID * sizes.IH * sizes.IW;
  const [row, area] = [kH * kW, sizes.kD * kH * kW];
  return (source, visit) => {
    const l = source % L;
    const [n, co] = [Math.floor(source / L / C_out), Math.floor(source / L) % C_out];
    const first = Math.floor(co / M) * rows;
    for (let k = 0; k < K && k < rows; k++) {
      if (wiring.keeps !== undefined && !wiring.keeps(k, co)) continue;
      const from = wiring.columns(n, first + k, l);
      const c = Math.floor(k / area);
      const tap = k - c * area;
      const factor = wiring.weight(
        co,
        c,
        Math.floor(tap / kW) % kH,
        tap % kW,
        row === area ? 0 : Math.floor(tap / row),
      );
      if (!(factor >= 0 && factor < weights)) continue;
      if (from === NONE) visit(NONE, factor, paddingValue);
      else visit(from, factor, inputGain === undefined ? 1 : inputGain(from % volume));
    }
  };
}

/** Column entries that are added to a pixel: each of every sample, row and position of the incoming gradient. */
function ofPixels(wiring: Wiring): Gather {
  const { sizes, rows, inputGain } = wiring;
  const { G, M, K, L, kH, kW, C_out } = sizes;
  const weights = C_out * K;
  const volume = sizes.ID * sizes.IH * sizes.IW;
  const area = sizes.kD * kH * kW;
  const height = G * rows;
  const entries = once(() => entriesOf(wiring));
  return (source, visit) => {
    const own = entries().of(source);
    const kept = lastWritten(own, wiring, (entry) => [
      Math.floor(entry / L / height),
      Math.floor(entry / L) % height,
      wiring.window(entry % L),
    ]);
    const gain = inputGain === undefined ? 1 : inputGain(source % volume);
    for (const entry of kept) {
      const [n, row, position] = [Math.floor(entry / L / height), Math.floor(entry / L) % height, entry % L];
      const [g, k] = [Math.floor(row / rows), row % rows];
      const c = Math.floor(k / area);
      const tap = k - c * area;
      for (let co = g * M; co < (g + 1) * M; co++) {
        if (wiring.keeps !== undefined && !wiring.keeps(k, co)) continue;
        const factor = wiring.weight(co, c, Math.floor(tap / kW) % kH, tap % kW, Math.floor(tap / kW / kH));
        if (!(factor >= 0 && factor < weights)) continue;
        const from = wiring.incoming(n, co, position);
        if (from !== NONE) visit(from, factor, gain);
      }
    }
  };
}

/** Column entries by the pixel that they are added to, of right columns, which wirings share; others keep their own. */
const ENTRIES = new WeakMap<ColumnMap, Lists>();

/** True where a look at its entries does not list them anew. */
export function areEntriesListed(wiring: Wiring): boolean {
  return areColumnsRight(wiring) && ENTRIES.has(wiring.columns);
}

function entriesOf(wiring: Wiring): Lists {
  const { columns, sizes, window, rows } = wiring;
  const isShared = areColumnsRight(wiring);
  const known = isShared ? ENTRIES.get(columns) : undefined;
  if (known !== undefined) return known;
  const { N, G, K, L } = sizes;
  const height = G * rows;
  const lists = listsOf(rawCount(wiring), N * height * L, (entry) => {
    const l = window(entry % L);
    const row = Math.floor(entry / L) % height;
    // Rows beyond the weight's meet no weight.
    if (l === NONE || row % rows >= K) return NONE;
    return columns(Math.floor(entry / L / height), row, l);
  });
  if (isShared) ENTRIES.set(columns, lists);
  return lists;
}

/** Weights are where `weight` puts them; each sums over samples and windows. */
function ofWeights(wiring: Wiring): Gather {
  const { sizes, rows, paddingValue, inputGain } = wiring;
  const { N, C_out, M, L, kH, kW } = sizes;
  const volume = sizes.ID * sizes.IH * sizes.IW;
  const area = sizes.kD * kH * kW;
  const places = once(() =>
    listsOf(rawCount(wiring), C_out * rows, (entry) => {
      const [co, k] = [Math.floor(entry / rows), entry % rows];
      if (wiring.keeps !== undefined && !wiring.keeps(k, co)) return NONE;
      const c = Math.floor(k / area);
      const tap = k - c * area;
      return wiring.weight(co, c, Math.floor(tap / kW) % kH, tap % kW, Math.floor(tap / kW / kH));
    }),
  );
  return (source, visit) => {
    for (const entry of places().of(source)) {
      const [co, k] = [Math.floor(entry / rows), entry % rows];
      const row = Math.floor(co / M) * rows + k;
      const all = wiring.written && Array.from({ length: N * L }, (_, at) => at);
      const kept =
        all && new Set(lastWritten(all, wiring, (at) => [Math.floor(at / L), row, wiring.window(at % L)]));
      for (let n = 0; n < N; n++) {
        for (let position = 0; position < L; position++) {
          const l = wiring.window(position);
          if (l === NONE || kept?.has(n * L + position) === false) continue;
          const from = wiring.columns(n, row, l);
          const times = inputGain === undefined ? 1 : inputGain(from % volume);
          visit(from, wiring.incoming(n, co, position), from === NONE ? paddingValue : times);
        }
      }
    }
  };
}

/** Those of `entries` that are written last, where writing replaces: all others are lost. */
function lastWritten(
  entries: readonly number[],
  { written }: Wiring,
  at: (entry: number) => readonly [number, number, number],
): readonly number[] {
  if (written === undefined) return entries;
  const times = entries.map((entry) => written(...at(entry)));
  const last = Math.max(...times);
  return entries.filter((_, i) => times[i] === last);
}

/** Entries by where they belong. */
interface Lists {
  /** In ascending order. */
  of(element: number): readonly number[];
}

/** 0 … entries − 1 by the element, below `elements`, that `elementOf` gives. */
function listsOf(elements: number, entries: number, elementOf: (entry: number) => number): Lists {
  const first = new Int32Array(elements).fill(-1);
  const next = new Int32Array(entries);
  // From the last on, as each is put in front of those there.
  for (let entry = entries - 1; entry >= 0; entry--) {
    const element = elementOf(entry);
    if (!(element >= 0 && element < elements)) continue;
    next[entry] = first[element]!;
    first[element] = entry;
  }
  return {
    of(element) {
      const own: number[] = [];
      for (let entry = first[element] ?? -1; entry !== -1; entry = next[entry]!) own.push(entry);
      return own;
    },
  };
}

/** The value of `make`, made at the first call. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
