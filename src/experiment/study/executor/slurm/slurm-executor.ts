import { randomBytes } from 'node:crypto';
import { InputError } from '../../../../units/input-error.js';
import { makeFolder } from '../../../file/output-folder.js';
import { lockFolder } from '../../../output/folder-lock.js';
import type { StudyPlan, StudyPoint } from '../../plan-study.js';
import type { StudyStore } from '../../study-store.js';
import type { Execution, ExecutionSettings, Executor } from '../execution.js';
import { ordersOf } from '../local-executor.js';
import { ArrayFolder, type TaskOrder } from './array-folder.js';
import { afterArray, Attempts } from './after-array.js';
import {
  arrayNamed,
  isActive,
  mostTasks,
  SlurmRefusal,
  submitArray,
  tasksOf,
} from './slurm-commands.js';
import { ArrayWatch } from './array-watch.js';

/** How a study is cut into tasks, and what Slurm is asked for. */
export interface SlurmSettings {
  /** Points of a task; null: as many as it takes to stay within the longest array, one if possible. */
  readonly pointsPerTask: number | null;
  /** Points at the same time in a task, and its cores. */
  readonly workers: number;
  /** Further options of sbatch, such as `--partition=short`. */
  readonly sbatch: readonly string[];
}

/** Tasks of an array at most, unless points a task are stated: more are no faster, and each is a start of the program. */
const usualTasks = 1000;

/** Points of each task, and a sentence where they are more than asked for. */
async function pointsPerTask(
  count: number,
  { pointsPerTask: asked, workers }: SlurmSettings,
): Promise<{ readonly size: number; readonly notice: string | null }> {
  const most = await mostTasks();
  const least = Math.ceil(count / most);
  const size = asked ?? Math.max(workers, Math.ceil(count / Math.min(most, usualTasks)));
  if (size >= least) return { size, notice: null };
  return {
    size: least,
    notice: `${least} points a task instead of ${size}: this cluster takes arrays of ${most} tasks`,
  };
}

function sliced<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** One study on Slurm: an array of tasks at a time, each with points of its own. */
class SlurmRun {
  readonly #slurm: SlurmSettings;
  readonly #attempts: Attempts;
  readonly #store: StudyStore;
  readonly #folder: ArrayFolder;
  readonly #settings: ExecutionSettings;

  constructor(
    slurm: SlurmSettings,
    attempts: Attempts,
    store: StudyStore,
    settings: ExecutionSettings,
  ) {
    this.#slurm = slurm;
    this.#attempts = attempts;
    this.#store = store;
    this.#settings = settings;
    this.#folder = new ArrayFolder(store.folder);
  }

  /** The array that an earlier call left in the queue; null: there is none, and what it held is free. */
  async #leftBehind(): Promise<string | null> {
    const stored = this.#folder.read();
    if (stored === null) return null;
    const array = stored.array ?? (await arrayNamed(stored.name));
    if (array === null) return null;
    if ((await tasksOf(array))?.some(isActive) === true) {
      await this.#folder.write(stored.name, array);
      this.#settings.onNotice(`array ${array} of Slurm is still at this study; going on with it`);
      return array;
    }
    await this.#store.freeOfArray(array);
    return null;
  }

  /** Submits an array for points. @returns its number */
  async #submit(plan: StudyPlan, points: readonly StudyPoint[]): Promise<string> {
    const { size, notice } = await pointsPerTask(points.length, this.#slurm);
    if (notice !== null) this.#settings.onNotice(notice);
    const { workers, sbatch } = this.#slurm;
    const { mostMs } = this.#settings;
    const until = mostMs === Infinity ? null : Date.now() + mostMs;
    const tasks = sliced(ordersOf(this.#store, plan, points, false), size).map(
      (orders): TaskOrder => ({ workers, until, orders }),
    );
    await this.#folder.writeTasks(tasks);
    // The name finds the array again if this program is killed before it has written the number down.
    const name = `spikeledger-${plan.sweep.name}-${randomBytes(4).toString('hex')}`;
    await this.#folder.write(name, null);
    const array = await this.#sbatch([
      `--array=0-${tasks.length - 1}`,
      `--job-name=${name}`,
      '--nodes=1',
      '--ntasks=1',
      `--cpus-per-task=${workers}`,
      `--output=${this.#folder.logPattern}`,
      // What a task left undone is submitted again from here, with the points that have a record left out.
      '--no-requeue',
      ...sbatch,
      this.#folder.script,
    ]);
    await this.#folder.write(name, array);
    this.#settings.onNotice(
      `array ${array} of Slurm: ${points.length} points in ${tasks.length} tasks`,
    );
    return array;
  }

  /** @throws InputError where Slurm refuses the array: then there is none. */
  async #sbatch(words: readonly string[]): Promise<string> {
    try {
      return await submitArray(words);
    } catch (error) {
      if (!(error instanceof SlurmRefusal) || !error.isAnswer) throw error;
      await this.#folder.empty();
      throw new InputError(
        `${error.message}; give what this cluster asks for with --partition, --time, --memory or --sbatch`,
      );
    }
  }

  /** An array from its submission to its end. */
  async run(plan: StudyPlan, points: readonly StudyPoint[]): Promise<Execution> {
    const { folder } = this.#folder;
    await makeFolder(folder);
    const release = await lockFolder(folder);
    let isOver = false;
    try {
      const left = await this.#leftBehind();
      if (left === null) await this.#folder.empty();
      const chosen = points.slice(0, this.#settings.mostRuns);
      const array = left ?? (await this.#submit(plan, chosen));
      const watch = new ArrayWatch(array, this.#store, chosen, this.#settings);
      const end = await watch.untilItEnds();
      if (end !== 'ended') {
        return { finished: watch.finished, stoppedBy: end };
      }
      isOver = true;
      await this.#store.freeOfArray(array);
      const stoppedBy = await afterArray(watch, this.#folder, this.#attempts, this.#store);
      if (stoppedBy !== 'nothing' || left !== null) return { finished: watch.finished, stoppedBy };
      const isCut = chosen.length < points.length && watch.missing().length === 0;
      return { finished: watch.finished, stoppedBy: isCut ? 'budget' : 'nothing' };
    } catch (error) {
      if (!(error instanceof SlurmRefusal)) throw error;
      throw new InputError(`${error.message}; the same command with --resume goes on`);
    } finally {
      await release();
      if (isOver || this.#folder.read() === null) await this.#folder.remove();
    }
  }
}

/** Runs points as job arrays of Slurm; the store must lie on a file system that the nodes share. */
export function slurmExecutor(slurm: SlurmSettings): Executor {
  const attempts = new Attempts();
  return (store, plan, points, settings) =>
    new SlurmRun(slurm, attempts, store, settings).run(plan, points);
}
