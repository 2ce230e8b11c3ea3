import { randomBytes } from 'node:crypto';
import { rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError, reasonOf } from '../../units/input-error.js';
import { makeFolder, openOutputFolder, removeMade } from '../file/output-folder.js';

/** Where the files are all that a command leaves. */
const unchanged =
  'nothing was changed: make room, or give another folder with --out, and start the same command again';

/**
 * Files of a folder that change together: each is first written whole under a temporary name, and all get their names
 * when the last is there. Until then the older ones stay as they are.
 */
export class StagedFiles {
  readonly #folder: string;
  readonly #temporaryOf = new Map<string, string>();
  readonly #madeFolders: string[];
  readonly #removed: string[] = [];
  readonly #remedy: string;

  /**
   * @param madeFolders folders that were made for these files, outermost first: without the files they go too
   * @param remedy what is left where a file cannot be written, and what to do
   */
  constructor(folder: string, madeFolders: readonly string[] = [], remedy = unchanged) {
    this.#folder = folder;
    this.#madeFolders = [...madeFolders];
    this.#remedy = remedy;
  }

  /** Files of an output folder, which is made. @throws InputError where it cannot be written. */
  static async open(folder: string, remedy = unchanged): Promise<StagedFiles> {
    return new StagedFiles(folder, await openOutputFolder(folder), remedy);
  }

  /**
   * Writes a file under a temporary name; its folder is made.
   * @param name path inside the folder
   * @param content a list: pieces of one file
   * @throws InputError where it cannot be written: then nothing of all this is left.
   */
  async add(name: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
    const target = path.join(this.#folder, name);
    const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
    this.#temporaryOf.set(target, temporary);
    try {
      await makeFolder(path.resolve(path.dirname(target)), this.#madeFolders);
      await writeFile(temporary, content);
    } catch (error) {
      await this.#discard();
      throw new InputError(`${target}: cannot be written (${reasonOf(error)}); ${this.#remedy}`);
    }
  }

  /** Marks an older file, which belongs to another record, for removal by `commit`. @param name path inside the folder */
  remove(name: string): void {
    this.#removed.push(path.join(this.#folder, name));
  }

  /**
   * Gives every file its name.
   * @param record the file that says that the folder is whole: it goes first and comes last
   * @throws InputError where a name cannot be given.
   */
  async commit(record: string): Promise<void> {
    const recordFile = path.join(this.#folder, record);
    const others = [...this.#temporaryOf].filter(([target]) => target !== recordFile);
    const last = [...this.#temporaryOf].filter(([target]) => target === recordFile);
    try {
      for (const file of [recordFile, ...this.#removed]) await rm(file, { force: true });
      for (const [target, temporary] of [...others, ...last]) await rename(temporary, target);
      this.#temporaryOf.clear();
      await this.#removeEmptied();
    } catch (error) {
      await this.#discard();
      throw new InputError(
        `${this.#folder}: its files cannot be replaced (${reasonOf(error)}); give another folder with --out, and start the same command again`,
      );
    }
  }

  /** Folders inside the folder that held nothing but removed files. */
  async #removeEmptied(): Promise<void> {
    const folders = new Set(this.#removed.map((file) => path.resolve(path.dirname(file))));
    folders.delete(path.resolve(this.#folder));
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  }

  async #discard(): Promise<void> {
    for (const temporary of this.#temporaryOf.values()) {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    this.#temporaryOf.clear();
    await removeMade(this.#madeFolders.splice(0));
  }
}
