import { InputError } from '../units/input-error.js';
import { cifarShape, readCifarBatch } from './cifar.js';
import {
  type FeatureBlock,
  type Samples,
  sampleCountOf,
  type SourceFile,
  valueCount,
} from './dataset.js';
import type { PartFiles } from './folder-layout.js';
import { readIdxImages, readIdxLabels } from './idx.js';
import { readNpyFeatures } from './npy/npy-features.js';
import { areFlattenedRows, readNpyLabels } from './npy/npy-labels.js';
import { readCues, readStreams } from './stream-files.js';
import { assertLabels, type FileSource, readVerified } from './verified-file.js';

/** Readers of the two files of a pair. */
export const pairReaders = {
  idx: { features: readIdxImages, labels: readIdxLabels },
  npy: { features: readNpyFeatures, labels: readNpyLabels },
} as const;

/** What most likely made features and labels differ in number. */
function countRemedy({ sampleShape, values }: FeatureBlock, labels: Uint8Array): string {
  const sampleCount = values.length / valueCount(sampleShape);
  if (areFlattenedRows(labels, sampleCount)) {
    const columnCount = labels.length / sampleCount;
    return `the labels are one-hot rows of ${columnCount} one after the other: save them as rows, with .reshape(-1, ${columnCount})`;
  }
  const [channelCount, height, width] = sampleShape;
  return channelCount * height === 1 && width === labels.length
    ? 'the samples are the columns of the features: save x.T'
    : 'get both files of one set';
}

async function readPair(
  source: FileSource,
  part: Extract<PartFiles, { kind: 'pair' }>,
): Promise<Samples> {
  const readers = pairReaders[part.format];
  const features = await readVerified(source, part.features, readers.features);
  const labels = await readVerified(source, part.labels, readers.labels);
  const sampleCount = sampleCountOf(features.parsed);
  const { values } = labels.parsed;
  if (sampleCount !== values.length) {
    throw new InputError(
      `${features.path}: the file holds ${sampleCount} samples, ${labels.path} holds ${values.length} labels; there must be as many labels as samples; ${countRemedy(features.parsed, values)}`,
    );
  }
  assertLabels(values, source.classCount, labels.path);
  return {
    features: features.parsed,
    labels: labels.parsed,
    events: null,
    sourceFiles: [features.sourceFile, labels.sourceFile],
    note: null,
    jpegSampleCount: 0,
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
  let jpegSampleCount = 0;
  for (const fileName of fileNames) {
    const file = await readVerified(source, fileName, readCifarBatch);
    const { parsed, path, sourceFile } = file;
    assertLabels(parsed.labels, source.classCount, path);
    values.push(parsed.values);
    labels.push(parsed.labels);
    sourceFiles.push(sourceFile);
    jpegSampleCount += file.jpegSampleCount;
  }
  return {
    features: { sampleShape: cifarShape, values: joinBytes(values), defaultScale: 1 / 255 },
    labels: { values: joinBytes(labels), oneHotClassCount: null },
    events: null,
    sourceFiles,
    note: null,
    jpegSampleCount,
  };
}

/**
 * Reads all samples of a part, batches joined in order.
 * @throws InputError for a file that is missing, unreadable, malformed, not the known one, or does not fit its partner.
 */
export async function readSamples(source: FileSource, part: PartFiles): Promise<Samples> {
  switch (part.kind) {
    case 'pair':
      return readPair(source, part);
    case 'cifarBatches':
      return readBatches(source, part.fileNames);
    case 'planes':
    case 'aer':
      return readStreams(source, part);
    case 'cues':
      return readCues(source, part.fileName);
  }
}
