import { setTimeout } from 'node:timers/promises';
import type { StudyPoint } from '../../plan-study.js';
import { pointLine, type PointRecord } from '../../point-record.js';
import type { StudyStore } from '../../study-store.js';
import type { Execution } from '../execution.js';
import type { ArrayFolder } from './array-folder.js';
import type { ArrayWatch } from './array-watch.js';
import type { SlurmTask } from './slurm-commands.js';

/** A point whose task ends so often while it runs has failed. */
const mostAttempts = 3;
/** Time after which a node sees what another has written to a shared file system, at most (nfs(5), acdirmax). */
const sharingMs = 60_000;
const lookMs = 1000;

/** How often the task of a point ended while the point ran. */
export class Attempts {
  readonly #counts = new Map<string, number>();

  /** Counts another end. @returns whether the point may be tried again */
  add(hash: string): boolean {
    const count = (this.#counts.get(hash) ?? 0) + 1;
    this.#counts.set(hash, count);
    return count < mostAttempts;
  }
}

/** The tasks of missing points, by hash. */
function taskOfPoint(watch: ArrayWatch, folder: ArrayFolder): ReadonlyMap<string, SlurmTask> {
  return new Map(
    watch.tasks.flatMap((task) =>
      folder.readTask(task.index).orders.map(({ hash }) => [hash, task] as const),
    ),
  );
}

/** What to ask Slurm for when a task has ended like this. */
function remedyFor(state: string): string {
  switch (state) {
    case 'TIMEOUT':
      return '; give tasks more --time, it goes on from its checkpoint';
    case 'OUT_OF_MEMORY':
      return '; give tasks more --memory';
    default:
      return '';
  }
}

/** Waits for records that a node has written and that this one may not see yet. */
async function awaitShared(
  watch: ArrayWatch,
  tasks: ReadonlyMap<string, SlurmTask>,
): Promise<void> {
  for (let waited = 0; waited < sharingMs; waited += lookMs) {
    const isWritten = ({ hash }: StudyPoint) => tasks.get(hash ?? '')?.state === 'COMPLETED';
    if (!watch.missing().some(isWritten)) return;
    await setTimeout(lookMs);
    await watch.look();
  }
}

function describe(tasks: readonly SlurmTask[]): string {
  const states = new Map<string, number>();
  for (const { state } of tasks) states.set(state, (states.get(state) ?? 0) + 1);
  return [...states].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** Gives up points whose tasks ended too often, and says what is submitted again. */
async function takeStock(
  watch: ArrayWatch,
  tasks: ReadonlyMap<string, SlurmTask>,
  attempts: Attempts,
  store: StudyStore,
): Promise<void> {
  const writer = store.writer();
  const begun = await store.begun();
  for (const { hash } of watch.missing()) {
    if (hash === null || !begun.has(hash) || attempts.add(hash)) continue;
    const state = tasks.get(hash)?.state ?? 'UNKNOWN';
    const reason = `its task of Slurm ended ${mostAttempts} times before it had a result, last as ${state}${remedyFor(state)}`;
    const record: PointRecord = { ...pointLine, hash, status: 'failed', reason };
    await writer.add(record);
    watch.take(record);
  }
  const left = watch.missing();
  if (left.length === 0) return;
  const theirs = new Set(left.flatMap(({ hash }) => tasks.get(hash ?? '') ?? []));
  watch.notice(
    `array ${watch.array} left ${left.length} points without a record (tasks: ${describe([...theirs])}); they are submitted again`,
  );
}

/**
 * What is to be made of an array that has ended: nothing where all has a record or what is left may be submitted again,
 * else what stops the study.
 */
export async function afterArray(
  watch: ArrayWatch,
  folder: ArrayFolder,
  attempts: Attempts,
  store: StudyStore,
): Promise<Execution['stoppedBy']> {
  if (watch.missing().length === 0) return 'nothing';
  const tasks = taskOfPoint(watch, folder);
  await awaitShared(watch, tasks);
  if (watch.missing().length === 0) return 'nothing';
  if (watch.isOutOfTime) return 'budget';
  if (watch.wasCancelled) return { reason: `array ${watch.array} of Slurm was cancelled` };
  const begun = await store.begun();
  if (watch.finished === 0 && !watch.missing().some(({ hash }) => begun.has(hash ?? ''))) {
    const [first] = watch.tasks;
    const words = first === undefined ? '' : await folder.lastWords(first.index);
    return {
      reason: `no task of array ${watch.array} of Slurm came to a point (${describe(watch.tasks)}${words === '' ? '' : `: ${words}`}); this program and ${store.folder} must be on a file system that all nodes share`,
    };
  }
  await takeStock(watch, tasks, attempts, store);
  return 'nothing';
}
