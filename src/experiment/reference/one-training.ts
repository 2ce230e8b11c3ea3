import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from '../file/output-folder.js';
import { FolderInUse, lockFolder } from '../output/folder-lock.js';
import type { CacheEntry } from './reference-outcome.js';

/** How soon who waits looks again at first, and then after this share of the time it has waited: thousands may wait at once. */
const lookMs = 200;
const lookShare = 0.05;

function placeOfTurn({ folder, key }: CacheEntry): string {
  return path.join(folder, `${key}.turn`);
}

/** Whether a process trains a reference, or was killed while it did. */
export function isInTraining(entry: CacheEntry): boolean {
  return existsSync(placeOfTurn(entry));
}

/**
 * Waits until no other process trains the same reference: many points of a study share one, and it is trained once.
 * @returns ends this process's turn. Where no lock can be made everybody trains, which costs time and nothing else.
 */
export async function takeTurn(
  entry: CacheEntry,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const place = placeOfTurn(entry);
  const nothing = () => Promise.resolve();
  const begin = performance.now();
  for (;;) {
    try {
      await makeFolder(path.resolve(place));
      const release = await lockFolder(place);
      return async () => {
        await release();
        await rm(place, { recursive: true, force: true });
      };
    } catch (error) {
      if (!(error instanceof FolderInUse) || signal.aborted) return nothing;
    }
    const waitMs = Math.max(lookMs, lookShare * (performance.now() - begin));
    // The signal ends the wait; what it means is looked up above.
    await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
