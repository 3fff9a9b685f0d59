/**
 * Which mistake made an output, on examples small enough to be read; rank.test.ts has the random ones.
 */
import { describe, expect, test } from 'vitest';
import { type Fill, fillOperands } from '../../src/core/fill.ts';
import { describeProblem } from '../../src/core/layer.ts';
import type { Problem } from '../../src/core/problem.ts';
import type { Elements, Tensor } from '../../src/core/tensor.ts';
import { type Diagnosis, diagnose, diagnoseSymptom, type Finding } from '../../src/diagnose/diagnose.ts';
import { waysOf } from '../../src/diagnose/hypothesis.ts';
import type { Mistake } from '../../src/diagnose/mistake.ts';
import { mistakeOf } from '../../src/diagnose/mistakes/index.ts';
import { sizesOf } from '../../src/diagnose/sizes.ts';
import { inject } from './injection.ts';

const TOKEN = 'g2mb2ic4ih6iw5oc6kh3kw2sh2sw1ph1'; // (2, 6, 3, 4)
const problem = describeProblem(TOKEN, { bias: true });

function mistakes(...ids: string[]): Mistake[] {
  return ids.map((id) => mistakeOf(id) as Mistake);
}

/** Few mistakes, so that all pairs of them are tried at once. */
const FEW = mistakes(
  'kernel-flipped',
  'kernel-transposed',
  'pad-hw-swapped',
  'stride-hw-swapped',
  'unfold-stride-omitted',
  'bias-dropped',
  'bias-added-twice',
  'output-channels-reversed',
);

const names = (findings: readonly Finding[]) => findings.map((f) => f.mistakes.map(({ id }) => id).join('+'));

function made(
  ids: readonly string[],
  { at = problem, fill = 'integer' as Fill, catalogue = FEW as readonly Mistake[] | undefined } = {},
  damage: (data: Elements) => void = () => {},
): Diagnosis {
  const operands = fillOperands(at, fill, 7);
  const actual = inject(at, operands, mistakes(...ids)) as Tensor;
  damage(actual.data);
  return diagnose(at, operands, actual, catalogue);
}

describe('an output', () => {
  test('that is right needs no explanation', () => {
    const { tellApart, problem: of, ...rest } = made([]);
    expect(rest).toEqual({
      status: 'right',
      findings: [],
      weak: [],
      where: undefined,
      wrong: 0,
      elements: 144,
      tried: 0,
    });
    expect([of, tellApart()]).toEqual([problem, undefined]);
  });

  test.each([
    ['kernel-flipped', 'integer'],
    ['kernel-flipped', 'normal'],
    ['bias-dropped', 'uniform'],
    ['pad-hw-swapped', 'integer'],
    ['output-channels-reversed', 'normal'],
  ] as const)('of %s is named on %s data, as one that gives every element', (id, fill) => {
    const { status, findings, weak, where, tried, wrong, elements } = made([id], { fill });
    expect([status, names(findings), names(weak), where]).toEqual(['named', [id], [], undefined]);
    expect(findings[0]).toMatchObject({ by: 'values', reproduces: 1, explains: 1, compared: elements });
    expect(wrong).toBeGreaterThan(elements / 2);
    expect(tried).toBe(FEW.flatMap((mistake) => waysOf(mistake, sizesOf(problem))).length);
  });

  test('of blocks is named with the size of the blocks', () => {
    const { findings, wrong } = made(['tail-oc-dropped'], { catalogue: mistakes('tail-oc-dropped') });
    expect([names(findings), findings[0]?.notes, wrong]).toEqual([['tail-oc-dropped'], ['blocks of 4'], 48]);
  });

  test('of more windows is named by its own shape, laid out or cut', () => {
    const { findings, elements } = made(['unfold-stride-omitted']);
    expect([names(findings), findings[0]?.notes, elements]).toEqual([['unfold-stride-omitted'], [], 288]);
  });

  test('of one element fits by chance: what fits is weak, and nothing is claimed', () => {
    const at = describeProblem('mb1ic1ih1oc1kh1', { bias: true });
    const { status, findings, weak, where } = made(['bias-dropped'], {
      at,
      fill: 'ones',
      catalogue: mistakes('bias-dropped'),
    });
    expect([status, names(findings), names(weak)]).toEqual(['unknown', [], ['bias-dropped']]);
    expect(where?.sentences).toEqual(['only element [0, 0, 0, 0], which is 1 where 2 is due']);
  });
});

