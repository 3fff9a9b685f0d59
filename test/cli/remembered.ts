/**
 * What takes a while runs once in a test file, however often it is printed.
 */

/** `make`, each of its results kept by what it was asked for, or by the key of that. */
export function remembered<Asked extends readonly unknown[], Answer>(
  make: (...asked: Asked) => Answer,
  keyOf: (...asked: Asked) => unknown = (...asked) => asked,
): (...asked: Asked) => Answer {
  const answers = new Map<string, Answer>();
  return (...asked) => {
    const key = JSON.stringify(keyOf(...asked));
    const answer = answers.get(key) ?? make(...asked);
    answers.set(key, answer);
    return answer;
  };
}

type SelftestModule = typeof import('../../src/diagnose/selftest.ts');

/** The module with its selftest remembered by what the command line can ask of it, and by what a test has planted. */
export function rememberedSelftest(
  real: SelftestModule,
  planted: () => unknown = () => undefined,
): SelftestModule {
  const run = remembered(
    (options: Parameters<SelftestModule['selftest']>[0]) => real.selftest(options),
    ({ full, seed } = {}) => [full, seed, planted()],
  );
  return { ...real, selftest: (options) => run(options) };
}

type RankModule = typeof import('../../src/diagnose/rank.ts');

/** The module with its ranking remembered by the case and the catalogue: for tests that ask how it is printed. */
export function rememberedRank(real: RankModule): RankModule {
  const rank = remembered(real.rank, ({ problem, operands, actual }, catalogue) => [
    problem,
    catalogue.map(({ id }) => id),
    // As bytes: JSON has no word for NaN and infinities.
    Object.entries({ ...operands, actual }).map(([name, tensor]) => [
      name,
      tensor?.dtype,
      tensor?.shape,
      tensor &&
        Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength).toString('hex'),
    ]),
  ]);
  return { ...real, rank };
}

type CompanionsModule = typeof import('../../src/diagnose/companions.ts');

/** The module with its companions remembered by the problem and what it hides. */
export function rememberedCompanions(real: CompanionsModule): CompanionsModule {
  const companionsOf = remembered(real.companionsOf, (problem, hidden) => [
    problem,
    hidden.map(({ id }) => id),
  ]);
  return { ...real, companionsOf };
}

type WiringModule = typeof import('../../src/verify/wiring.ts');

/** The module with its proofs of the real paths remembered by the problem and how much is run. */
export function rememberedProofs(real: WiringModule): WiringModule {
  const proveWiring = remembered(real.proveWiring);
  return { ...real, proveWiring };
}
