/**
 * Problems beside a problem: the smallest that still fails and its passing neighbours, companions, and one that tells
 * two ways apart.
 */
import { describe, expect, test } from 'vitest';
import type { Axis } from '../../src/core/geometry.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import { formatToken } from '../../src/core/token.ts';
import { blindSpots } from '../../src/diagnose/blind-spots.ts';
import { buildWiring, rightWiring } from '../../src/diagnose/build-wiring.ts';
import { companionsOf } from '../../src/diagnose/companions.ts';
import { waysOf } from '../../src/diagnose/hypothesis.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { shrink } from '../../src/diagnose/shrink.ts';
import { differ, tellApart } from '../../src/diagnose/tell-apart.ts';
import { type Change, NONE, sizesOf, type Wiring } from '../../src/diagnose/wiring.ts';

const tokenOf = (problem: Problem) => formatToken(problem).token;
const mistake = (id: string) => mistakeOf(id) as Mistake;

describe('of a problem of every feature', () => {
  const large = describeProblem('g2mb4ic8ih9iw11oc8kh3kw4sh2sw3ph2pw3dh1dw2', { bias: true });
  const axis =
    (a: number, key: keyof Axis, least: number) =>
    ({ axes }: Problem) =>
      (axes[a]?.[key] ?? 0) >= least;

  test.each<[string, (problem: Problem) => boolean, string, string[]]>([
    ['N', ({ batch }) => batch >= 3, 'mb3ic1ih1oc1kh1', ['batch 1', 'batch 2']],
    ['groups', ({ groups }) => groups >= 2, 'g2mb1ic2ih1oc2kh1', ['groups 1']],
    [
      'C_in',
      ({ inChannels, groups }) => inChannels >= 3 * groups,
      'mb1ic3ih1oc1kh1',
      ['in_channels 1', 'in_channels 2'],
    ],
    ['C_out', ({ outChannels, groups }) => outChannels >= 2 * groups, 'mb1ic1ih1oc2kh1', ['out_channels 1']],
    ['a bias', ({ bias }) => bias, 'mb1ic1ih1oc1kh1', ['no bias']],
    ['stride_h', axis(0, 'stride', 2), 'mb1ic1ih1iw1oc1kh1kw1sh2sw1', ['stride_h 1']],
    ['stride_w', axis(1, 'stride', 3), 'mb1ic1ih1iw1oc1kh1kw1sh1sw3', ['stride_w 1', 'stride_w 2']],
    ['dilation_h', axis(0, 'dilation', 2), 'mb1ic1ih1iw1oc1kh1kw1dh1dw0', ['dilation_h 1']],
    ['dilation_w', axis(1, 'dilation', 2), 'mb1ic1ih1iw1oc1kh1kw1dh0dw1', ['dilation_w 1']],
    ['padding_h', axis(0, 'paddingBegin', 1), 'mb1ic1ih1iw1oc1kh1kw1ph1pw0', ['padding_h 0']],
    ['padding_w', axis(1, 'paddingBegin', 2), 'mb1ic1ih1iw1oc1kh1kw1ph0pw2', ['padding_w 0', 'padding_w 1']],
    ['H_in', axis(0, 'inputSize', 6), 'mb1ic1ih6iw1oc1kh1kw1', ['H_in 1', 'H_in 3', 'H_in 5']],
    ['W_in', axis(1, 'inputSize', 3), 'mb1ic1ih1iw3oc1kh1kw1', ['W_in 1', 'W_in 2']],
    ['kH', axis(0, 'kernelSize', 2), 'mb1ic1ih2iw1oc1kh2kw1', ['kH 1']],
    ['kW', axis(1, 'kernelSize', 3), 'mb1ic1ih1iw3oc1kh1kw3', ['kW 1', 'kW 2']],
  ])('that fails by its %s, all else is shrunk away', (_, fails, smallest, passing) => {
    const shrunk = shrink(large, fails);
    expect(shrunk && tokenOf(shrunk.smallest)).toBe(smallest);
    expect(shrunk?.passing.map(({ change }) => change)).toEqual(passing);
    expect(shrunk?.passing.every(({ problem }) => !fails(problem))).toBe(true);
    expect(shrunk?.tried).toBe(240 + passing.length);
  });

  test('three neighbours that pass are enough', () => {
    const both = ({ batch, outChannels }: Problem) => batch >= 3 && outChannels >= 3;
    expect(shrink(large, both)?.passing.map(({ change }) => change)).toEqual([
      'batch 1',
      'batch 2',
      'out_channels 1',
    ]);
  });

  test('groups shrink to their divisors, with as many channels each', () => {
    const six = describeProblem('g6mb1ic12ih1oc18kh1');
    const steps: string[] = [];
    shrink(six, (problem) => {
      steps.push(tokenOf(problem));
      return problem.groups === 6 && problem.inChannels === 12 && problem.outChannels === 18;
    });
    expect(steps).toContain('g3mb1ic6ih1oc9kh1');
    expect(steps).toContain('mb1ic2ih1oc3kh1');
    expect(steps.some((token) => token.startsWith('g5'))).toBe(false);
  });
});

