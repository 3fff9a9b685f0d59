/**
 * What hides a mistake: settings under which no probe shows it, however rich the probe is otherwise.
 */
import type { Problem } from '../core/problem.ts';
import { isQuantised } from '../core/tensor.ts';
import { applicable, changeAt } from './applies.ts';
import { buildWiring } from './build-wiring.ts';
import { kindOf } from './kind.ts';
import type { Mistake } from './mistake.ts';
import { type Reference, referenceOf } from './reference.ts';
import { type DataKind, operandsFor, showsOn } from './reveal.ts';
import { compareWiring } from './same-wiring.ts';
import { type Draft, ONES, problemOf, SETTINGS, type Setting, ZEROS } from './settings.ts';

const RICH = {
  N: 2,
  G: 1,
  bias: true,
  stride: [2, 1],
  dilation: [1, 2],
  begin: [1, 0],
  end: [1, 0],
} as const;
const PLAIN = { ...RICH, stride: ONES, dilation: ONES, begin: ZEROS, end: ZEROS } as const;

/**
 * Problems in which little is trivial or equal: grouped, depthwise with a multiplier, C_in = H_in = W_in, pointwise,
 * a single window, SAME without padding, 3×3 as Winograd takes it, uneven paddings, and SAME at odd and even sizes,
 * kernels and strides.
 */
const PROBES: readonly Draft[] = [
  { ...RICH, C_in: 4, C_out: 6, G: 2, size: [7, 5], kernel: [3, 2] },
  {
    ...RICH,
    C_in: 3,
    C_out: 5,
    size: [6, 8],
    kernel: [2, 3],
    stride: [1, 3],
    dilation: [2, 1],
    begin: [2, 1],
  },
  { ...RICH, C_in: 2, C_out: 4, G: 2, size: [6, 7], kernel: [2, 3], begin: [0, 2], end: [1, 2] },
  { ...RICH, C_in: 4, C_out: 4, size: [4, 4], kernel: [3, 2], stride: [3, 2], begin: [2, 1], end: [2, 1] },
  { ...RICH, C_in: 4, C_out: 4, G: 4, size: [4, 4], kernel: [2, 3], dilation: ONES },
  { ...PLAIN, C_in: 3, C_out: 4, size: [3, 3], kernel: [3, 3] },
  { ...PLAIN, C_in: 2, C_out: 3, size: [4, 6], kernel: [2, 2], stride: [2, 2] },
  { ...RICH, C_in: 5, C_out: 5, N: 3, size: [5, 7], kernel: [1, 1], stride: [2, 3] },
  {
    ...RICH,
    C_in: 2,
    C_out: 2,
    size: [9, 8],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    begin: [1, 2],
  },
  { ...RICH, C_in: 3, C_out: 8, N: 3, size: [9, 6], kernel: [2, 2], stride: [3, 1], dilation: [3, 1] },
  { ...RICH, C_in: 2, C_out: 2, same: true, size: [6, 7], kernel: [3, 2] },
  { ...RICH, C_in: 2, C_out: 3, same: true, size: [7, 8], kernel: [4, 3], stride: [1, 2], dilation: [2, 1] },
  { ...RICH, C_in: 2, C_out: 2, same: true, size: [6, 8], kernel: [1, 2], stride: [3, 3], dilation: [2, 1] },
  { ...RICH, C_in: 2, C_out: 2, same: true, size: [8, 9], kernel: [3, 2], stride: [1, 1], dilation: [1, 3] },
];

/** Settings, in words, under which no probe shows `mistake`; and kinds of data that do not show it. */
export function hiddenBy(mistake: Mistake): string[] {
  const [{ change }] = mistake.variants;
  const kind = kindOf(mistake);
  const probes = PROBES.map((probe): Draft => ({ ...probe, kind }));
  if (change.arithmetic !== undefined) return hidingData(mistake, probes);
  const revealing = probes.filter((probe) => shows(mistake, probe, undefined));
  if (revealing.length === 0) return ['small tensors'];
  const hiding = Object.entries(SETTINGS).filter(([, setting]) => {
    // A setting that says the paddings says nothing of SAME.
    const takes = (probe: Draft) => !(probe.same && setting.edit(probe).same === false);
    const taking = revealing.filter(takes);
    const canBeMade = setting.bars || taking.some((probe) => canMake(mistake, probe, setting));
    const isShown = probes.some((probe) => takes(probe) && shows(mistake, probe, setting));
    return taking.length > 0 && canBeMade && !isShown;
  });
  const isHiding = (words: string) => hiding.some(([other]) => other === words);
  return hiding.filter(([, { includes }]) => !includes?.some(isHiding)).map(([words]) => words);
}

function canMake(mistake: Mistake, probe: Draft, setting: Setting): boolean {
  const reference = referenceTo(probe, setting);
  return reference !== undefined && applicable([mistake], reference.sizes).length > 0;
}

function shows(mistake: Mistake, probe: Draft, setting: Setting | undefined): boolean {
  const reference = referenceTo(probe, setting);
  return reference !== undefined && reveals(reference, mistake);
}

/** True where `mistake` can be made there and changes the output for some data. */
export function reveals(reference: Reference, mistake: Mistake): boolean {
  if (applicable([mistake], reference.sizes).length === 0) return false;
  const change = changeAt(mistake, reference.sizes);
  return change !== undefined && compareWiring(reference, change) === 'different';
}

const DATA: readonly (readonly [string, DataKind])[] = [
  ['small integers', 'integers'],
  ['finite data', 'floats'],
];

function hidingData(mistake: Mistake, probes: readonly Draft[]): string[] {
  const [{ change }] = mistake.variants;
  const showsAs = (kind: DataKind) =>
    probes.some((probe) => {
      const problem = problemOf(probe);
      const wiring = problem && buildWiring(referenceOf(problem).sizes, [change]);
      return (
        wiring !== undefined && showsOn(problem as Problem, wiring, operandsFor(problem as Problem, kind, 1))
      );
    });
  const kinds = DATA.filter(([, kind]) => kind === 'integers' || !isQuantised(kindOf(mistake).dtype));
  const hiding = kinds.filter(([, kind]) => !showsAs(kind)).map(([words]) => words);
  return hiding.includes('finite data') ? ['finite data'] : hiding;
}

/** Made once for all mistakes of a kind, by what the draft says. */
const made = new Map<string, Reference | undefined>();

function referenceTo(probe: Draft, setting: Setting | undefined): Reference | undefined {
  const draft = { ...probe, ...setting?.edit(probe) };
  const key = JSON.stringify(draft);
  if (!made.has(key)) {
    const problem = problemOf(draft);
    made.set(key, problem && referenceOf(problem));
  }
  return made.get(key);
}
