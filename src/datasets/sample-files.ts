import { elementAt } from '../numerics/integer.js';
import { InputError } from '../units/input-error.js';
import { cifarShape, readCifarBatch } from './cifar.js';
import { type FeatureBlock, sampleCountOf, type SourceFile } from './dataset.js';
import type { PartFiles } from './folder-layout.js';
import { readIdxImages, readIdxLabels } from './idx.js';
import { readNpyFeatures, readNpyLabels } from './npy.js';
import { readStoredFile, sha256, type StoredFile, unpack } from './stored-file.js';

/** What a known file must be, in lower-case hexadecimal. */
export interface Checksum {
  /** SHA-256 of the file as published, packed; null when it is published unpacked. */
  readonly packed: string | null;
  /** SHA-256 of the unpacked content. */
  readonly content: string;
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

/** Samples of one part and the files they came from. */
export interface Samples {
  readonly features: FeatureBlock;
  readonly labels: Uint8Array;
  readonly sourceFiles: readonly SourceFile[];
}

/** Readers of the two files of a pair. */
export const pairReaders = {
  idx: { features: readIdxImages, labels: readIdxLabels },
  npy: { features: readNpyFeatures, labels: readNpyLabels },
} as const;

/** Refuses a label that is no class, with its position. */
export function assertLabels(labels: Uint8Array, classCount: number | null, path: string): void {
  if (classCount === null) return;
  const wrongIndex = labels.findIndex((label) => label >= classCount);
  if (wrongIndex >= 0) {
    throw new InputError(
      `${path}: label of sample ${wrongIndex} is ${elementAt(labels, wrongIndex, 'labels')}; allowed are 0 to ${classCount - 1}; correct that label, or the number of classes if there are more`,
    );
  }
}

/** A sentence when the file is not the known one, else null; a copy packed anew is accepted by its content. */
export function checksumProblem(
  file: StoredFile,
  content: Uint8Array,
  known: Checksum | undefined,
): string | null {
  if (known === undefined || file.sha256 === known.packed || sha256(content) === known.content)
    return null;
  const packed = known.packed === null ? '' : `${known.packed} packed, `;
  return `${file.path}: the SHA-256 is ${file.sha256}; that of the known file is ${packed}${known.content} unpacked; get the file again, or give dataset.path and dataset.format in place of the name to use other data on purpose`;
}

/** Reads one file; its form is judged before its checksum, because that says more about what is wrong. */
async function readFile<Parsed>(
  source: FileSource,
  fileName: string,
  parse: (content: Uint8Array, path: string) => Parsed,
): Promise<{ readonly parsed: Parsed; readonly path: string; readonly sourceFile: SourceFile }> {
  const file = await readStoredFile(source.folder, fileName, source.remedy);
  const content = await unpack(file);
  const parsed = parse(content, file.path);
  const problem = checksumProblem(file, content, source.checksums[fileName]);
  if (problem !== null) throw new InputError(problem);
  return {
    parsed,
    path: file.path,
    sourceFile: { fileName: file.fileName, sha256: file.sha256 },
  };
}

async function readPair(
  source: FileSource,
  part: Extract<PartFiles, { kind: 'pair' }>,
): Promise<Samples> {
  const readers = pairReaders[part.format];
  const features = await readFile(source, part.features, readers.features);
  const labels = await readFile(source, part.labels, readers.labels);
  const sampleCount = sampleCountOf(features.parsed);
  if (sampleCount !== labels.parsed.length) {
    throw new InputError(
      `${features.path}: the file holds ${sampleCount} samples, ${labels.path} holds ${labels.parsed.length} labels; there must be as many labels as samples; get both files of one set`,
    );
  }
  assertLabels(labels.parsed, source.classCount, labels.path);
  return {
    features: features.parsed,
    labels: labels.parsed,
    sourceFiles: [features.sourceFile, labels.sourceFile],
  };
}

function joinBytes(arrays: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let position = 0;
  for (const array of arrays) {
    joined.set(array, position);
    position += array.length;
  }
  return joined;
}

async function readBatches(source: FileSource, fileNames: readonly string[]): Promise<Samples> {
  const values: Uint8Array[] = [];
  const labels: Uint8Array[] = [];
  const sourceFiles: SourceFile[] = [];
  for (const fileName of fileNames) {
    const { parsed, path, sourceFile } = await readFile(source, fileName, readCifarBatch);
    assertLabels(parsed.labels, source.classCount, path);
    values.push(parsed.values);
    labels.push(parsed.labels);
    sourceFiles.push(sourceFile);
  }
  return {
    features: { sampleShape: cifarShape, values: joinBytes(values) },
    labels: joinBytes(labels),
    sourceFiles,
  };
}

/**
 * Reads all samples of a part, batches joined in order.
 * @throws InputError for a file that is missing, unreadable, malformed, not the known one, or does not fit its partner.
 */
export async function readSamples(source: FileSource, part: PartFiles): Promise<Samples> {
  return part.kind === 'pair' ? readPair(source, part) : readBatches(source, part.fileNames);
}
