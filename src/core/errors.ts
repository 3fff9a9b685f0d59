/**
 * The one error that users cause. It names the thing, gives its value, states the rule and says what to do;
 * every other exception is a fault of ours.
 */

/** What went wrong, as a stable word for programs. */
export type ErrorCode =
  | 'bad-option' // a command-line word or an option's value that cannot be read
  | 'bad-layer' // a Conv2d(...) repr or a token that cannot be read
  | 'bad-problem' // hyperparameters that contradict each other or leave no output
  | 'bad-tensor' // a tensor whose shape, dtype or values do not fit the problem
  | 'bad-file' // a file that cannot be found, read, decoded or written
  | 'too-large' // would not fit in the memory allowed
  | 'unsupported'; // well formed, but outside what this version verifies

/** By name: where the sources are run as they are, a module may be loaded twice, and with it the class. */
export function isToolError(error: unknown): error is ToolError {
  return error instanceof Error && error.name === 'ToolError';
}

/** Bad input: exit code 2, one clear message, no stack trace. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  /** What the user can do about it, where that is not plain from the message. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
