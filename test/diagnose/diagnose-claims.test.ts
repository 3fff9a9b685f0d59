/**
 * What a diagnosis makes of what fits, with mistakes made by hand: which it names, in which order, and where they show.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { type Diagnosis, diagnose, diagnoseSymptom, type Finding } from '../../src/diagnose/diagnose.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import type { Change } from '../../src/diagnose/wiring.ts';
import { lineOf, lineOperands, madeUp, reading, tensorOf } from './hand-made.ts';

const LENGTH = 32;
const values = Array.from({ length: LENGTH }, (_, i) => 1000 + i);
const backwards = (i: number) => LENGTH - 1 - i;
const turn = (i: number) => (i + 1) % LENGTH;
const names = (findings: readonly Finding[]) => findings.map((f) => f.mistakes.map(({ id }) => id).join('+'));

/** The diagnosis of element `from(i)` at element i, but for what `damage` says. */
function given(
  from: (i: number) => number,
  catalogue: readonly Mistake[],
  damage: Readonly<Record<number, number>> = {},
): Diagnosis {
  const output = values.map((_, i) => damage[i] ?? (values[from(i)] as number));
  return diagnose(lineOf(LENGTH), lineOperands(values), tensorOf([1, 1, LENGTH], output), catalogue);
}

describe('what reproduces all of it', () => {
  test('is named by its likeliest way first, and each mistake once', () => {
    const late = madeUp('late', [reading(turn), reading(backwards)]);
    const early = madeUp('early', [reading(backwards), reading(backwards)]);
    const { status, findings } = given(backwards, [late, early]);
    expect([status, names(findings)]).toEqual(['named', ['early', 'late']]);
  });

  test('in two orders is one pair', () => {
    const [a, b] = [madeUp('a', [reading((i) => i ^ 1)]), madeUp('b', [reading((i) => i ^ 2)])];
    expect(names(given((i) => i ^ 3, [a, b]).findings)).toEqual(['a+b']);
  });

  test('is told apart elsewhere where there is more than one', () => {
    const fixed = madeUp('fixed', [reading(backwards)]);
    const sized: Change = {
      input:
        (input, { sizes: { IW } }) =>
        (i) =>
          input(IW - 1 - i),
    };
    const two = given(backwards, [fixed, madeUp('sized', [sized])]);
    expect(names(two.findings)).toEqual(['fixed', 'sized']);
    const other = two.tellApart();
    expect(other?.axes[0]?.inputSize).not.toBe(LENGTH);
    expect(other).toBeDefined();
    expect(given(backwards, [fixed]).tellApart()).toBeUndefined();
  });
});

test('what reproduces a part is told by how much it explains, before which way it is', () => {
  const first = (n: number) => reading((i) => (i < n ? backwards(i) : i));
  const better = madeUp('better', [reading(() => 0), first(30)]);
  const worse = madeUp('worse', [first(20)]);
  const { status, findings } = given(backwards, [worse, better], { 31: 7 });
  expect([status, names(findings)]).toEqual(['partly', ['better', 'worse']]);
});

