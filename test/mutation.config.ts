/**
 * The tests that mutants are run against (`npm run mutation`): those of the mutated file's layer, its mirror first.
 *
 * Left out: what starts processes or reads texts (the program, its package, its snapshots, its documents, the sources'
 * imports), and what is tagged `slow`: each kills little that the others do not, and every survivor would pay for it.
 */
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * By layer of the source, the tests that its mutants must fall to, in this order: a mutant is done with at the first
 * test that fails. Tests of the layers above would kill more of core, by accident.
 */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  core: ['core/', 'properties/', 'fixtures/fills.', 'fixtures/fold.', 'fixtures/layers.'],
  verify: ['verify/', 'self/'],
  diagnose: ['diagnose/'],
};

/**
 * Tests that run a whole diagnosis, search or selftest, by name: mutants of the parts that all of these are
 * made of (how a wiring is changed, built, compared and evaluated) must fall to the narrower ones, which take a tenth.
 */
const WHOLE = [
  'tell-apart',
  'shrink',
  'blind-spots',
  'selftest',
  'correct-side',
  'diagnose',
  'where-wrong',
  'neighbours',
  'examine',
  'wrong-places',
  'page',
];
const PARTS =
  /src\/diagnose\/(same-wiring|taps|reference|reveal|hide|settings|small-problems|hypothesis|similar|conditions|same-sums|kind|applies|companions|blind-spots|everywhere)\.ts$/;

/**
 * What a wiring, a search, a diagnosis or a selftest is put together in: whole runs of one would kill mutants of
 * another by accident, at a second each, so that these must fall to the tests named after them.
 */
const OWN =
  /src\/diagnose\/(build-wiring|wiring|gather|sizes|lay-out|none|change-\w+|arithmetic|evaluate|rank|diagnose|where-wrong|hypothesis|evidence|case|shrink|inject|selftest|summation-orders|correct-side|tell-apart|examine|covering|find-mistakes|awkward-fills|mistake)\.ts$/;

/** Stryker names the file that it mutated as the one whose related tests are wanted. */
class MirrorFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const mutated = this.ctx.config.related ?? [];
    const isMutated = (layer: string): boolean => mutated.some((path) => path.includes(`/src/${layer}/`));
    const layers = Object.keys(TESTS).filter((layer) => mutated.length === 0 || isMutated(layer));
    const wanted = layers.flatMap((layer) => TESTS[layer] ?? []);
    const names = mutated.map((path) => basename(path, '.ts'));
    const isMirror = (moduleId: string): boolean =>
      names.some((name) => ['.', '-'].some((end) => basename(moduleId).startsWith(`${name}${end}`)));
    const isOwn = mutated.length > 0 && mutated.every((path) => OWN.test(path));
    const isPart = mutated.length > 0 && mutated.every((path) => PARTS.test(path));
    const isTooWide = (moduleId: string): boolean =>
      isPart && WHOLE.some((start) => moduleId.includes(`/test/diagnose/${start}.`));
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = wanted.findIndex((start) => moduleId.includes(`/test/${start}`));
      return place >= 0 && isMirror(moduleId) ? -1 : place;
    };
    return files
      .filter(({ moduleId }) => wanted.some((start) => moduleId.includes(`/test/${start}`)))
      .filter(({ moduleId }) => (isOwn ? isMirror(moduleId) : !isTooWide(moduleId)))
      .sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  test: {
    include: Object.values(TESTS)
      .flat()
      .map((start) => `test/${start}*test.ts`),
    exclude: [
      'test/self/selftest.test.ts',
      'test/diagnose/{rank,covering,catalogue,hide,tell-apart}.test.ts',
    ],
    setupFiles: ['test/seed.ts', 'test/brief.ts'],
    testTimeout: 60_000,
    tags: [{ name: 'slow', skip: true }],
    sequence: { sequencer: MirrorFirst },
  },
});
