import { open, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readGivenJson } from '../../../../units/given-file.js';
import { InputError } from '../../../../units/input-error.js';
import { largestFileBytes } from '../../../../units/limits.js';
import { makeFolder, writeWhole } from '../../../file/output-folder.js';

/*
 * What the tasks of an array are told lies beside the store: slurm/array.json says which array is on its way, tasks/N.json
 * holds the points of task N, logs/N.log what it wrote. A task reads one small file, however many points there are.
 */

const arraySchema = z.strictObject({
  schema: z.literal('spikeledger.slurm/1'),
  /** Name of the job, of this array alone. */
  name: z.string(),
  /** Number that Slurm gave it; null: it may or may not have been submitted. */
  array: z.string().nullable(),
});
type StoredArray = z.infer<typeof arraySchema>;

const orderSchema = z.strictObject({
  folder: z.string(),
  file: z.string(),
  dataFolder: z.string(),
  overrides: z.array(z.string()).readonly(),
  hash: z.string(),
  sharesStore: z.boolean(),
});
const taskSchema = z.strictObject({
  /** Points at the same time. */
  workers: z.int().min(1),
  /** No point is begun later, in ms since 1970; null: there is no limit. */
  until: z.number().nullable(),
  orders: z.array(orderSchema).readonly(),
});
/** What one task of an array runs. */
export type TaskOrder = z.infer<typeof taskSchema>;

/** A word of a shell script. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Most characters of a log that a message repeats. */
const lastCharacters = 400;

/** The folder of the array of a study. */
export class ArrayFolder {
  readonly folder: string;

  constructor(studyFolder: string) {
    this.folder = path.resolve(studyFolder, 'slurm');
  }

  get #file(): string {
    return path.join(this.folder, 'array.json');
  }

  #taskFile(index: number): string {
    return path.join(this.folder, 'tasks', `${index}.json`);
  }

  /** Script that each task runs. */
  get script(): string {
    return path.join(this.folder, 'task.sh');
  }

  /** Log of each task, as sbatch takes it. */
  get logPattern(): string {
    return path.join(this.folder, 'logs', '%a.log');
  }

  /** The array that is on its way; null: there is none. @throws InputError */
  read(): StoredArray | null {
    if (!existsSync(this.#file)) return null;
    const remedy = `remove ${this.folder} if no array of this study is in Slurm's queue`;
    const content = readGivenJson(this.#file, largestFileBytes.record, remedy);
    const parsed = arraySchema.safeParse(content);
    if (parsed.success) return parsed.data;
    throw new InputError(`${this.#file}: is no array of this program; ${remedy}`);
  }

  async write(name: string, array: string | null): Promise<void> {
    const content: StoredArray = { schema: 'spikeledger.slurm/1', name, array };
    await writeWhole(this.#file, `${JSON.stringify(content)}\n`);
  }

  /** Writes what the tasks run, one file each, and their script. */
  async writeTasks(tasks: readonly TaskOrder[]): Promise<void> {
    for (const name of ['tasks', 'logs']) await makeFolder(path.join(this.folder, name));
    for (const [index, task] of tasks.entries()) {
      await writeFile(this.#taskFile(index), JSON.stringify(task));
    }
    const entry = fileURLToPath(new URL('./slurm-task.js', import.meta.url));
    const words = [process.execPath, entry, this.folder].map(shellWord);
    await writeFile(this.script, `#!/bin/sh\nexec ${words.join(' ')}\n`);
  }

  /** What a task runs. @throws InputError */
  readTask(index: number): TaskOrder {
    const remedy = 'go on with the sweep with --resume';
    return taskSchema.parse(readGivenJson(this.#taskFile(index), largestFileBytes.record, remedy));
  }

  /** The last line that a task wrote; empty: it wrote none. */
  async lastWords(index: number): Promise<string> {
    const file = path.join(this.folder, 'logs', `${index}.log`);
    let text = '';
    try {
      const handle = await open(file);
      try {
        const { size } = await handle.stat();
        const from = Math.max(0, size - 10 * lastCharacters);
        const { buffer, bytesRead } = await handle.read(
          Buffer.alloc(size - from),
          0,
          size - from,
          from,
        );
        text = buffer.toString('utf8', 0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch {
      // A task that wrote nothing has no log.
    }
    return (text.trim().split('\n').at(-1) ?? '').slice(0, lastCharacters);
  }

  /** Removes all but the lock. */
  async empty(): Promise<void> {
    for (const name of ['array.json', 'tasks', 'logs', path.basename(this.script)]) {
      await rm(path.join(this.folder, name), { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
