/**
 * The ToolError that a call throws; whatever else it does is a failure of the test.
 */
import { ToolError } from '../../src/core/errors.ts';

export function thrownBy(call: () => unknown): ToolError {
  try {
    call();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
