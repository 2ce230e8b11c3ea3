import { InputError } from '../../units/input-error.js';

/** The early end of a child process. */
interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote on stderr. */
  readonly lastWords: string;
}

/** The first line in which a process says what was wrong; null: it says nothing. */
function reasonIn(lastWords: string): string | null {
  const lines = lastWords.split('\n').map((line) => line.trim());
  return lines.find((line) => /error|memory/i.test(line)) ?? null;
}

/** How a process ended: completes "the process …". */
export function endOf({ code, signal, lastWords }: ProcessEnd): string {
  const reason = reasonIn(lastWords);
  const said = reason === null ? '' : `: ${reason}`;
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), as a system does that is out of memory';
  return signal === null
    ? `ended early with exit code ${code ?? 'unknown'}${said}`
    : `was ended by ${signal}${said}`;
}

/** Error about a process that ended early: which, why, and how to go on. */
export function processEnded(what: string, end: ProcessEnd): InputError {
  return new InputError(
    `the process of ${what} ${endOf(end)}; the work of the chip is kept, and the same command goes on from it: free memory first, or leave the float reference out with --set reference.enabled=false`,
  );
}
