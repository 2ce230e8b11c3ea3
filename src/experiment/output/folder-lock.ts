import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf, InputError } from '../../units/input-error.js';

/** Name of the file that says which process writes into a folder. */
export const lockName = '.spikeledger.lock';
/** Longest time for which a new lock file is still empty, because its process is about to fill it. */
const fillingMs = 2000;
/** How often the holder of a lock touches its file: rarely, since thousands of holders may share a file system. */
const beatMs = 60_000;
/** A holder on another machine that has not touched its file for so long is taken for dead. */
export const silenceMs = 300_000;

/** The process that holds a lock. */
const holderSchema = z.object({
  host: z.string(),
  pid: z.int().min(1),
  /** Clock ticks from boot to the start of the process (Linux), so that a later process of this number is another one; else null. */
  startTick: z.string().nullable(),
  /** `array_index` of the Slurm task that the process belongs to; null: none. */
  slurmTask: z.string().nullable().default(null),
});
type Holder = z.infer<typeof holderSchema>;

/** Field 22 of /proc/PID/stat (proc(5)), counted behind the name, which may hold anything; null where there is none. */
async function startTickOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** The task of Slurm that this process belongs to; null: none. */
function ownSlurmTask(): string | null {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: index } = process.env;
  return array === undefined || index === undefined ? null : `${array}_${index}`;
}

/** Whether the file was touched lately. Clocks of machines that share files agree to well within the time of silence. */
async function isTouched(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs < silenceMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function isAlive(file: string, { host, pid, startTick }: Holder): Promise<boolean> {
  // Nobody can see from here whether a process of another machine lives, but it touches its file while it does.
  if (host !== hostname()) return isTouched(file);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return startTick === null || startTick === (await startTickOf(pid));
}

/** Who holds the lock; `nobody`: the file has gone; `unreadable`: it says nothing. */
async function holderOf(file: string): Promise<Holder | 'nobody' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'nobody';
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

/** The same, after waiting for a lock file that its process is still filling. */
async function settledHolderOf(file: string): Promise<Holder | 'nobody' | 'unreadable'> {
  for (let waited = 0; waited < fillingMs; waited += 100) {
    const holder = await holderOf(file);
    if (holder !== 'unreadable') return holder;
    await setTimeout(100);
  }
  return holderOf(file);
}

/** Takes a dead process's lock away, unless another process has done so and holds it by now. */
async function takeAway(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = JSON.stringify(await holderOf(aside));
  if (taken === stale) await rm(aside, { force: true });
  else await rename(aside, file);
}

/** Makes a lock file that was not there; where nothing can be written into it there is none. */
async function makeLock(file: string, own: Holder): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(own)}\n`);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Another process writes into the folder. */
export class FolderInUse extends InputError {}

/** Touches a lock's file now and then. @returns a function that stops it and removes the file, if it is still this process's */
function keepTouched(file: string, own: Holder): () => Promise<void> {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, beatMs);
  beat.unref();
  return async () => {
    clearInterval(beat);
    const holder = await holderOf(file);
    if (JSON.stringify(holder) === JSON.stringify(own)) await rm(file, { force: true });
  };
}

/**
 * Frees a folder whose holder belonged to this array of Slurm. Only for an array of which Slurm says that it has ended.
 */
export async function freeOfArray(folder: string, array: string): Promise<void> {
  const file = path.join(folder, lockName);
  const holder = await holderOf(file);
  if (typeof holder === 'string' || holder.slurmTask?.startsWith(`${array}_`) !== true) return;
  await takeAway(file, JSON.stringify(holder));
}

/**
 * Holds a folder for this process until it is released or the process ends, however it ends; a holder on another machine
 * must touch its file every few minutes, which this does.
 * @returns a function that releases the folder
 * @throws FolderInUse while another process holds it; the file system's error where no file can be made.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, lockName);
  const own: Holder = {
    host: hostname(),
    pid: process.pid,
    startTick: await startTickOf(process.pid),
    slurmTask: ownSlurmTask(),
  };
  for (;;) {
    try {
      await makeLock(file, own);
      return keepTouched(file, own);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = await settledHolderOf(file);
    if (holder === 'nobody') continue;
    if (holder !== 'unreadable' && (await isAlive(file, holder))) {
      const { pid, host } = holder;
      const ended =
        host === hostname() ? '' : `, or wait until its lock is ${silenceMs / 60_000} minutes old`;
      throw new FolderInUse(
        `${folder}: process ${pid} on ${host} is writing into this folder; wait for it, or give another folder with --out (if that process has ended, remove ${file}${ended})`,
      );
    }
    await takeAway(file, JSON.stringify(holder));
  }
}
