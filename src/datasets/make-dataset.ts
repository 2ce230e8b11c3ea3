import { DatasetKeyError } from './dataset-key-error.js';
import { type Dataset, type Samples, valueCount } from './dataset.js';
import { firstSamples } from './events/event-stream.js';
import { type Rows, takeFirst } from './partition.js';

/** How many samples of each part are used, from the first on; all where it is not said. */
export interface SampleLimits {
  readonly trainSamples?: number | undefined;
  readonly testSamples?: number | undefined;
}

/** What both parts of a set share. */
export type Common = Pick<
  Dataset,
  'name' | 'classCount' | 'inputShape' | 'featureScale' | 'normalise' | 'channels' | 'note'
>;

/**
 * Number of samples wanted of a part that has `available`.
 * @throws DatasetKeyError for more than there are, none, or a part of one.
 */
export function limitOf(
  wanted: number | undefined,
  available: number,
  key: 'trainSamples' | 'testSamples',
  name: string,
): number {
  if (wanted === undefined) return available;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > available) {
    const part = key === 'trainSamples' ? 'training' : 'test';
    throw new DatasetKeyError(
      key,
      String(wanted),
      `${name} has ${available} ${part} samples; allowed are whole numbers from 1 to ${available}, or leave the key out for all`,
    );
  }
  return wanted;
}

/** The first `inUse` samples of a part. @param inSet samples of this part in the whole set */
export function makeDataset(
  common: Common,
  rows: Rows,
  { inUse, inSet }: { readonly inUse: number; readonly inSet: number },
  { events, sourceFiles }: Pick<Samples, 'events' | 'sourceFiles'>,
): Dataset {
  const inputCount = valueCount(common.inputShape);
  return {
    ...common,
    inputCount,
    sampleCount: inUse,
    setSampleCount: inSet,
    ...(inUse === rows.labels.length ? rows : takeFirst(rows, inputCount, inUse)),
    events: events === null ? null : firstSamples(events, inUse),
    sourceFiles,
  };
}

/** Features and labels of samples, without where they come from. */
export function rowsOf(samples: Samples): Rows {
  return { features: samples.features.values, labels: samples.labels.values };
}
