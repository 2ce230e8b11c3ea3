import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { codeOf } from '../../units/input-error.js';

/** A process of this program beside the one that the user sees. */
export interface OwnProcess {
  readonly child: ChildProcess;
  /** The end of what it wrote on stderr. */
  readonly lastWords: () => string;
}

/** Starts an entry of this program; it has no terminal. @param flags of Node, beside those of this process */
export function startProcess(entry: URL, flags: readonly string[] = []): OwnProcess {
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C goes to the whole process group; the parent decides what it means.
    detached: true,
    execArgv: [...process.execArgv, ...flags],
  });
  let words = '';
  child.stderr?.on('data', (text: Buffer) => {
    words = (words + text.toString()).slice(-2000);
  });
  return { child, lastWords: () => words };
}

/** Why a message does not arrive when the process is ending: its `exit`, which comes after, says what it ends of. */
const codesOfEnding: readonly (string | null)[] = ['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'];

/** Sends a message to a process. @param failed is told why it cannot be, unless the process is ending */
export function sendTo(
  { child }: OwnProcess,
  message: Parameters<ChildProcess['send']>[0],
  failed: (error: Error) => void,
): void {
  child.send(message, (error) => {
    if (error !== null && !codesOfEnding.includes(codeOf(error))) failed(error);
  });
}
