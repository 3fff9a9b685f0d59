import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/core/layer.ts';
import { examine } from '../../src/diagnose/examine.ts';
import { PLAIN } from '../../src/report/layout.ts';
import { proveText, quietProveText } from '../../src/report/prove-text.ts';
import { proveDocument } from '../../src/report/prove-to-document.ts';
import { verifyDocument } from '../../src/report/to-document.ts';
import { verifyText } from '../../src/report/verify-text.ts';
import { verify } from '../../src/verify/verify.ts';
import { proveWiring } from '../../src/verify/wiring.ts';
import { PATHS } from '../../src/verify/wiring-paths.ts';
import { expectValid } from '../cli/schema.ts';

const problem = describeProblem('mb1ic1ih4oc1kh2', { bias: true });
const { unfold, addBias } = PATHS.pipeline;

/** Two stages wrong: unfold moves one pixel, and the bias is added twice. */
const failed = proveWiring(problem, {
  paths: {
    ...PATHS,
    pipeline: {
      ...PATHS.pipeline,
      unfold: (input, spec) => {
        const columns = unfold(input, spec);
        columns.data[13] = input.data[0] as number;
        return columns;
      },
      addBias: (product, bias) => addBias(addBias(product, bias), bias),
    },
  },
});
const SENTENCE =
  'output[0, 0, 1, 1]: tap (c=0, kh=0, kw=1) reads input[0, 0, 1, 2] in the direct convolution, but columns row 1, window 4 holds input[0, 0, 0, 0] (h: 1·1 + 0·1 − 0 = 1; w: 1·1 + 1·1 − 0 = 2)';

describe('a proof that failed', () => {
  const style = { width: 80, palette: PLAIN, verbose: false };

  it('says first which tap differs, as an equation, and which obligations fail', () => {
    const lines = proveText(problem, failed, style).split('\n');
    const verdict = lines.slice(4, lines.indexOf('', 4));
    expect(verdict.map((line) => line.trim()).join(' ')).toBe(`FAIL  ${SENTENCE}`);
    expect(Math.max(...verdict.map((line) => line.length))).toBeLessThanOrEqual(80);
    const states = lines.flatMap((line) => /^ {2}(P\d) {2}(\w+)/.exec(line)?.slice(1).join(' ') ?? []);
    expect(states).toEqual([
      'P0 shown',
      'P1 FAILS',
      'P2 shown',
      'P3 shown',
      'P4 shown',
      'P5 FAILS',
      'P6 assumed',
    ]);
    expect(lines.join('\n')).not.toContain('index map equal');
    expect(quietProveText(problem, failed, style)).toBe('FAIL  mb1ic1ih4oc1kh2 --bias\n');
  });

  it('is a document that claims nothing and holds the same sentence', () => {
    const document = proveDocument(problem, failed, { version: '0.0.0', command: 'convproof prove' });
    expectValid(JSON.parse(JSON.stringify(document)));
    expect(document).not.toHaveProperty('claim');
    expect(document.counterexample).toEqual({
      obligation: 'P1',
      output: [0, 0, 1, 1],
      tap: [0, 0, 1],
      sentence: SENTENCE,
    });
  });

  it('says in verify what it says in prove, before all else that was checked', () => {
    const right = verify(problem);
    const [wiring, ...others] = right.checks;
    if (wiring?.witness !== 'wiring') throw new Error('the wiring comes first');
    const check = { ...wiring, verdict: 'fail', reason: 'wiring-differs', wiring: failed } as const;
    const verification = { ...right, verdict: 'fail', checks: [check, ...others] } as const;
    const examination = examine(right);
    const text = verifyText(
      verification,
      examination,
      { externalName: undefined, source: '', reproCommand: '', explainCommand: '', pytorch: '', hashes: {} },
      style,
    );
    expect(text).toContain('FAIL  unfold → GEMM → fold differs from the convolution\n');
    expect(text.replace(/\s+/g, ' ')).toContain(`wiring ${SENTENCE} exact`);
    const document = verifyDocument(verification, examination, {
      version: '0.0.0',
      command: '',
      pytorch: '',
      data: { seed: 0, sha256: {} },
    });
    expectValid(JSON.parse(JSON.stringify(document)));
    expect(document.checks[0]).toMatchObject({
      witness: 'wiring',
      reason: 'wiring-differs',
      taps: 36,
      mode: 'full',
      counterexample: { sentence: SENTENCE },
    });
  });
});
