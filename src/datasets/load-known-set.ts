import { type DatasetParts, valueCount } from './dataset.js';
import { folderOf, type KnownSet, remedyOf, setHere } from './known-sets.js';
import { type Common, limitOf, makeDataset, rowsOf, type SampleLimits } from './make-dataset.js';
import { type Rows, scaleByRange, splitEverySixth } from './partition.js';
import { readSamples } from './sample-files.js';
import type { FileSource } from './verified-file.js';

/**
 * Reads as much of a known set as its folder has, every file verified.
 * @throws InputError for more samples than there are, and for any fault of a file.
 */
export async function loadKnownSet(
  set: KnownSet,
  limits: SampleLimits,
  dataFolder: string,
): Promise<DatasetParts> {
  const folder = folderOf(set, dataFolder);
  const { layout, trainSampleCount } = await setHere(set, folder);
  // Before any file is read: the answer is known, and reading takes up to a second.
  const train = {
    inUse: limitOf(limits.trainSamples, trainSampleCount, 'trainSamples', set.name),
    inSet: set.trainSampleCount,
  };
  const test = {
    inUse: limitOf(limits.testSamples, set.testSampleCount, 'testSamples', set.name),
    inSet: set.testSampleCount,
  };
  const { name, classCount, inputShape, featureScale, note, checksums, noteOf } = set;
  const source: FileSource = { folder, remedy: remedyOf(set), checksums, classCount };
  const meaning = { featureScale, normalise: null, channels: null };
  const common: Common = { name, classCount, inputShape, ...meaning, note };
  if (layout.kind === 'parts') {
    const training = await readSamples(source, layout.train);
    const testing = await readSamples(source, layout.test);
    const noted = noteOf === undefined ? common : { ...common, note: noteOf(training, testing) };
    return {
      train: makeDataset(noted, rowsOf(training), train, training),
      test: makeDataset(noted, rowsOf(testing), test, testing),
    };
  }
  const inputCount = valueCount(inputShape);
  const whole = await readSamples(source, layout.files);
  const parts = splitEverySixth(rowsOf(whole), inputCount);
  const scaled = (rows: Rows): Rows =>
    set.isScaledByTrainingRange
      ? { ...rows, features: scaleByRange(rows.features, parts.train.features, inputCount) }
      : rows;
  return {
    train: makeDataset(common, scaled(parts.train), train, whole),
    test: makeDataset(common, scaled(parts.test), test, whole),
  };
}
