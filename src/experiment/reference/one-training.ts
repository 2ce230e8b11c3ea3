import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from '../file/output-folder.js';
import { FolderInUse, lockFolder, lockName } from '../output/folder-lock.js';
import type { CacheEntry } from './reference-outcome.js';

/** How often who trains says so. */
const heartbeatMs = 5000;
/** A process of another machine that has said nothing for so long is taken for dead. */
const silenceMs = 60_000;
/** How often who waits looks. */
const lookMs = 200;

/** Whether whoever holds a lock has said so lately. A process of this machine that ended is found by the lock itself. */
async function isSilent(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > silenceMs;
  } catch {
    return false;
  }
}

/**
 * Waits until no other process trains the same reference: many points of a study share one, and it is trained once.
 * @returns ends this process's turn. Where no lock can be made everybody trains, which costs time and nothing else.
 */
export async function takeTurn(
  { folder, key }: CacheEntry,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const place = path.join(folder, `${key}.turn`);
  const file = path.join(place, lockName);
  const nothing = () => Promise.resolve();
  for (;;) {
    try {
      await makeFolder(path.resolve(place));
      const release = await lockFolder(place);
      const heartbeat = setInterval(() => {
        const now = new Date();
        utimes(file, now, now).catch(() => undefined);
      }, heartbeatMs);
      return async () => {
        clearInterval(heartbeat);
        await release();
        await rm(place, { recursive: true, force: true });
      };
    } catch (error) {
      if (!(error instanceof FolderInUse) || signal.aborted) return nothing;
    }
    if (await isSilent(file)) return nothing;
    await setTimeout(lookMs);
  }
}
