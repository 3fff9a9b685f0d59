/**
 * For runs against mutants: a property is drawn from for a quarter of a second, and what held so far has held.
 *
 * A mutant that loops for ever is given the time that its tests took unmutated, and there are a hundred of those: the
 * properties' hundreds of draws, instrumented, would make each take minutes.
 */
import fc from 'fast-check';

const BRIEF_MS = 250;

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  interruptAfterTimeLimit: BRIEF_MS,
  markInterruptAsFailure: false,
});
