import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { InputError, reasonOf } from './input-error.js';

/** A path that the user named is no file that can be read here; the message completes "cannot be read: …". */
export class RefusedFile extends Error {
  override readonly name = 'RefusedFile';
}

/** `64 MiB`. */
function printBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size = Math.floor(size / 1024);
    unit += 1;
  }
  return `${size} ${units[unit] ?? ''}`;
}

function kindOf(facts: Stats): string {
  if (facts.isDirectory()) return 'a folder';
  if (facts.isFIFO()) return 'a pipe';
  if (facts.isSocket()) return 'a socket';
  return 'a device';
}

/** Files that state no size, such as those of /proc, are read until they end or the limit is passed. */
function readUnsized(file: string, limitBytes: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.alloc(65536);
      const count = readSync(handle, chunk);
      if (count === 0) return Buffer.concat(chunks);
      total += count;
      if (total > limitBytes) throw tooLarge(limitBytes);
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(handle);
  }
}

function tooLarge(limitBytes: number): RefusedFile {
  return new RefusedFile(
    `larger than ${printBytes(limitBytes)}, the limit for such a file (docs/limits.md)`,
  );
}

/**
 * Reads a file that the user named: a regular file of at most `limitBytes`. A pipe would never end, a device neither.
 * @throws RefusedFile, or the file system's error.
 */
export function readGivenFile(file: string, limitBytes: number): Buffer {
  const facts = statSync(file);
  if (!facts.isFile()) {
    throw new RefusedFile(`it is ${kindOf(facts)}, and a regular file is needed`);
  }
  if (facts.size > limitBytes) throw tooLarge(limitBytes);
  return facts.size === 0 ? readUnsized(file, limitBytes) : readFileSync(file);
}

/** The same as text. @throws RefusedFile where it holds a NUL, as no text does; or the file system's error. */
export function readGivenText(file: string, limitBytes: number): string {
  const bytes = readGivenFile(file, limitBytes);
  if (bytes.includes(0)) throw new RefusedFile('it is binary, and a text is needed');
  return bytes.toString('utf8');
}

/** Why a text is not JSON, without the text: Node quotes the first characters of a file that may be anybody's. */
function jsonProblem(error: unknown): string {
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(reasonOf(error))?.[0];
  return place === undefined ? 'no JSON' : `no JSON ${place}`;
}

/**
 * Reads a JSON file that the user named.
 * @param remedy what to do when it is none
 * @throws InputError
 */
export function readGivenJson(file: string, limitBytes: number, remedy: string): unknown {
  let text: string;
  try {
    text = readGivenText(file, limitBytes);
  } catch (error) {
    throw new InputError(`${file}: cannot be read (${reasonOf(error)}); ${remedy}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: is not a whole JSON file (${jsonProblem(error)}); ${remedy}`);
  }
}
