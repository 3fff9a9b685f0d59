/**
 * The line that a long run shows: on a terminal only, rewritten in place, gone at the end.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import type { Host } from '../../src/cli/streams.ts';
import { describeProblem } from '../../src/core/layer.ts';
import { verify } from '../../src/verify/verify.ts';
import { run } from '../host.ts';

/** A host whose stderr is collected, and a clock to be set. */
function terminal(stderr: Partial<Host['stderr']> = {}, env: Host['env'] = {}) {
  const seen = { text: '', time: 0 };
  const write = (text: string) => {
    seen.text += text;
  };
  const host: Host = { stdout: { write }, stderr: { write, isTTY: true, columns: 80, ...stderr }, env };
  return { seen, host, now: () => seen.time };
}

const CLEAR = '\r\u001b[K';

describe('the line', () => {
  test('comes after 2 s, is rewritten ten times a second, and leaves nothing', () => {
    const { seen, host, now } = terminal();
    const line = progressLine(host, {}, now);
    for (seen.time = 0; seen.time < 2000; seen.time += 50) line?.show('GEMM', 1, 3);
    expect(seen.text).toBe('');
    for (; seen.time < 2300; seen.time += 50) line?.show('GEMM', 2, 3);
    expect(seen.text).toBe(`${CLEAR}GEMM 66 %`.repeat(3));
    line?.clear();
    line?.clear();
    expect(seen.text).toBe(`${CLEAR}GEMM 66 %`.repeat(3) + CLEAR);
  });

  test('is not cleared where it was not shown', () => {
    const { seen, host, now } = terminal();
    const line = progressLine(host, {}, now);
    line?.show('GEMM', 1, 3);
    line?.clear();
    expect(seen.text).toBe('');
  });

  test('fits in the terminal, in the characters that it has', () => {
    const { seen, host, now } = terminal({ columns: 40 }, { LC_ALL: 'C' });
    const line = progressLine(host, {}, now);
    seen.time = 5000;
    line?.show('layer 1 of 2: trial 1 of 3: unfold → GEMM → fold', 1, 2);
    expect(seen.text).toBe(`${CLEAR}layer 1 of 2: trial 1 of 3: unfold > GE`);
  });

  test.each<[string, Partial<Host['stderr']>, Host['env'], object]>([
    ['stderr is no terminal', { isTTY: false }, {}, {}],
    ['the terminal cannot go back', {}, { TERM: 'dumb' }, {}],
    ['--quiet is given', {}, {}, { quiet: true }],
    ['--json is given', {}, {}, { json: true }],
  ])('is none where %s', (_, stderr, env, options) => {
    expect(progressLine(terminal(stderr, env).host, options)).toBeUndefined();
  });
});

describe('a verification', () => {
  const token = 'mb4ic16ih16oc32kh3ph1'; // 2^22 terms and more

  test('tells how far each path has come, in each trial and on its own data', () => {
    const heard = new Map<string, number[]>();
    const onProgress = (stage: string, done: number, total: number) => {
      const shares = heard.get(stage) ?? heard.set(stage, []).get(stage);
      shares?.push(done / total);
    };
    const told = verify(describeProblem(token), { trials: 2, onProgress });
    const paths = ['direct convolution', 'unfold → GEMM → fold'];
    expect([...heard.keys()].sort()).toEqual(
      [...paths, ...paths.map((p) => `trial 1 of 2: ${p}`), ...paths.map((p) => `trial 2 of 2: ${p}`)].sort(),
    );
    for (const shares of heard.values()) {
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.length).toBeGreaterThan(2);
      expect(shares.length).toBeLessThan(10);
      expect(shares[0]).toBeGreaterThan(0);
      expect(shares.at(-1)).toBeLessThanOrEqual(1);
      expect(shares.at(-1)).toBeGreaterThan(0.5);
    }
    expect(told.checks).toEqual(verify(describeProblem(token), { trials: 2 }).checks);
  });

  describe('on the command line', () => {
    afterEach(() => vi.restoreAllMocks());

    test.each([[[token]], [[token, 'mb4ic16ih16oc32kh3']]])(
      'leaves nothing of it behind: %j',
      async (layers) => {
        let time = 0;
        vi.spyOn(performance, 'now').mockImplementation(() => (time += 1000));
        const words = ['verify', ...layers, '--trials=1'];
        const { stdout, stderr } = await run(words, { isTTY: true, columns: 80, env: { NO_COLOR: '1' } });
        expect(stderr).toContain('trial 1 of 1: direct convolution ');
        expect(stderr.includes('layer 2 of 2: ')).toBe(layers.length > 1);
        expect(stderr).not.toContain('\n');
        expect(stderr.endsWith(CLEAR)).toBe(true);
        expect(await run(words)).toEqual({ stdout, stderr: '', exitCode: 0 });
      },
    );
  });
});