describe('a shape', () => {
  const problem = describeProblem('mb1ic1ih4iw6oc1kh1kw1');
  const axes = (a: 0 | 1, windows: number): Change['axes'] => {
    return (all) => all.map((axis, d) => (d === a ? { ...axis, windows } : axis)) as unknown as typeof all;
  };
  const rows = madeUp('rows', [{ axes: axes(0, 8) }], 'padding');
  const columns = madeUp('columns', [{ axes: axes(1, 12) }], 'padding');
  const strided = madeUp('strided', [{ axes: axes(1, 12) }], 'stride');
  const sized = madeUp('sized', [{ shape: () => [1, 1, 1, 8, 12] }], 'output');
  const elsewhere: Mistake = { ...rows, scope: { modes: ['reflect'] } };
  const found = (symptom: Parameters<typeof diagnoseSymptom>[1], ...catalogue: Mistake[]) => {
    const { status, findings, weak, tried, wrong, elements, where } = diagnoseSymptom(
      problem,
      symptom,
      catalogue,
    );
    expect([weak, wrong, elements, where]).toEqual([[], 0, 0, undefined]);
    return [status, names(findings), tried];
  };
  const both = { shape: [1, 1, 8, 12] };

  test('is of one mistake, or else of two of one family', () => {
    expect(found({ shape: [1, 1, 8, 6] }, rows, columns)).toEqual(['partly', ['rows'], 2]);
    expect(found(both, rows, columns)).toEqual(['partly', ['rows+columns'], 2]);
    expect(found(both, rows, strided)).toEqual(['unknown', [], 2]);
    expect(found(both, rows, columns, sized)).toEqual(['partly', ['sized'], 3]);
  });

  test('is no sign of what cannot be made here, which is not tried', () => {
    expect(found({ shape: [1, 1, 8, 6] }, elsewhere, columns)).toEqual(['unknown', [], 1]);
    expect(found({ shape: [1, 1, 4, 6] }, elsewhere, columns)).toEqual(['right', [], 1]);
  });

  test('given by its number of columns is of one mistake and of two of any family that unfold sees', () => {
    expect(found({ L: 96 }, rows, strided)).toEqual(['partly', ['rows+strided'], 2]);
    // Sixteen rows after eight are sixteen.
    const all = madeUp('all', [{ axes: axes(0, 16) }], 'dilation');
    expect(found({ L: 96 }, rows, strided, all)).toEqual(['partly', ['all', 'rows+strided', 'rows+all'], 3]);
    expect(found({ L: 48 }, { ...rows, family: 'kernel' }, strided)).toEqual(['partly', ['strided'], 2]);
    expect(found({ L: 24 }, rows)).toEqual(['right', [], 1]);
  });

  test('of an output is looked for where no values fit', () => {
    const input = tensorOf([1, 1, 4, 6], values.slice(0, 24));
    const weight = tensorOf([1, 1, 1, 1], [1]);
    const output = tensorOf([1, 1, 8, 6], new Array(48).fill(5));
    const { status, findings, where } = diagnose(problem, { input, weight }, output, [rows]);
    expect([status, names(findings), findings[0]?.by, where]).toEqual([
      'partly',
      ['rows'],
      'shape',
      undefined,
    ]);
  });

  test('given by values is named by them alone', () => {
    const input = tensorOf([1, 1, 4, 6], values.slice(0, 24));
    const weight = tensorOf([1, 1, 1, 1], [1]);
    // Below the input stands the padding.
    const output = tensorOf([1, 1, 8, 6], [...values.slice(0, 24), ...new Array(24).fill(0)]);
    const { findings } = diagnose(problem, { input, weight }, output, [rows, { ...rows, id: 'again' }]);
    expect(findings.map(({ by }) => by)).toEqual(['values', 'values']);
  });
});

describe('a finding shows', () => {
  const alone: Mistake = { ...madeUp('alone', [reading(backwards)]), applies: ({ N }) => N === 1 };
  const turned = madeUp('turned', [reading(turn)]);
  const batch = describeProblem(`mb2ic1iw${LENGTH}oc1kw1`);

  test('not where it cannot be made', () => {
    const [finding] = given(backwards, [alone]).findings;
    expect([finding?.showsAt(lineOf(LENGTH)), finding?.showsAt(batch)]).toEqual([true, false]);
  });

  test('of two, not where one of them cannot be made', () => {
    const { findings } = given((i) => backwards(turn(i)), [turned, alone]);
    expect(names(findings)[0]?.split('+').sort()).toEqual(['alone', 'turned']);
    expect([findings[0]?.showsAt(lineOf(LENGTH)), findings[0]?.showsAt(batch)]).toEqual([true, false]);
    const free = given((i) => backwards(turn(i)), [turned, { ...alone, applies: () => true }]).findings[0];
    expect(free?.showsAt(batch)).toBe(true);
  });

  test('where it gives no output, and not where it changes nothing', () => {
    const raises: Change = {
      ...reading(turn),
      raises: ({ sizes: { N } }) => (N > 1 ? 'no batch' : undefined),
    };
    const [finding] = given(turn, [madeUp('raising', [raises])]).findings;
    expect([finding?.showsAt(batch), finding?.showsAt(lineOf(1))]).toEqual([true, true]);
    const [kept] = given(turn, [madeUp('kept', [reading((i) => (i < LENGTH ? turn(i) : i))])]).findings;
    expect(kept?.showsAt(lineOf(LENGTH))).toBe(true);
    const still: Change = {
      input:
        (input, { sizes: { IW } }) =>
        (i) =>
          input((i + 1) % IW),
    };
    expect(given(turn, [madeUp('still', [still])]).findings[0]?.showsAt(lineOf(1))).toBe(false);
  });
});
