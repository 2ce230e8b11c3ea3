import { basename, resolve } from 'node:path';

import { InputError } from '../units/input-error.js';
import { DatasetKeyError } from './dataset-key-error.js';
import { type DatasetParts, type InputShape, sampleCountOf, type Samples } from './dataset.js';
import { resolveDataFolder } from './data-folder.js';
import { type FolderFormat, layoutOfFolder } from './folder-layout.js';
import { findKnownSet } from './known-sets.js';
import { loadKnownSet } from './load-known-set.js';
import { type Common, limitOf, makeDataset, rowsOf, type SampleLimits } from './make-dataset.js';
import { readSamples } from './sample-files.js';
import { commonScale, scaleValues, type ValueScaling } from './scaling/scaling.js';
import type { FileSource } from './verified-file.js';

/** A set known by name, verified by its checksums; `datasetCatalogue` lists them. */
export interface NamedDatasetSpec extends SampleLimits, ValueScaling {
  readonly name: string;
}

/**
 * A folder of the user's own, without checksums. Expected files, each plain or with `.gz`:
 * - `idx`: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte;
 * - `cifar`: data_batch_1.bin, data_batch_2.bin, … without a gap, and test_batch.bin;
 * - `npy`: train-x.npy, train-y.npy, test-x.npy, test-y.npy;
 * - `aer`, event streams: sensor.npy (channels, height, width) and, for train and for test, train-events.npy (one row per event:
 *   time in µs since its sample began, x, y, polarity), train-offsets.npy (the first event of each sample, then the number
 *   of events), all whole numbers, and train-y.npy.
 * Unsigned bytes stand for value / 255 unless `scale` is stated, other numbers for themselves; of event streams the features are
 * the counts of events by input. Labels of npy and aer: class numbers from 0, or one-hot rows.
 */
export interface FolderDatasetSpec extends SampleLimits, ValueScaling {
  readonly path: string;
  readonly format: FolderFormat;
  /** 2…256; where it is not said 10 for `cifar`, else one more than the largest label of both parts. */
  readonly classCount?: number | undefined;
}

/** Data set by its name in the catalogue, or by a folder and its format. */
export type DatasetSpec = NamedDatasetSpec | FolderDatasetSpec;

function commonShape(
  train: Samples['features'],
  test: Samples['features'],
  folder: string,
): InputShape {
  const [trainShape, testShape] = [train.sampleShape.join(' x '), test.sampleShape.join(' x ')];
  if (trainShape !== testShape) {
    throw new InputError(
      `${folder}: training samples have shape ${trainShape}, test samples ${testShape} (channels x height x width); both parts must have the same shape`,
    );
  }
  return train.sampleShape;
}

/** The classes that the labels of a part show. */
function shownClassCount({ labels: { values, oneHotClassCount } }: Samples): number {
  const largest = values.reduce((soFar, label) => Math.max(soFar, label), 0);
  return Math.max(1 + largest, oneHotClassCount ?? 0);
}

/** The classes that are stated, or those that the labels show. */
function classCountOf(
  stated: number | null,
  train: Samples,
  test: Samples,
  folder: string,
): number {
  if (stated !== null) return stated;
  const classCount = Math.max(shownClassCount(train), shownClassCount(test));
  if (classCount < 2) {
    throw new DatasetKeyError(
      'path',
      null,
      `${folder}: every label is 0; there must be at least 2 classes; write dataset.classCount: 2 if there is another class without samples here`,
    );
  }
  return classCount;
}

async function loadFolder(spec: FolderDatasetSpec): Promise<DatasetParts> {
  const folder = resolve(spec.path);
  const stated = spec.classCount ?? (spec.format === 'cifar' ? 10 : null);
  if (stated !== null && (!Number.isInteger(stated) || stated < 2 || stated > 256)) {
    throw new DatasetKeyError(
      'classCount',
      String(stated),
      'allowed are whole numbers from 2 to 256, because labels are bytes',
    );
  }
  const layout = await layoutOfFolder(folder, spec.format);
  const source: FileSource = {
    folder,
    remedy: `put it there, or correct dataset.path (format ${spec.format})`,
    checksums: {},
    classCount: stated,
  };
  const train = await readSamples(source, layout.train);
  const test = await readSamples(source, layout.test);
  const common: Common = {
    name: basename(folder),
    classCount: classCountOf(stated, train, test, folder),
    inputShape: commonShape(train.features, test.features, folder),
    featureScale: commonScale([train.features, test.features], spec, folder),
    normalise: null,
    channels: null,
    note: [train.note, test.note].filter((note) => note !== null).join(' ') || null,
  };
  const countsOf = (samples: Samples, key: 'trainSamples' | 'testSamples') => {
    const inSet = sampleCountOf(samples.features);
    return { inUse: limitOf(spec[key], inSet, key, common.name), inSet };
  };
  return {
    train: makeDataset(common, rowsOf(train), countsOf(train, 'trainSamples'), train),
    test: makeDataset(common, rowsOf(test), countsOf(test, 'testSamples'), test),
  };
}

/**
 * Reads a data set, in file order.
 * @param dataFolder folder of the known sets; the packaged digits do not look at it, nor does a set with a path
 * @throws InputError for an unknown name, for more samples than there are, and for any fault of a file.
 */
export async function loadDataset(
  spec: DatasetSpec,
  dataFolder: string = resolveDataFolder(),
): Promise<DatasetParts> {
  const parts =
    'name' in spec
      ? await loadKnownSet(findKnownSet(spec.name), spec, dataFolder)
      : await loadFolder(spec);
  return scaleValues(parts, spec);
}
