import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { readGivenFile, RefusedFile } from '../units/given-file.js';
import { codeOf, InputError, reasonOf } from '../units/input-error.js';
import { largestFileBytes, unpackedBytes } from '../units/limits.js';

/** A file as it lies on disk, packed or not. */
export interface StoredFile {
  readonly path: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Of `bytes`, lower-case hexadecimal. */
  readonly sha256: string;
}

const unpackGzip = promisify(gunzip);

/** ID1, ID2 and the only compression method there is, deflate (RFC 1952 §2.3.1). */
const gzipMark = [0x1f, 0x8b, 0x08];

/** SHA-256 in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-1 of a git blob with this content (git-hash-object), in lower-case hexadecimal. */
export function gitBlob(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/**
 * Names of the entries of a folder; of a folder that does not exist, none.
 * @throws InputError when it is there but cannot be listed.
 */
export async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new InputError(
      `${folder}: cannot be listed (${codeOf(error) ?? reasonOf(error)}); it must be a readable folder`,
    );
  }
}

/** The stored name of a file among the entries of its folder: as it is, else with `.gz`, else null. */
export function findEntry(entries: readonly string[], fileName: string): string | null {
  return [fileName, `${fileName}.gz`].find((name) => entries.includes(name)) ?? null;
}

/**
 * Reads `fileName` of `folder`, or `fileName.gz`; unpacks nothing.
 * @param remedy what the user can do when the file is missing
 * @throws InputError when it is missing, a folder or unreadable.
 */
export async function readStoredFile(
  folder: string,
  fileName: string,
  remedy: string,
): Promise<StoredFile> {
  const entry = findEntry(await listFolder(folder), fileName);
  if (entry === null) {
    throw new InputError(
      `${join(folder, fileName)}: there is no such file, nor ${fileName}.gz; ${remedy}`,
    );
  }
  const path = join(folder, entry);
  try {
    const { buffer, byteOffset, length } = readGivenFile(path, largestFileBytes.data);
    const bytes = new Uint8Array(buffer, byteOffset, length);
    return { path, fileName: entry, bytes, sha256: sha256(bytes) };
  } catch (error) {
    if (error instanceof RefusedFile) throw new InputError(`${path}: ${error.message}`);
    throw new InputError(
      `${path}: cannot be read (${codeOf(error) ?? reasonOf(error)}); it must be a readable file`,
    );
  }
}

/**
 * The unpacked content; whether a file is gzip is told by its first bytes, not by its name.
 * @throws InputError when the gzip data is cut off or damaged, or unpacks to more than samples do.
 */
export async function unpack(file: StoredFile): Promise<Uint8Array> {
  if (gzipMark.some((byte, index) => file.bytes[index] !== byte)) return file.bytes;
  const { always, perStoredByte } = unpackedBytes;
  const maxOutputLength = always + perStoredByte * file.bytes.length;
  try {
    const { buffer, byteOffset, length } = await unpackGzip(file.bytes, { maxOutputLength });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw new InputError(
        `${file.path}: unpacks to more than ${maxOutputLength} bytes, ${always} and ${perStoredByte} for each of its ${file.bytes.length} stored bytes; unpack it and store it as it is`,
      );
    }
    throw new InputError(
      `${file.path}: the gzip data is cut off or damaged (${codeOf(error) ?? reasonOf(error)} after ${file.bytes.length} stored bytes); get the file again`,
    );
  }
}
