/**
 * What the user gave is wrong: exit code 2. The message is complete, one sentence a line:
 * where, what value, what is allowed, what to do.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** What anything thrown says of itself, for the bracket in a sentence of ours. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's short name of an error (`ENOENT`, `Z_BUF_ERROR`); null: it has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
