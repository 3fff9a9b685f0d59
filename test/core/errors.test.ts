import { expect, it } from 'vitest';
import { isToolError, ToolError } from '../../src/core/errors.ts';

it("a user's error is known by its name, whichever copy of the class made it", () => {
  const twin = Object.assign(new Error('of the class loaded twice'), { name: 'ToolError' });
  expect([new ToolError('bad-file', 'not found'), twin].map(isToolError)).toEqual([true, true]);
});

it('no other error is one of theirs, nor a thing thrown that only has the name', () => {
  expect([new Error('ours'), new TypeError('ours'), { name: 'ToolError' }].map(isToolError)).toEqual([
    false,
    false,
    false,
  ]);
});
