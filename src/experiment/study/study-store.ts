import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { toolVersion } from '../../tool-version.js';
import { readGivenJson } from '../../units/given-file.js';
import { codeOf, InputError } from '../../units/input-error.js';
import { largestFileBytes } from '../../units/limits.js';
import { makeFolder, writeWhole } from '../file/output-folder.js';
import { FolderInUse, freeOfArray, lockFolder } from '../output/folder-lock.js';
import { pointSchema, type StudyPlan } from './plan-study.js';
import { type PointRecord, pointRecordSchema } from './point-record.js';
import { sweepSchema } from './sweep-schema.js';

/*
 * A study's folder: study.json says what is to be run; points/*.jsonl hold a line for each point that was, every file
 * written by one process alone and only at its end, so that processes of several machines need no lock on a shared file
 * system and a process killed at any moment leaves at most an unfinished last line; runs/ holds the checkpoints of the
 * runs in flight; reference/ the float references that points share.
 */

const planName = 'study.json';
const currentSchema = 'spikeledger.study/1';

const planSchema = z.strictObject({
  schema: z.literal(currentSchema),
  tool: z.string(),
  sweep: sweepSchema,
  points: z.array(pointSchema),
});
/** What study.json holds. */
type StoredPlan = z.infer<typeof planSchema>;

