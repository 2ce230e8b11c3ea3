import { type OwnProcess, sendTo, startProcess } from '../../reference/child-process.js';
import { endOf } from '../../reference/process-end.js';
import type { PointAnswer, PointOrder } from './point-process.js';

/** Threads that collect garbage beside it would take from the other workers' cores what they save on its own. */
const flags = ['--single-threaded-gc'];

/** A process that runs points, begun again after it died. */
export class PointWorker {
  #process: OwnProcess | null = null;

  #start(): OwnProcess {
    const started = startProcess(new URL('./point-process.js', import.meta.url), flags);
    const gone = (): void => {
      if (this.#process === started) this.#process = null;
    };
    // Without a listener the error of a process that cannot be started would end the program.
    started.child.on('exit', gone).on('error', gone);
    return started;
  }

  /** The answer to an order; a sentence where the process died of it. */
  run(order: PointOrder): Promise<PointAnswer | string> {
    this.#process ??= this.#start();
    const own = this.#process;
    const { child, lastWords } = own;
    return new Promise((resolve) => {
      const settle = (answer: PointAnswer | string): void => {
        child.off('message', heard).off('exit', ended).off('error', failed);
        resolve(answer);
      };
      const heard = (answer: PointAnswer): void => {
        settle(answer);
      };
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        settle(`its process ${endOf({ code, signal, lastWords: lastWords() })}`);
      };
      // No fault of the point: the next one would fare no better.
      const failed = (error: Error): void => {
        settle({
          kind: 'lost',
          reason: `no process can be started for a point (${error.message}); let other programs end`,
        });
      };
      child.on('message', heard).on('exit', ended).on('error', failed);
      if (child.pid === undefined) return;
      sendTo(own, order, (error) => {
        settle(`its process could not be reached (${error.message})`);
      });
    });
  }

  /** Lets the run in flight end at its next checkpoint. */
  stop(): void {
    this.#process?.child.send('stop', () => undefined);
  }

  close(): void {
    if (this.#process?.child.connected === true) this.#process.child.disconnect();
  }
}
