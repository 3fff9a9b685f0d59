/**
 * What a problem hides, and the companions that show it.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { formatToken } from '../../src/core/token.ts';
import { blindSpots } from '../../src/diagnose/blind-spots.ts';
import { companionsOf } from '../../src/diagnose/companions.ts';
import { examine } from '../../src/diagnose/examine.ts';
import { MISTAKES } from '../../src/diagnose/mistakes/index.ts';
import { verify } from '../../src/verify/verify.ts';
import { problems } from '../problems.ts';
import { anyProblems } from './any-problems.ts';

const idsOf = (token: string) => blindSpots(describeProblem(token)).hidden.map(({ id }) => id);

test('every mistake is hidden, visible, undecided, a matter of data or of other problems, and only one of these', () => {
  fc.assert(
    fc.property(fc.oneof(problems(), anyProblems()), (problem) => {
      const { hidden, visible, dependsOnData, undecided, notApplicable } = blindSpots(problem);
      const all = [...hidden, ...visible, ...dependsOnData, ...undecided, ...notApplicable];
      expect(all.map(({ id }) => id).sort()).toEqual(MISTAKES.map(({ id }) => id).sort());
      expect(undecided).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

describe('what hides a mistake', () => {
  test.each([
    ['stride-hw-swapped', 'mb1ic2ih7iw8oc3kh3kw2sh2sw2', 'mb1ic2ih7iw8oc3kh3kw2sh2sw1'],
    ['unfold-stride-omitted', 'mb1ic1ih5oc1kh3', 'mb1ic1ih5oc1kh3sh2'],
    ['unfold-dilation-omitted', 'mb1ic1ih7oc1kh3', 'mb1ic1ih7oc1kh3dh1'],
    ['output-view-ow-oh', 'mb1ic1ih5oc1kh3', 'mb1ic1ih5iw6oc1kh3kw3'],
    ['batch-first-sample-only', 'mb1ic3ih8oc4kh3ph1', 'mb2ic3ih8oc4kh3ph1'],
    ['bounds-check-against-output', 'mb1ic2ih8oc3kh3ph1', 'mb1ic2ih8iw8oc3kh3kw3sh2sw2ph1pw1'],
    ['columns-kernel-major-vs-channel-major', 'mb1ic1ih6iw5oc4kh3kw2', 'mb1ic3ih6iw5oc4kh3kw2'],
    ['row-jump-uses-kernel-extent', 'mb1ic2ih12oc3kh3', 'mb1ic2ih12oc3kh3dh3'],
    ['same-symmetric-at-stride-2', 'mb1ic1ih7oh4oc1kh3sh2', 'mb1ic1ih6oh3oc1kh3sh2'],
    ['group-output-interleaved', 'g4mb1ic4ih5oc4kh3', 'g2mb1ic4ih5oc4kh3'],
    ['tail-k-dropped', 'mb1ic4ih5oc1kh3', 'mb1ic1ih5oc1kh3'],
  ])('%s: hidden at %s, not at %s', (id, blind, seeing) => {
    expect(idsOf(blind)).toContain(id);
    expect(idsOf(seeing)).not.toContain(id);
  });
});

test('what shows in the first entries is decided, however much the mistakes before it took', () => {
  const large = describeProblem('mb2ic32id16ih56iw56oc64kd3kh3kw3pd1ph1pw1');
  const { visible, undecided } = blindSpots(large);
  expect(undecided.length).toBeGreaterThan(0);
  const early = MISTAKES.filter(({ id }) => ['output-transposed', 'batch-offset-missing'].includes(id));
  expect(early.map((mistake) => blindSpots(large, [mistake]).visible)).toEqual(
    early.map((mistake) => [mistake]),
  );
  expect(visible).toEqual(expect.arrayContaining(early));
});

test('companions show everything that the starting case hides, and none can be left out', {
  tags: ['slow'],
}, () => {
  const problem = describeProblem(undefined);
  const { hidden } = blindSpots(problem);
  const { companions, stillHidden } = companionsOf(problem, hidden);
  expect(stillHidden).toEqual([]);
  expect(
    companions
      .flatMap(({ shows }) => shows)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(hidden.map(({ id }) => id).sort());
  for (const left of companions) {
    const others = companions.filter((companion) => companion !== left);
    const shown = new Set(others.flatMap((other) => blindSpots(other.problem).visible.map(({ id }) => id)));
    expect(
      hidden.some(({ id }) => !shown.has(id)),
      formatToken(left.problem).token,
    ).toBe(true);
  }
});

test('an examination verifies its companions, and names what made a failed output', () => {
  const problem = describeProblem('mb1ic2ih6oc3kh3sh2ph1');
  const right = verify(problem);
  const plain = examine(right);
  expect(plain).toMatchObject({
    diagnosis: undefined,
    companions: undefined,
    shrunk: undefined,
    verdict: 'pass',
  });
  expect(plain.blindTo.length).toBeGreaterThan(20);
  const { companions, verdict } = examine(right, { companions: true });
  expect(verdict).toBe('pass');
  expect(companions?.length).toBeGreaterThan(2);
  expect(companions?.every((companion) => companion.verdict === 'pass')).toBe(true);
  const { output } = right.data;
  const external = { ...output, data: output.data.map((value, i) => (i % 3 === 2 ? 0 : value)) };
  const failed = examine(verify(problem, { external }), { external });
  expect(failed.diagnosis?.wrong).toBe(9);
});
