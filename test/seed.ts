/**
 * One seed for every property test, printed where it is used. FAST_CHECK_SEED=n repeats or varies a run.
 */
import fc from 'fast-check';

const SEED = Number(process.env.FAST_CHECK_SEED ?? 5489);

fc.configureGlobal({ seed: SEED });
