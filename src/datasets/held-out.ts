import { DatasetKeyError } from './dataset-key-error.js';
import type { Dataset, DatasetParts } from './dataset.js';
import { takeRange } from './partition.js';

/** Samples `from` to `end` of a part. */
function slice(part: Dataset, from: number, end: number): Dataset {
  return { ...part, sampleCount: end - from, ...takeRange(part, part.inputCount, from, end) };
}

/**
 * The last `count` training samples in use take the place of the test samples, and are not trained on: what is chosen by them
 * leaves the test set unseen.
 * @throws DatasetKeyError where none would be left to train on, and for sets of events.
 */
export function holdOut({ train }: DatasetParts, count: number): DatasetParts {
  const { sampleCount } = train;
  if (train.events !== null) {
    throw new DatasetKeyError(
      'validationSamples',
      null,
      `${train.name} is a set of events, of which none are held back; leave it out`,
    );
  }
  if (count >= sampleCount) {
    throw new DatasetKeyError(
      'validationSamples',
      String(count),
      `${train.name} has ${sampleCount} training samples in use; allowed are whole numbers from 1 to ${sampleCount - 1}`,
    );
  }
  const held = `Every test error here is of the last ${count} of the training samples (dataset.validationSamples), which were not trained on; the test set was not looked at.`;
  const note = train.note === null ? held : `${train.note} ${held}`;
  const trained = sampleCount - count;
  return {
    train: { ...slice(train, 0, trained), note },
    test: { ...slice(train, trained, sampleCount), setSampleCount: count, note },
  };
}