/** A line of the store, or null where it is damaged or of no version that is known. */
function recordOf(line: string): PointRecord | null {
  try {
    return pointRecordSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** `2 lines of the store are no record, damaged or of another version`. @param lines at least one */
export function damagedText(lines: number): string {
  const are = lines === 1 ? 'a line of the store is' : `${lines} lines of the store are`;
  return `${are} no record, damaged or of another version`;
}

/** Everything that was kept of the points of a study. */
export class StudyStore {
  readonly folder: string;
  readonly #records = new Map<string, PointRecord>();
  /** Bytes of each file of records that are read, whole lines. */
  readonly #bytesRead = new Map<string, number>();
  #damagedLines = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Folder of a run in flight: its checkpoints, and the lock of the process that is at it. */
  #runFolder(hash: string): string {
    return path.join(this.folder, 'runs', hash.slice(0, 16));
  }

  /** Folder of the checkpoints of a run in flight. */
  workFolder(hash: string): string {
    return path.join(this.#runFolder(hash), 'work');
  }

  /** Whole lines that were read and are no record: what they held is run again. */
  get damagedLines(): number {
    return this.#damagedLines;
  }

  get referenceFolder(): string {
    return path.join(this.folder, 'reference');
  }

  get #pointsFolder(): string {
    return path.join(this.folder, 'points');
  }

  /** The plan that is in the folder, or null. @throws InputError where it is of another version, or no plan. */
  readPlan(): StoredPlan | null {
    const file = path.join(this.folder, planName);
    if (!existsSync(file)) return null;
    const remedy = 'give another folder with --out';
    const content = readGivenJson(file, largestFileBytes.record, remedy);
    const version = z.object({ schema: z.string() }).safeParse(content);
    if (version.success && version.data.schema !== currentSchema) {
      throw new InputError(
        `${file}: a study of another version (${version.data.schema}, here ${currentSchema}); go on with the program that began it, or give another folder with --out`,
      );
    }
    const parsed = planSchema.safeParse(content);
    if (!parsed.success) {
      throw new InputError(`${file}: is no study of this program; ${remedy}`);
    }
    return parsed.data;
  }

  /** Keeps what is to be run. @throws the file system's error */
  async writePlan({ sweep, points }: Pick<StudyPlan, 'sweep' | 'points'>): Promise<void> {
    await makeFolder(path.resolve(this.#pointsFolder));
    const plan = { schema: currentSchema, tool: toolVersion(), sweep, points };
    await writeWhole(path.join(this.folder, planName), `${JSON.stringify(plan, null, 1)}\n`);
  }

  /**
   * What is known of each point by now, by hash: what was done before what failed, else the latest. Only what other
   * processes have added since the last call is read.
   */
  async records(): Promise<ReadonlyMap<string, PointRecord>> {
    let names: readonly string[];
    try {
      names = (await readdir(this.#pointsFolder, { withFileTypes: true }))
        .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
        .map(({ name }) => name)
        .sort();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return this.#records;
      throw error;
    }
    for (const name of names) await this.#readOn(name);
    return this.#records;
  }

  async #readOn(name: string): Promise<void> {
    const from = this.#bytesRead.get(name) ?? 0;
    const handle = await open(path.join(this.#pointsFolder, name));
    try {
      const { size } = await handle.stat();
      if (size === from) return;
      const { buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
      // Behind the last line feed stands nothing, or a line that its process has not finished.
      const end = buffer.lastIndexOf('\n') + 1;
      this.#bytesRead.set(name, from + end);
      for (const line of buffer.toString('utf8', 0, end).split('\n')) {
        if (line === '') continue;
        const record = recordOf(line);
        if (record === null) this.#damagedLines += 1;
        else if (this.#records.get(record.hash)?.status !== 'done')
          this.#records.set(record.hash, record);
      }
    } finally {
      await handle.close();
    }
  }

  /** A file of records that this process alone writes. */
  writer(): PointWriter {
    const name = `${hostname().replace(/[^\w-]/g, '_')}-${process.pid}-${randomBytes(4).toString('hex')}.jsonl`;
    return new PointWriter(path.join(this.#pointsFolder, name));
  }

  /** Removes a study, so that another can be kept in its folder. */
  async clear(): Promise<void> {
    for (const name of [planName, 'points', 'runs', 'slurm']) {
      await rm(path.join(this.folder, name), { recursive: true, force: true });
    }
    this.#records.clear();
    this.#bytesRead.clear();
    this.#damagedLines = 0;
  }

  /** Removes what processes left that were killed between keeping a record and tidying up. */
  async removeRuns(): Promise<void> {
    await rm(path.join(this.folder, 'runs'), { recursive: true, force: true });
  }

  async #folders(name: string): Promise<readonly string[]> {
    const folder = path.join(this.folder, name);
    const names = await readdir(folder).catch((error: unknown): string[] => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    return names.map((each) => path.join(folder, each));
  }

  /** Which points were begun and have no record yet, at this moment or when their process was ended. */
  async begun(): Promise<{ readonly has: (hash: string) => boolean }> {
    const folders = new Set(await this.#folders('runs'));
    return { has: (hash) => folders.has(this.#runFolder(hash)) };
  }

  /** Frees what the tasks of an array of Slurm held. Only for an array of which Slurm says that it has ended. */
  async freeOfArray(array: string): Promise<void> {
    for (const run of await this.#folders('runs')) {
      await freeOfArray(run, array);
      await freeOfArray(path.join(run, 'work'), array);
    }
    for (const turn of await this.#folders('reference')) {
      if (turn.endsWith('.turn')) await freeOfArray(turn, array);
    }
  }

  /**
   * Claims a point for this process until it is released.
   * @returns null where another process is at it
   */
  async claim(hash: string): Promise<Claim | null> {
    const folder = this.#runFolder(hash);
    try {
      await makeFolder(path.resolve(folder));
      const release = await lockFolder(folder);
      return { release, finish: () => rm(folder, { recursive: true, force: true }) };
    } catch (error) {
      // The folder goes when another process has finished.
      if (error instanceof FolderInUse || codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

/** A point that this process alone runs. */
export interface Claim {
  /** Leaves the checkpoints for whoever goes on. */
  readonly release: () => Promise<void>;
  /** Removes them too: the record is kept. */
  readonly finish: () => Promise<void>;
}

/** Adds records to a file of its own. */
export class PointWriter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds a line whole, and on the disk when this returns. @throws the file system's error, with the line cut off or absent */
  async add(record: PointRecord): Promise<void> {
    await makeFolder(path.dirname(path.resolve(this.#file)));
    const handle = await open(this.#file, 'a');
    try {
      await handle.writeFile(`${JSON.stringify(record)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
