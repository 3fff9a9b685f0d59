/**
 * Offsets are kept for problems in a row that share their axes: never those of another problem.
 */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { type Offsets, placedTerms } from '../../src/core/placed-terms.ts';
import { DIRECTIONS, PADDING_MODES, type Problem } from '../../src/core/problem.ts';
import { anyProblems } from '../problems.ts';

/** The indices whose contacts an axis was asked for. */
const asked = vi.hoisted((): number[] => []);

vi.mock(import('../../src/core/contacts.ts'), async (original) => {
  const module = await original();
  return {
    ...module,
    contactsByAxis: (...given) =>
      module.contactsByAxis(...given).map((axis) => ({
        ...axis,
        by(place, value) {
          asked.push(value);
          return axis.by(place, value);
        },
      })),
  };
});

function offsetsOf(problem: Problem): Offsets[] {
  const { positions, at } = placedTerms(problem);
  return Array.from({ length: positions }, (_, position) => at(position));
}

/** The same problem, whose axes nobody has seen. */
function anew(problem: Problem): Problem {
  return { ...problem, axes: structuredClone(problem.axes) };
}

test('whatever shared the axes before, each problem has its own', () => {
  fc.assert(
    fc.property(anyProblems(), fc.infiniteStream(fc.nat()), (problem, randoms) => {
      const alike = DIRECTIONS.flatMap((direction) =>
        PADDING_MODES.filter((mode) => mode === 'zeros' || mode === problem.paddingMode).map(
          (paddingMode) => ({ ...problem, direction, paddingMode }),
        ),
      );
      const expected = alike.map((one) => offsetsOf(anew(one)));
      expect(alike.map(offsetsOf)).toEqual(expected);
      // Two in use at once, in any order of positions.
      const placed = alike.map(placedTerms);
      for (let i = 0; i < 20; i++) {
        const which = (randoms.next().value as number) % alike.length;
        const position =
          (randoms.next().value as number) % (placed[which] as { positions: number }).positions;
        expect(placed[which]?.at(position)).toEqual(expected[which]?.[position]);
      }
    }),
    { numRuns: 50 },
  );
});

test('beyond 8192 offsets or positions only the last position is kept, and nothing for the next problem', () => {
  const isKept = (token: string, direction: Problem['direction'] = 'forward') => {
    const problem = describeProblem(token, { direction });
    const { at } = placedTerms(problem);
    const first = at(0);
    at(1);
    const isKept = at(0) === first;
    expect(placedTerms(problem).at === at).toBe(isKept);
    expect(at(0)).toEqual(first);
    return isKept;
  };
  expect(isKept('mb1ic1iw8192oc1kw1')).toBe(true);
  expect(isKept('mb1ic1iw8193oc1kw1')).toBe(false);
  expect(isKept('mb1ic1iw4097oc1kw2')).toBe(true);
  expect(isKept('mb1ic1iw4098oc1kw2')).toBe(false);
  // One window on ten thousand pixels.
  expect(isKept('mb1ic1iw10000oc1kw1sw10000', 'grad-input')).toBe(false);
});

test('up to 2048 they are kept for each frozen axes, and else for the latest', () => {
  const isKeptAfter = (token: string, then = 'mb1ic1iw5000oc1kw1') => {
    const problem = describeProblem(token);
    const frozen = { ...problem, axes: Object.freeze(problem.axes) };
    const { at } = placedTerms(frozen);
    placedTerms(describeProblem(then));
    return placedTerms(frozen).at === at;
  };
  expect(isKeptAfter('mb1ic1iw2048oc1kw1')).toBe(true);
  expect(isKeptAfter('mb1ic1iw2049oc1kw1')).toBe(false);
  // What is too large to be kept takes the place of the latest all the same.
  expect(isKeptAfter('mb1ic1iw2049oc1kw1', 'mb1ic1iw9000oc1kw1')).toBe(false);
});

test('axes that their owner changes are looked at again, once others were', () => {
  const problem = describeProblem('mb1ic1iw8oc1kw1');
  const axes = [{ ...(problem.axes[0] as Problem['axes'][0]) }];
  const own = { ...problem, axes };
  expect(placedTerms(own).shape).toEqual([1, 1, 8]);
  placedTerms(describeProblem('mb1ic1iw9oc1kw1'));
  Object.assign(axes[0] as object, { stride: 2, outputSize: 4 });
  expect(placedTerms(own).shape).toEqual([1, 1, 4]);
});

test('an axis is asked for the contacts of an index once, and of many taps again where it was not the latest', () => {
  const askedBy = (token: string, positions: readonly number[]) => {
    const { at } = placedTerms(describeProblem(token));
    asked.length = 0;
    for (const position of positions) at(position);
    return asked;
  };
  // 100 × 100 windows: rows 0 and 1, columns 0 and 1.
  expect(askedBy('mb1ic1ih100iw100oc1kh1kw1', [0, 101, 0, 1, 100])).toEqual([0, 0, 1, 1]);
  expect(askedBy('mb1ic1iw9000oc1kw2', [0, 1, 0])).toEqual([0, 1, 0]);
  expect(askedBy('mb1ic1ih2iw8192oc1kh1kw1', [0, 1, 0])).toEqual([0, 0, 1]);
  expect(askedBy('mb1ic1ih2iw9000oc1kh1kw1', [0, 9000, 1, 0])).toEqual([0, 0, 1, 1, 0]);
});