describe('two mistakes', () => {
  test.each([
    [['kernel-transposed', 'kernel-flipped'], 'of one family'],
    [['bias-dropped', 'kernel-flipped'], 'of two families'],
    [['stride-hw-swapped', 'kernel-flipped'], 'of two families'],
  ])('%j, %s, are named together', (ids) => {
    const at = describeProblem('g2mb2ic4ih6iw5oc6kh3kw3sh2sw1ph1', { bias: true });
    const { status, findings, tried } = made(ids, { at });
    expect(status).toBe('named');
    expect(findings.map((f) => f.mistakes.map(({ id }) => id).sort())).toContainEqual([...ids].sort());
    expect(findings[0]).toMatchObject({ by: 'values', reproduces: 1, explains: 1 });
    expect(tried).toBeGreaterThan(FEW.length);
  });

  test('are not looked for where one is enough', () => {
    const single = made(['bias-dropped']).tried;
    expect(made(['bias-dropped', 'kernel-flipped']).tried).toBeGreaterThan(2 * single);
  });
});

describe('an output of which a mistake explains', () => {
  test('most is partly known: how much of it, and of what is wrong', () => {
    const { status, findings, where, wrong } = made(
      ['tail-oc-dropped'],
      {
        catalogue: mistakes('tail-oc-dropped'),
      },
      (data) => {
        data[0] = (data[0] as number) + 1;
        data[143] = (data[143] as number) + 1;
      },
    );
    expect([status, names(findings), wrong]).toEqual(['partly', ['tail-oc-dropped'], 49]);
    // 48 elements are those of the two dropped channels, of which one is damaged; one more is wrong.
    expect(findings[0]?.reproduces).toBeCloseTo(142 / 144, 12);
    expect(findings[0]?.explains).toBeCloseTo(47 / 49, 12);
    expect(findings[0]?.explainsWrong).toBeCloseTo(47 / 49, 12);
    expect(findings[0]?.spoilsRight).toBe(0);
    expect(where?.wrong).toBe(49);
  });

  test('nothing, because it shows nothing here, is unknown: it is no reason that values are off by little', () => {
    const [at, catalogue] = [describeProblem('mb2ic3ih9oc4kh3ph1'), mistakes('zero-skip-loses-nan')];
    const off = (by: number) =>
      made([], { at, fill: 'normal', catalogue }, (data) => {
        for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + by;
      });
    // Some elements' bounds are smaller than this, and that of a way to compute them beside it is not much larger.
    const { status, findings, wrong, elements } = off(1e-5);
    expect([status, names(findings)]).toEqual(['unknown', []]);
    expect(wrong).toBeGreaterThan(0);
    expect(wrong).toBeLessThan(elements);
  });

  test('as one value, that it would give right elements too, is unknown', () => {
    const { status, findings, where } = made(
      [],
      { fill: 'normal', catalogue: mistakes('batch-tail') },
      (data) => {
        for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i] as number, 0);
      },
    );
    expect([status, names(findings)]).toEqual(['unknown', []]);
    expect(where?.sentences).toEqual([
      'every wrong element is 0, where negative values are due: it was taken behind a ReLU',
    ]);
  });

  test('less than half of is unknown', () => {
    const { status, findings, weak, where } = made(['kernel-flipped'], {}, (data) => {
      for (let i = 0; i < data.length; i++) if (i % 5 < 3) data[i] = 10_000 + i * i;
    });
    expect([status, names(findings), names(weak)]).toEqual(['unknown', [], []]);
    expect(where?.elements).toBe(144);
  });

  test('and is of another shape, nothing is said of its values', () => {
    const other = made(['unfold-stride-omitted'], {}, (data) => data.fill(77));
    expect([other.status, names(other.findings), other.where]).toEqual([
      'partly',
      ['unfold-stride-omitted'],
      undefined,
    ]);
    expect(other.findings[0]?.by).toBe('shape');
    expect(other.findings[0]).not.toHaveProperty('reproduces');
  });
});