describe('companions', () => {
  const problem = describeProblem('mb1ic2ih5oc2kh3');
  const hidden = ['batch-first-sample-only', 'stride-hw-swapped', 'bias-dropped', 'pad-hw-swapped'].map(
    mistake,
  );
  const harmless: Mistake = { ...mistake('kernel-flipped'), id: 'harmless', variants: [{ change: {} }] };

  test('show all that is hidden, each what those before it do not, and none of them can be left out', () => {
    const { companions, stillHidden } = companionsOf(problem, hidden);
    expect(stillHidden).toEqual([]);
    expect(companions.flatMap(({ shows }) => shows.map(({ id }) => id)).sort()).toEqual(
      hidden.map(({ id }) => id).sort(),
    );
    for (const { problem: companion, shows } of companions) {
      const visible = blindSpots(companion, hidden).visible;
      expect(shows.every((shown) => visible.includes(shown))).toBe(true);
      expect(companion.bias).toBe(true);
    }
    for (const left of companions) {
      const others = companions.filter((companion) => companion !== left);
      const shown = others.flatMap((other) => blindSpots(other.problem, hidden).visible);
      expect(hidden.every((one) => shown.includes(one))).toBe(false);
    }
  });

  test('are none for what nothing shows, and for nothing', () => {
    expect(companionsOf(problem, [harmless])).toEqual({ companions: [], stillHidden: [harmless] });
    expect(companionsOf(problem, [])).toEqual({ companions: [], stillHidden: [] });
    const mixed = companionsOf(problem, [...hidden, harmless]);
    expect([mixed.companions.length > 0, mixed.stillHidden]).toEqual([true, [harmless]]);
  });
});

describe('two wirings', () => {
  const wiring = (change: Change, token = 'mb1ic1ih20oc1kh1') =>
    buildWiring(sizesOf(describeProblem(token)), [change]) as Wiring;
  const right = rightWiring(describeProblem('mb1ic1ih20oc1kh1'));
  /** Nothing is written at this element of 20×20. */
  const without = (element: number) =>
    wiring({
      output: (output) => (n, co, oh, ow) => (oh * 20 + ow === element ? NONE : output(n, co, oh, ow)),
    });

  test('differ by giving nothing, by their shape, or by an element', () => {
    expect([differ(undefined, undefined), differ(right, undefined), differ(undefined, right)]).toEqual([
      false,
      true,
      true,
    ]);
    expect(differ(right, wiring({ shape: () => [1, 1, 400, 1] }))).toBe(true);
    expect(differ(right, wiring({}))).toBe(false);
    expect([0, 2, 398].map((element) => differ(right, without(element)))).toEqual([true, true, true]);
  });

  test('are compared at every second of 400 elements: 200 are enough', () => {
    expect([1, 399].map((element) => differ(right, without(element)))).toEqual([false, false]);
  });

  test('are compared over samples and channels', () => {
    const token = 'mb2ic1ih2iw3oc2kh1kw1';
    const all = wiring({}, token);
    for (const at of [
      [1, 0, 0, 0],
      [0, 1, 1, 0],
      [1, 1, 1, 2],
    ] as const) {
      const lacking = wiring(
        {
          output:
            (output) =>
            (...place) =>
              place.every((index, d) => index === at[d]) ? NONE : output(...place),
        },
        token,
      );
      expect(differ(all, lacking), at.join()).toBe(true);
    }
  });
});

describe('two ways that give the same output', () => {
  const problem = describeProblem('mb1ic1ih5oc1kh3');
  const ways = (...ids: string[]) => ids.flatMap((id) => waysOf(mistake(id), sizesOf(problem)).slice(0, 1));

  test('are told apart by the most similar problem on which they differ', () => {
    // Both swap what is alike here.
    const found = tellApart(problem, ways('stride-hw-swapped', 'pad-hw-swapped'));
    expect(found && tokenOf(found)).toBe('mb1ic1ih7iw6oc1kh3kw3sh2sw1');
  });

  test('and are the same everywhere are not', () => {
    expect(tellApart(problem, ways('kernel-flipped', 'kernel-flipped'))).toBeUndefined();
  });

  test('of three of which two are one, the first two are told apart', () => {
    const three = ways('stride-hw-swapped', 'pad-hw-swapped', 'pad-hw-swapped');
    const found = tellApart(problem, three);
    expect(found && tokenOf(found)).toBe('mb1ic1ih7iw6oc1kh3kw3sh2sw1');
  });
});
