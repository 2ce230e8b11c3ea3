import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { InputError, reasonOf } from '../../units/input-error.js';
import { recordFiles } from '../file/record-files.js';
import { openOutputFolder } from '../file/output-folder.js';
import { lockFolder } from './folder-lock.js';
import { recordIn } from './record-in-folder.js';

/** An experiment's claim to an output folder. */
interface FolderClaim {
  readonly folder: string;
  readonly experimentHash: string;
  /** Results of another experiment may be replaced. */
  readonly overwrite: boolean;
  /** Whether a checkpoint of another experiment lies in the folder. */
  readonly holdsOtherCheckpoint: () => Promise<boolean>;
}

const { run: recordName, estimate: estimateName } = recordFiles;

/** The one field of an older record that matters here. */
const hashed = z.object({ experimentHash: z.string() });

/** Removes temporary files of a process that was killed while it wrote; the lock keeps others from writing here now. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/\.[0-9a-f]{8}\.tmp$/.test(name)) await rm(path.join(folder, name), { force: true });
  }
}

/** The name by which a run without `--out` goes: variants made by `--set` get folders of their own. */
export function defaultFolder(
  name: string,
  experimentHash: string,
  overrides: readonly string[],
): string {
  const variant = overrides.length === 0 ? '' : `-${experimentHash.slice(0, 8)}`;
  return path.join('reports', `${name}${variant}`);
}

/**
 * Opens the output folder for this run alone. What another experiment left in it is not lost unless the user says so.
 * @returns a function that releases the folder
 * @throws InputError
 */
export async function claimFolder(claim: FolderClaim): Promise<() => Promise<void>> {
  const { folder, experimentHash, overwrite } = claim;
  await openOutputFolder(folder);
  let release: () => Promise<void>;
  try {
    release = await lockFolder(folder);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${folder}: the output folder cannot be written (${reasonOf(error)}); give another one with --out`,
    );
  }
  await removeLeftovers(folder);
  if (overwrite) return release;
  const found = await recordIn(path.join(folder, recordName), hashed);
  const isOther =
    found === 'unknown' || (found !== null && found.experimentHash !== experimentHash);
  const ofAnother = 'of another experiment, or of this one with other keys, data or chip';
  let what: string;
  if (isOther) what = `the ${recordName} ${ofAnother}`;
  else if ((await readdir(folder)).includes(estimateName)) {
    what = `the ${estimateName} of an estimate, whose ledger.csv the run would replace`;
  } else if (await claim.holdsOtherCheckpoint()) what = `the checkpoint ${ofAnother}`;
  else return release;
  await release();
  throw new InputError(
    `${folder}: holds ${what}; give another folder with --out, or replace it with --overwrite`,
  );
}
