import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, InputError, reasonOf } from '../../units/input-error.js';

/**
 * Writes a file whole or not at all: under a temporary name beside it, then renamed.
 * @throws the file system's error when it cannot.
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes one folder; false: it was there, perhaps made by another program just now. */
async function makeOne(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return false;
    throw error;
  }
}

/**
 * Makes a folder and those above it, each tried at most twice: Node's own recursive mkdir never returns where a file
 * system answers "no such file" for a folder whose parent exists, as /proc does. Several programs may make it at once.
 * @param made takes the folders that were not there, outermost first
 */
export async function makeFolder(folder: string, made: string[] = []): Promise<void> {
  let isMade: boolean;
  try {
    isMade = await makeOne(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(path.dirname(folder), made);
    isMade = await makeOne(folder);
  }
  if (isMade) made.push(folder);
}

/** Takes folders away that `makeFolder` made, unless something is in them by now. */
export async function removeMade(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) await rmdir(folder).catch(() => undefined);
}

/**
 * Makes the output folder and proves that it can be written, before hours are spent on what would go into it.
 * @returns the folders that were not there, outermost first
 * @throws InputError, and then none of these is left.
 */
export async function openOutputFolder(folder: string): Promise<readonly string[]> {
  const made: string[] = [];
  try {
    await makeFolder(path.resolve(folder), made);
    const probe = path.join(folder, `.spikeledger-${randomBytes(4).toString('hex')}.tmp`);
    await writeFile(probe, '');
    await rm(probe);
    return made;
  } catch (error) {
    await removeMade(made);
    throw new InputError(
      `${folder}: the output folder cannot be written (${reasonOf(error)}); give another one with --out`,
    );
  }
}
