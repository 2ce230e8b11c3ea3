import { setTimeout } from 'node:timers/promises';
import { InputError } from '../../../../units/input-error.js';
import type { StudyPoint } from '../../plan-study.js';
import type { PointRecord } from '../../point-record.js';
import type { StudyStore } from '../../study-store.js';
import type { Execution, ExecutionSettings } from '../execution.js';
import {
  cancelWaiting,
  isActive,
  SlurmRefusal,
  type SlurmTask,
  tasksOf,
} from './slurm-commands.js';

/** How soon Slurm is asked again at first, and at last; the time in between grows. */
const askMs = { first: 500, growth: 1.5, last: 15_000 } as const;
/** Asking takes at most a twentieth of the time: of a study with very many files it is not quick. */
const askShare = 20;
/** Slurm may be away for this long, as while its controller starts again. */
const patienceMs = 600_000;

/** Why a task waits though nothing is wrong (squeue(1), "JOB REASON CODES"). */
const usualReasons = /^(None|Resources|Priority|JobArrayTaskLimit|BeginTime|Cleaning|.*Limit)$/;
/** Limits that no waiting satisfies. */
const lastingReasons = /^Partition.*Limit$/;

/** An array in Slurm's queue, and what its tasks add to the store. */
export class ArrayWatch {
  readonly array: string;
  readonly #store: StudyStore;
  readonly #points: readonly StudyPoint[];
  readonly #settings: ExecutionSettings;
  readonly #begin = performance.now();
  readonly #said = new Set<string>();
  #before: ReadonlyMap<string, PointRecord> | null = null;
  #seen = new Set<string>();
  #silentSince: number | null = null;
  finished = 0;
  /** As Slurm knew them last. */
  tasks: readonly SlurmTask[] = [];
  /** The last tasks ended because somebody cancelled them. */
  wasCancelled = false;
  /** No point may be begun any more. */
  isOutOfTime = false;

  constructor(
    array: string,
    store: StudyStore,
    points: readonly StudyPoint[],
    settings: ExecutionSettings,
  ) {
    this.array = array;
    this.#store = store;
    this.#points = points;
    this.#settings = settings;
  }

  /** Points that have no record of this array yet. */
  missing(): readonly StudyPoint[] {
    return this.#points.filter(({ hash }) => hash !== null && !this.#seen.has(hash));
  }

  /** Takes up the records that were added since. */
  async look(): Promise<void> {
    const known = await this.#store.records();
    // A failed record of an earlier call is replaced by that of this one.
    this.#before ??= new Map([...known].filter(([, { status }]) => status === 'failed'));
    const inFlight = this.tasks.filter(({ state }) => state === 'RUNNING').length;
    for (const { hash } of this.missing()) {
      const record = hash === null ? undefined : known.get(hash);
      if (hash !== null && record !== undefined && record !== this.#before.get(hash)) {
        this.take(record, inFlight);
      }
    }
  }

  /** Counts a record of a point of this array. */
  take(record: PointRecord, inFlight = 0): void {
    this.#seen.add(record.hash);
    this.finished += 1;
    this.#settings.onRecord(record, inFlight);
  }

  notice(sentence: string): void {
    if (this.#said.has(sentence)) return;
    this.#said.add(sentence);
    this.#settings.onNotice(sentence);
  }

  /** The tasks by now; null: Slurm has forgotten them; `silent`: it did not answer. @throws InputError after long silence */
  async #ask(): Promise<readonly SlurmTask[] | null | 'silent'> {
    try {
      const tasks = await tasksOf(this.array);
      this.#silentSince = null;
      return tasks;
    } catch (error) {
      if (!(error instanceof SlurmRefusal)) throw error;
      this.#silentSince ??= performance.now();
      if (performance.now() - this.#silentSince > patienceMs) {
        throw new InputError(
          `${error.message}; array ${this.array} may go on: when Slurm answers again, the same command with --resume watches it`,
        );
      }
      this.notice(`Slurm does not answer (${error.message}); asking again`);
      return 'silent';
    }
  }

  #sayWhyTasksWait(): void {
    for (const { reason, state } of this.tasks) {
      if (state !== 'PENDING') continue;
      if (usualReasons.test(reason) && !lastingReasons.test(reason)) continue;
      this.notice(`tasks of array ${this.array} wait: ${reason} (squeue -j ${this.array})`);
    }
  }

  /** Takes up an answer of Slurm. @returns whether tasks are left */
  async #take(tasks: readonly SlurmTask[] | null): Promise<boolean> {
    const before = this.tasks;
    if (tasks !== null) this.tasks = tasks;
    await this.look();
    if (tasks?.some(isActive) === true) return true;
    const wasActive = new Set(before.filter(isActive).map(({ index }) => index));
    const last = this.tasks.filter(({ index }) => before.length === 0 || wasActive.has(index));
    this.wasCancelled = last.some(({ state }) => state === 'CANCELLED');
    return false;
  }

  /** Watches until no task is left, or this program is told to stop. */
  async untilItEnds(): Promise<'ended' | Execution['stoppedBy']> {
    const { signal, mostMs } = this.#settings;
    let waitMs: number = askMs.first;
    // What other programs kept before is not this array's.
    await this.look();
    for (;;) {
      const asked = performance.now();
      const answer = await this.#ask();
      if (answer !== 'silent' && !(await this.#take(answer))) return 'ended';
      if (signal.aborted) return { array: this.array };
      this.#sayWhyTasksWait();
      if (performance.now() - this.#begin > mostMs && !this.isOutOfTime) {
        this.isOutOfTime = true;
        await cancelWaiting(this.array);
      }
      const cost = performance.now() - asked;
      await setTimeout(Math.max(waitMs, askShare * cost), undefined, { signal }).catch(
        () => undefined,
      );
      waitMs = Math.min(askMs.last, waitMs * askMs.growth);
    }
  }
}
