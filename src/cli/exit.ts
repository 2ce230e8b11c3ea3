import { Interrupted } from '../experiment/run/interrupted.js';
import { InputError } from '../units/input-error.js';

/** Exit codes of contracts: scripts rely on them. */
export const exitCodes = {
  done: 0,
  defect: 1,
  wrongInput: 2,
  checkFailed: 3,
  interrupted: 130,
} as const;

/** A check (`models check`, `datasets check`) found something wrong: exit code 3, and the findings are printed already. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** Prints what went wrong on stderr and gives the exit code for it. */
export function reportFailure(error: unknown): number {
  if (error instanceof InputError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.wrongInput;
  }
  if (error instanceof CheckFailed) return exitCodes.checkFailed;
  if (error instanceof Interrupted) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.interrupted;
  }
  const description = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `spikeledger: a defect of the program, please report it with the command you ran:\n${description}\n`,
  );
  return exitCodes.defect;
}
