import { InputError } from '../units/input-error.js';

/**
 * The result of `action`, or null when the input is wrong: then its message is added to `problems`.
 * Any other error is a defect of the program and passes through.
 */
export async function attempt<Result>(
  problems: string[],
  action: () => Result | Promise<Result>,
): Promise<Result | null> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(error.message);
    return null;
  }
}
