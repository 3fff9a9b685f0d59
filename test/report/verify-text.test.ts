/**
 * The verdict of a verification whose companions do not pass: the worst of all, and the sentence says whose it is.
 */
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { type Examination, examine } from '../../src/diagnose/examine.ts';
import { companionsClause } from '../../src/report/blind-text.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { quietVerifyText, verifyText } from '../../src/report/verify-text.ts';
import { type Verdict, worstVerdict } from '../../src/verify/verdict.ts';
import { type Verification, verify } from '../../src/verify/verify.ts';

const style = { width: 120, palette: PLAIN, verbose: false };
const context = {
  externalName: undefined,
  source: 'uniform, seed 0',
  reproCommand: 'convproof verify',
  explainCommand: 'convproof explain',
  pytorch: '',
  hashes: {},
};

const problem = describeProblem('mb1ic1ih3oc1kh2');
const right = verify(problem);
const { output } = right.data;
const zeros = { ...output, data: output.data.map(() => 0) };
const wrong = verify(problem, { external: zeros });
const examined = examine(right, { companions: true });

/** The examination, had its companions these verdicts, and passed beyond them. */
function withVerdicts(...verdicts: Verdict[]): Examination {
  const companions = examined.companions?.map((companion, i) => ({
    ...companion,
    verdict: verdicts[i] ?? ('pass' as const),
  }));
  return { ...examined, companions, verdict: worstVerdict(verdicts) };
}

function verdictLine(verification: Verification, examination: Examination, externalName?: string): string {
  const text = verifyText(verification, examination, { ...context, externalName }, style);
  return text.split('\n').find((line) => /^(PASS|FAIL|INCONCLUSIVE) /.test(line)) ?? '';
}

const EQUALS = 'unfold → GEMM → fold equals the convolution';

describe('the verdict of a problem that passes', () => {
  test.each<[string, Verdict[], string]>([
    ['passes with its companions', [], `PASS  ${EQUALS}`],
    ['fails with one of them', ['pass', 'fail'], `FAIL  ${EQUALS}, but 1 of 6 companions fails`],
    [
      'is inconclusive with some of them',
      ['inconclusive', 'inconclusive'],
      `INCONCLUSIVE  ${EQUALS}, but 2 of 6 companions are inconclusive`,
    ],
    [
      'tells of a failure before a doubt',
      ['inconclusive', 'fail', 'fail'],
      `FAIL  ${EQUALS}, but 2 of 6 companions fail`,
    ],
  ])('%s', (_, verdicts, line) => {
    expect(verdictLine(right, withVerdicts(...verdicts))).toBe(line);
  });

  test('is the same without companions', () => {
    expect(verdictLine(right, examine(right))).toBe(`PASS  ${EQUALS}`);
  });
});

test('a problem that fails says so first, and of its companions after', () => {
  expect(verdictLine(wrong, withVerdicts('fail'), 'y.npy')).toBe(
    "FAIL  y.npy is not this convolution's output (unfold → GEMM → fold does equal it); 1 of 6 companions fails",
  );
  expect(verdictLine(wrong, withVerdicts('inconclusive'), 'y.npy')).toMatch(
    /^FAIL .*; 1 of 6 companions is inconclusive$/,
  );
});

test('one line says whose verdict it is, where it is not of the problem itself', () => {
  const quiet = (examination?: Examination, verification = right) =>
    quietVerifyText(verification, examination, 'mb1ic1ih3oc1kh2', style);
  expect(quiet()).toBe('PASS  mb1ic1ih3oc1kh2\n');
  expect(quiet(withVerdicts())).toBe('PASS  mb1ic1ih3oc1kh2\n');
  expect(quiet(withVerdicts('fail'))).toBe('FAIL  mb1ic1ih3oc1kh2 (1 of 6 companions)\n');
  expect(quiet(withVerdicts('fail'), wrong)).toBe('FAIL  mb1ic1ih3oc1kh2\n');
});

test('one companion alone is counted as one', () => {
  const [only] = withVerdicts('fail').companions ?? [];
  const alone = { ...examined, companions: only && [only], verdict: 'fail' as const };
  expect(companionsClause(alone)).toBe('1 of 1 companion fails');
});
