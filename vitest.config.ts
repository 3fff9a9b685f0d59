import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 60_000,
    // Of two cores too, not all but one: the tests are alone on the machine.
    maxWorkers: '100%',
    tags: [
      {
        name: 'slow',
        description: 'takes seconds: left out where tests run thousands of times, against mutants',
      },
    ],
  },
});
