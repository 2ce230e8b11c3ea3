import { type OwnProcess, startProcess } from '../reference/child-process.js';
import { endOf } from '../reference/process-end.js';
import { overridesOf, type StudyPlan, type StudyPoint } from './plan-study.js';
import type { PointAnswer, PointOrder } from './point-process.js';
import { pointLine, type PointRecord } from './point-record.js';
import type { PointWriter, StudyStore } from './study-store.js';

/** What the executor needs to know. */
interface ExecutorSettings {
  readonly workers: number;
  readonly signal: AbortSignal;
  /** No run is begun after these many. */
  readonly mostRuns: number;
  /** No run is begun later than this, in ms from the start. */
  readonly mostMs: number;
  readonly onRecord: (record: PointRecord, inFlight: number) => void;
}

/** How an execution ended. */
export interface Execution {
  /** Runs that were begun and have a record. */
  readonly finished: number;
  /** The signal, or what was to be kept could not be. */
  readonly stoppedBy: 'nothing' | 'signal' | 'budget' | { readonly reason: string };
}

/** A process that runs points, begun again after it died. */
class Worker {
  #process: OwnProcess | null = null;

  #start(): OwnProcess {
    const started = startProcess(new URL('./point-process.js', import.meta.url));
    started.child.on('exit', () => {
      if (this.#process === started) this.#process = null;
    });
    return started;
  }

  /** The answer to an order; a sentence where the process died of it. */
  run(order: PointOrder): Promise<PointAnswer | string> {
    this.#process ??= this.#start();
    const { child, lastWords } = this.#process;
    return new Promise((resolve) => {
      const settle = (answer: PointAnswer | string): void => {
        child.off('message', heard);
        child.off('exit', ended);
        resolve(answer);
      };
      const heard = (answer: PointAnswer): void => {
        settle(answer);
      };
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        settle(`its process ${endOf({ code, signal, lastWords: lastWords() })}`);
      };
      child.on('message', heard);
      child.on('exit', ended);
      child.send(order, (error) => {
        if (error !== null) settle(`its process could not be reached (${error.message})`);
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

/** Points in flight on processes of this machine. */
class LocalRun {
  readonly #store: StudyStore;
  readonly #plan: StudyPlan;
  readonly #settings: ExecutorSettings;
  readonly #waiting: StudyPoint[];
  readonly #writer: PointWriter;
  readonly #begin = performance.now();
  #inFlight = 0;
  finished = 0;
  /** Why records cannot be kept; null: they can. */
  fault: string | null = null;

  constructor(
    store: StudyStore,
    plan: StudyPlan,
    points: readonly StudyPoint[],
    settings: ExecutorSettings,
  ) {
    this.#store = store;
    this.#plan = plan;
    this.#settings = settings;
    this.#waiting = [...points];
    this.#writer = store.writer();
  }

  get isOver(): boolean {
    const { mostMs, mostRuns } = this.#settings;
    return performance.now() - this.#begin > mostMs || this.finished + this.#inFlight >= mostRuns;
  }

  get hasMore(): boolean {
    return this.#waiting.length > 0;
  }

  /** Lets a worker run points until there are none, or none may be begun. */
  async workOff(worker: Worker): Promise<void> {
    while (!this.#settings.signal.aborted && this.fault === null && !this.isOver) {
      const point = this.#waiting.shift();
      const hash = point?.hash ?? null;
      if (point === undefined || hash === null) return;
      this.#inFlight += 1;
      const { file, dataFolder } = this.#plan;
      const overrides = overridesOf(this.#plan, point);
      const { folder } = this.#store;
      const answer = await worker.run({ folder, file, dataFolder, overrides, hash });
      this.#inFlight -= 1;
      await this.#take(hash, answer);
    }
  }

  async #take(hash: string, answer: PointAnswer | string): Promise<void> {
    if (typeof answer === 'string') {
      const record: PointRecord = { ...pointLine, hash, status: 'failed', reason: answer };
      await this.#writer.add(record);
      this.#finish(record);
    } else if (answer.kind === 'kept') this.#finish(answer.record);
    else if (answer.kind === 'lost') this.fault = answer.reason;
  }

  #finish(record: PointRecord): void {
    this.finished += 1;
    this.#settings.onRecord(record, this.#inFlight);
  }
}

/** Runs points in processes of this machine, several at a time; a point whose process dies is a failed one, and the others go on. */
export async function runLocally(
  store: StudyStore,
  plan: StudyPlan,
  points: readonly StudyPoint[],
  settings: ExecutorSettings,
): Promise<Execution> {
  const run = new LocalRun(store, plan, points, settings);
  const count = Math.min(settings.workers, points.length);
  const workers = Array.from({ length: count }, () => new Worker());
  const stop = (): void => {
    for (const worker of workers) worker.stop();
  };
  settings.signal.addEventListener('abort', stop);
  try {
    await Promise.all(workers.map((worker) => run.workOff(worker)));
  } finally {
    settings.signal.removeEventListener('abort', stop);
    for (const worker of workers) worker.close();
  }
  const { finished, fault } = run;
  if (fault !== null) return { finished, stoppedBy: { reason: fault } };
  if (settings.signal.aborted) return { finished, stoppedBy: 'signal' };
  return { finished, stoppedBy: run.hasMore && run.isOver ? 'budget' : 'nothing' };
}
