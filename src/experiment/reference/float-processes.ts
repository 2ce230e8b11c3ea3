import { type OwnProcess, startProcess } from './child-process.js';

/**
 * Processes in which float arithmetic runs. Who runs one experiment after the other keeps them: loading TensorFlow.js and
 * warming it up takes longer than a short training.
 */
export class FloatProcesses {
  readonly #isKeeping: boolean;
  /** Processes with nothing to do, by entry. */
  readonly #idle = new Map<string, OwnProcess[]>();

  /** @param isKeeping processes wait for the next order; else each ends after its own */
  constructor(isKeeping = false) {
    this.#isKeeping = isKeeping;
  }

  /** A process of an entry, which may have answered others before. */
  take(entry: URL): OwnProcess {
    return this.#idle.get(entry.href)?.pop() ?? this.#start(entry);
  }

  /** Of a process that owes no answer: its holder listens to it no longer. */
  giveBack(entry: URL, own: OwnProcess): void {
    if (!own.child.connected) return;
    if (!this.#isKeeping) {
      // Without a channel it ends.
      own.child.disconnect();
      return;
    }
    const idle = this.#idle.get(entry.href) ?? [];
    idle.push(own);
    this.#idle.set(entry.href, idle);
  }

  #start(entry: URL): OwnProcess {
    const own = startProcess(entry);
    const gone = (): void => {
      const idle = this.#idle.get(entry.href) ?? [];
      this.#idle.set(
        entry.href,
        idle.filter((other) => other !== own),
      );
    };
    // Without a listener the error of a process that nobody asks would end the program.
    own.child.on('exit', gone).on('error', gone);
    return own;
  }
}
