import { basename, resolve } from 'node:path';

import { InputError } from '../units/input-error.js';
import {
  type Dataset,
  type DatasetParts,
  type InputShape,
  sampleCountOf,
  type Samples,
  valueCount,
} from './dataset.js';
import { firstSamples } from './events/event-stream.js';
import { resolveDataFolder } from './data-folder.js';
import { type FolderFormat, layoutOfFolder } from './folder-layout.js';
import { findKnownSet, folderOf, type KnownSet, remedyOf } from './known-sets.js';
import { type Rows, scaleByRange, splitEverySixth, takeFirst } from './partition.js';
import { readSamples } from './sample-files.js';
import { commonScale, scaleValues, type ValueScaling } from './scaling.js';
import type { FileSource } from './verified-file.js';

/** How many samples of each part are used, from the first on; all where it is not said. */
interface SampleLimits {
  readonly trainSamples?: number | undefined;
  readonly testSamples?: number | undefined;
}

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

/** What both parts of a set share. */
type Common = Pick<
  Dataset,
  'name' | 'classCount' | 'inputShape' | 'featureScale' | 'normalise' | 'note'
>;

/** Number of samples wanted of a part that has `available`. */
function limitOf(
  wanted: number | undefined,
  available: number,
  key: 'trainSamples' | 'testSamples',
  name: string,
): number {
  if (wanted === undefined) return available;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > available) {
    const part = key === 'trainSamples' ? 'training' : 'test';
    throw new InputError(
      `dataset.${key} = ${wanted}: ${name} has ${available} ${part} samples; allowed are whole numbers from 1 to ${available}, or leave the key out for all`,
    );
  }
  return wanted;
}

function makeDataset(
  common: Common,
  rows: Rows,
  sampleCount: number,
  { events, sourceFiles }: Pick<Samples, 'events' | 'sourceFiles'>,
): Dataset {
  const inputCount = valueCount(common.inputShape);
  return {
    ...common,
    inputCount,
    sampleCount,
    ...(sampleCount === rows.labels.length ? rows : takeFirst(rows, inputCount, sampleCount)),
    events: events === null ? null : firstSamples(events, sampleCount),
    sourceFiles,
  };
}

function rowsOf(samples: Samples): Rows {
  return { features: samples.features.values, labels: samples.labels.values };
}

async function loadKnownSet(
  set: KnownSet,
  limits: SampleLimits,
  dataFolder: string,
): Promise<DatasetParts> {
  // Before any file is read: the answer is known, and reading takes up to a second.
  const trainCount = limitOf(limits.trainSamples, set.trainSampleCount, 'trainSamples', set.name);
  const testCount = limitOf(limits.testSamples, set.testSampleCount, 'testSamples', set.name);
  const source: FileSource = {
    folder: folderOf(set, dataFolder),
    remedy: remedyOf(set),
    checksums: set.checksums,
    classCount: set.classCount,
  };
  const { layout, name, classCount, inputShape, featureScale, note } = set;
  const common: Common = { name, classCount, inputShape, featureScale, normalise: null, note };
  if (layout.kind === 'parts') {
    const train = await readSamples(source, layout.train);
    const test = await readSamples(source, layout.test);
    return {
      train: makeDataset(common, rowsOf(train), trainCount, train),
      test: makeDataset(common, rowsOf(test), testCount, test),
    };
  }
  const inputCount = valueCount(inputShape);
  const whole = await readSamples(source, layout.files);
  const { train, test } = splitEverySixth(rowsOf(whole), inputCount);
  const scaled = (rows: Rows): Rows =>
    set.isScaledByTrainingRange
      ? { ...rows, features: scaleByRange(rows.features, train.features, inputCount) }
      : rows;
  return {
    train: makeDataset(common, scaled(train), trainCount, whole),
    test: makeDataset(common, scaled(test), testCount, whole),
  };
}

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
    throw new InputError(
      `${folder}: every label is 0; there must be at least 2 classes; write dataset.classCount: 2 if there is another class without samples here`,
    );
  }
  return classCount;
}

async function loadFolder(spec: FolderDatasetSpec): Promise<DatasetParts> {
  const folder = resolve(spec.path);
  const stated = spec.classCount ?? (spec.format === 'cifar' ? 10 : null);
  if (stated !== null && (!Number.isInteger(stated) || stated < 2 || stated > 256)) {
    throw new InputError(
      `dataset.classCount = ${stated}: allowed are whole numbers from 2 to 256, because labels are bytes`,
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
    note: [train.note, test.note].filter((note) => note !== null).join(' ') || null,
  };
  const trainCount = limitOf(
    spec.trainSamples,
    sampleCountOf(train.features),
    'trainSamples',
    common.name,
  );
  const testCount = limitOf(
    spec.testSamples,
    sampleCountOf(test.features),
    'testSamples',
    common.name,
  );
  return {
    train: makeDataset(common, rowsOf(train), trainCount, train),
    test: makeDataset(common, rowsOf(test), testCount, test),
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
