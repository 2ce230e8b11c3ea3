/**
 * What the user gave is wrong: exit code 2. The message is complete, one sentence a line:
 * where, what value, what is allowed, what to do.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
