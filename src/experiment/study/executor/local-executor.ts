import { plannedRuns } from '../dry-run/shared-work.js';
import { overridesOf, type StudyPlan, type StudyPoint } from '../plan-study.js';
import { pointLine, type PointRecord } from '../point-record.js';
import type { PointWriter, StudyStore } from '../study-store.js';
import type { Execution, ExecutionSettings, Executor } from './execution.js';
import type { PointAnswer, PointOrder } from './point-process.js';
import { PointWorker } from './point-worker.js';

/** How orders are run in processes of this machine. */
interface OrderSettings extends Omit<ExecutionSettings, 'onNotice'> {
  readonly workers: number;
}

/** An order before it is known what runs beside it. */
type PlacelessOrder = Omit<PointOrder, 'oneCore'>;

/** Orders for points. @param sharesStore other programs may have finished one of them since */
export function ordersOf(
  { folder }: StudyStore,
  plan: StudyPlan,
  points: readonly StudyPoint[],
  sharesStore: boolean,
): readonly PlacelessOrder[] {
  const { file, dataFolder } = plan;
  return points.flatMap((point) => {
    const { hash } = point;
    const overrides = overridesOf(plan, point);
    return hash === null ? [] : [{ folder, file, dataFolder, overrides, hash, sharesStore }];
  });
}

/** Points in flight on processes of this machine. */
class LocalRun {
  readonly #settings: OrderSettings;
  readonly #waiting: PlacelessOrder[];
  readonly #writer: PointWriter;
  readonly #begin = performance.now();
  #inFlight = 0;
  finished = 0;
  /** Why records cannot be kept, or points not be begun; null: they can. */
  fault: string | null = null;
  /** A process was told to stop, as a cluster tells all processes of a task. */
  isStopped = false;

  constructor(store: StudyStore, orders: readonly PlacelessOrder[], settings: OrderSettings) {
    this.#settings = settings;
    this.#waiting = [...orders];
    this.#writer = store.writer();
  }

  get isOver(): boolean {
    const { mostMs, mostRuns } = this.#settings;
    return performance.now() - this.#begin > mostMs || this.finished + this.#inFlight >= mostRuns;
  }

  get hasMore(): boolean {
    return this.#waiting.length > 0;
  }

  /** The last points are fewer than the cores that the study was given. */
  get #hasIdleCore(): boolean {
    return this.#inFlight + this.#waiting.length < this.#settings.workers;
  }

  get #mayGoOn(): boolean {
    return !this.isStopped && !this.#settings.signal.aborted && this.fault === null && !this.isOver;
  }

  /** Lets a worker run points until there are none, or none may be begun. */
  async workOff(worker: PointWorker): Promise<void> {
    while (this.#mayGoOn) {
      const order = this.#waiting.shift();
      if (order === undefined) return;
      this.#inFlight += 1;
      const oneCore = !this.#hasIdleCore;
      const answer = await worker.run({ ...order, oneCore });
      this.#inFlight -= 1;
      await this.#take(order.hash, answer);
    }
  }

  async #take(hash: string, answer: PointAnswer | string): Promise<void> {
    if (typeof answer === 'string') {
      const record: PointRecord = { ...pointLine, hash, status: 'failed', reason: answer };
      await this.#writer.add(record);
      this.#finish(record);
    } else if (answer.kind === 'kept') this.#finish(answer.record);
    else if (answer.kind === 'lost') this.fault = answer.reason;
    else if (answer.kind === 'stopped') this.isStopped = true;
  }

  #finish(record: PointRecord): void {
    this.finished += 1;
    this.#settings.onRecord(record, this.#inFlight);
  }
}

/** Runs orders in processes of this machine, several at a time; a point whose process dies is a failed one, and the others go on. */
export async function runOrders(
  store: StudyStore,
  orders: readonly PlacelessOrder[],
  settings: OrderSettings,
): Promise<Execution> {
  const run = new LocalRun(store, orders, settings);
  const count = Math.min(settings.workers, orders.length);
  const workers = Array.from({ length: count }, () => new PointWorker());
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
  if (settings.signal.aborted || run.isStopped) return { finished, stoppedBy: 'signal' };
  return { finished, stoppedBy: run.hasMore && run.isOver ? 'budget' : 'nothing' };
}

/**
 * Points that bring a float reference before those that find theirs trained: they take longer, so the workers end
 * together, and seldom does one wait for what another trains.
 */
function newReferencesFirst(plan: StudyPlan, points: readonly StudyPoint[]): readonly StudyPoint[] {
  const known = new Set<string>();
  const [bringing, finding]: [StudyPoint[], StudyPoint[]] = [[], []];
  for (const { point, reference } of plannedRuns({ ...plan, points })) {
    if (reference === null || known.has(reference)) finding.push(point);
    else bringing.push(point);
    if (reference !== null) known.add(reference);
  }
  return [...bringing, ...finding];
}

/** Runs points on this machine, in `workers` processes at the same time. */
export function localExecutor(workers: number): Executor {
  return (store, plan, points, settings) => {
    const sorted = newReferencesFirst(plan, points);
    return runOrders(store, ordersOf(store, plan, sorted, true), { ...settings, workers });
  };
}
