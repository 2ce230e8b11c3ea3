import { Interrupted } from '../experiment/run/interrupted.js';
import { InputError } from '../units/input-error.js';
import { printProblem } from './output.js';

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

/** How Node says that it got no memory, or was asked for more than there can be. */
const memoryMessages =
  /could not allocate memory|Unable to grow|Array buffer allocation failed|Invalid (?:typed )?array length|Invalid array buffer length|Invalid string length|Set maximum size exceeded|Map maximum size exceeded/;

function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && memoryMessages.test(error.message);
}

/** Prints what went wrong on stderr and gives the exit code for it. */
export function reportFailure(error: unknown): number {
  if (error instanceof InputError) {
    printProblem(error.message);
    return exitCodes.wrongInput;
  }
  if (error instanceof CheckFailed) return exitCodes.checkFailed;
  if (error instanceof Interrupted) {
    printProblem(error.message);
    return exitCodes.interrupted;
  }
  if (isOutOfMemory(error)) {
    printProblem(
      `this machine has not enough memory for what was asked (${error.message}); use a smaller network, fewer cores or samples, or a smaller batch`,
    );
    return exitCodes.wrongInput;
  }
  const description = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printProblem(
    `spikeledger: a defect of the program, please report it with the command you ran:\n${description}`,
  );
  return exitCodes.defect;
}
