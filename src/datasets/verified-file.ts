import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import type { SourceFile } from './dataset.js';
import { gitBlob, readStoredFile, sha256, type StoredFile, unpack } from './stored-file.js';

/** What a known file must be, in lower-case hexadecimal. */
export interface Checksum {
  /** SHA-256 of the file as published, packed; null when it is published unpacked. */
  readonly packed: string | null;
  /** SHA-256 of the unpacked content; null: not known. */
  readonly content: string | null;
  /** Git blob SHA-1 of the unpacked original, where that is what is known of it. */
  readonly originalBlob?: string;
  /** Samples of `content` that were decoded from JPEG, other than in the original. */
  readonly jpegSampleCount?: number;
}

/** Where a set's files lie and what is known about them. */
export interface FileSource {
  readonly folder: string;
  /** What the user can do when a file is missing. */
  readonly remedy: string;
  /** By file name without `.gz`; empty for a user's own files. */
  readonly checksums: Readonly<Record<string, Checksum>>;
  /** Labels must be below it; null when any label is a class. */
  readonly classCount: number | null;
}

/** Refuses a label that is no class, with its position. */
export function assertLabels(labels: Uint8Array, classCount: number | null, path: string): void {
  if (classCount === null) return;
  const wrongIndex = labels.findIndex((label) => label >= classCount);
  if (wrongIndex >= 0) {
    const remedy =
      labels.includes(1) && labels.every((label) => label >= 1 && label <= classCount)
        ? `the labels run from 1 to ${classCount}: subtract 1, in both parts alike (y - 1)`
        : 'correct that label, or the number of classes if there are more';
    throw new InputError(
      `${path}: label of sample ${wrongIndex} is ${elementAt(labels, wrongIndex, 'labels')}; allowed are 0 to ${classCount - 1}; ${remedy}`,
    );
  }
}

/** What a file is known as: the original, a copy, or nothing. */
function recognise(
  file: StoredFile,
  content: Uint8Array,
  known: Checksum,
): 'original' | 'copy' | null {
  const { packed, content: unpacked, originalBlob } = known;
  if (file.sha256 === packed || (unpacked !== null && sha256(content) === unpacked)) return 'copy';
  return originalBlob !== undefined && gitBlob(content) === originalBlob ? 'original' : null;
}

/** `12ab… packed, 34cd… unpacked, or its git blob SHA-1 56ef…`: of the known file. */
function printChecksum({ packed, content, originalBlob }: Checksum): string {
  const sums = [
    ...(packed === null ? [] : [`${packed} packed`]),
    ...(content === null ? [] : [`${content} unpacked`]),
  ];
  const blob =
    originalBlob === undefined ? '' : `the git blob SHA-1 of the original is ${originalBlob}`;
  const known = sums.length === 0 ? '' : `that of the known file is ${sums.join(', ')}`;
  return [known, blob].filter((part) => part !== '').join('; ');
}

/** A sentence when the file is not the known one, else null; a copy packed anew is accepted by its content. */
export function checksumProblem(
  file: StoredFile,
  content: Uint8Array,
  known: Checksum | undefined,
): string | null {
  if (known === undefined || recognise(file, content, known) !== null) return null;
  return `${file.path}: the SHA-256 is ${file.sha256}; ${printChecksum(known)}; get the file again, or give dataset.path and dataset.format in place of the name to use other data on purpose`;
}

/** A file that has been read and is the known one, where one is known. */
export interface VerifiedFile<Parsed> {
  readonly parsed: Parsed;
  readonly path: string;
  readonly sourceFile: SourceFile;
  /** As in `Samples`. */
  readonly jpegSampleCount: number;
}

/** Reads one file; its form is judged before its checksum, because that says more about what is wrong. */
export async function readVerified<Parsed>(
  source: FileSource,
  fileName: string,
  parse: (content: Uint8Array, path: string) => Parsed,
): Promise<VerifiedFile<Parsed>> {
  const file = await readStoredFile(source.folder, fileName, source.remedy);
  const content = await unpack(file);
  const parsed = parse(content, file.path);
  const known = source.checksums[fileName];
  const problem = checksumProblem(file, content, known);
  if (problem !== null) throw new InputError(problem);
  const { jpegSampleCount = 0 } = known ?? {};
  const isCopy =
    jpegSampleCount > 0 && known !== undefined && recognise(file, content, known) === 'copy';
  return {
    parsed,
    path: file.path,
    sourceFile: { fileName: file.fileName, sha256: file.sha256 },
    jpegSampleCount: isCopy ? jpegSampleCount : 0,
  };
}