describe('an output of another shape', () => {
  const operands = fillOperands(problem, 'normal', 7);
  const right = inject(problem, operands, []) as Tensor;
  const told = (shape: readonly number[], data = right.data) => {
    const { wrongShape, status, findings } = diagnose(problem, operands, { ...right, shape, data }, FEW);
    return [wrongShape, status, names(findings)];
  };

  test('whose values are right and in their order need only be reshaped', () => {
    for (const shape of [[2, 6, 12], [144], [2, 6, 4, 3]]) {
      expect(told(shape)).toEqual([{ shape, valuesAreRight: true }, 'unknown', []]);
    }
  });

  test('one of whose values is wrong, or that lacks some, is not', () => {
    const wrong = right.data.map((value, i) => (i === 143 ? value + 1 : value));
    expect(told([2, 6, 12], wrong)[0]).toEqual({ shape: [2, 6, 12], valuesAreRight: false });
    expect(told([2, 6, 11], right.data.slice(0, 132))[0]).toMatchObject({ valuesAreRight: false });
  });

  test('has none of its own where it is right', () => {
    expect(diagnose(problem, operands, right, FEW)).not.toHaveProperty('wrongShape');
  });
});

describe('findings say where else they would show', () => {
  const at = (token: string, bias: boolean): Problem => describeProblem(token, { bias });

  test('only where they can be made and change something', () => {
    const finding = made(['bias-dropped']).findings[0] as Finding;
    const shape = diagnoseSymptom(problem, { shape: [2, 6, 6, 4] }, FEW).findings[0] as Finding;
    expect([finding, shape].map(({ mistakes: [mistake] }) => mistake?.id)).toEqual([
      'bias-dropped',
      'unfold-stride-omitted',
    ]);
    expect(finding.showsAt(at('mb1ic1ih3oc1kh3', true))).toBe(true);
    expect(finding.showsAt(at('mb1ic1ih3oc1kh3', false))).toBe(false);
    expect(shape.showsAt(at('mb1ic1ih5oc1kh3sh2', false))).toBe(true);
    expect(shape.showsAt(at('mb1ic1ih5oc1kh3', false))).toBe(false);
  });
});

describe('of an output that never came', () => {
  const symptom = (of: Parameters<typeof diagnoseSymptom>[1], catalogue = FEW) => {
    const { status, findings, tried, symptom: told } = diagnoseSymptom(problem, of, catalogue);
    expect(told).toBe(of);
    expect(findings.every(({ by }) => by === 'shape')).toBe(true);
    return [status, names(findings), tried];
  };

  test('the shape may be right, of a known mistake, or of none', () => {
    expect(symptom({ shape: [2, 6, 3, 4] })).toEqual(['right', [], 8]);
    expect(symptom({ shape: [2, 6, 6, 4] })).toEqual(['partly', ['unfold-stride-omitted'], 8]);
    expect(symptom({ shape: [2, 6, 8, 3] })).toEqual(['unknown', [], 8]);
  });

  test('the number of columns names mistakes of what unfold is called with, alone and in pairs', () => {
    expect(symptom({ L: 12 })).toEqual(['right', [], 8]);
    // 6·4 windows; with the padding along the width, 4·6; and whatever the stride would have been.
    const alone = 'unfold-stride-omitted';
    const inPairs = [`pad-hw-swapped+${alone}`, `stride-hw-swapped+${alone}`];
    expect(symptom({ L: 24 })).toEqual(['partly', [alone, ...inPairs], 8]);
    expect(symptom({ L: 13 })).toEqual(['unknown', [], 8]);
  });
});
