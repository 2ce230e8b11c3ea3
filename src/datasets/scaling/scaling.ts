import { InputError } from '../../units/input-error.js';
import { channelStatistics, scaleByChannel } from './channel-scale.js';
import { DatasetKeyError } from '../dataset-key-error.js';
import type { Dataset, DatasetParts, FeatureBlock, Normalisation } from '../dataset.js';
import { scaleByRange } from '../partition.js';

/** What the values of a set's files are to mean; where nothing is said, as the set or the type of the file has it. */
export interface ValueScaling {
  /** Real value of a stored 1. */
  readonly scale?: number | undefined;
  /** `none` is the same as nothing. */
  readonly normalise?: Normalisation | 'none' | undefined;
}

/** Both parts normalised by the training samples in use. */
function normalised({ train, test }: DatasetParts, normalise: Normalisation): DatasetParts {
  const channels = normalise === 'channel' ? channelStatistics(train) : null;
  const change = (part: Dataset): Dataset => ({
    ...part,
    features:
      channels === null
        ? scaleByRange(part.features, train.features, part.inputCount)
        : scaleByChannel(part, channels),
    featureScale: 1,
    normalise,
    channels,
  });
  return { train: change(train), test: change(test) };
}

/**
 * Scale of both parts: that of their type. A stated one replaces it, so the types may then differ.
 * @throws InputError where one part has bytes, the other numbers that stand for themselves.
 */
export function commonScale(
  [train, test]: readonly [FeatureBlock, FeatureBlock],
  { scale }: ValueScaling,
  folder: string,
): number {
  if (scale === undefined && train.defaultScale !== test.defaultScale) {
    throw new InputError(
      `${folder}: one part has features of bytes, which stand for value / 255, the other numbers that stand for themselves; save both with the same type, or say what a stored 1 is with dataset.scale: 1/255, or 1`,
    );
  }
  return train.defaultScale;
}

/**
 * Gives the values of both parts the meaning that is stated; range or mean and deviation of `normalise` are those of the training
 * samples in use.
 * @throws InputError where both are stated, and for event streams: their counts weigh 2^−F (docs/spec.md §9).
 */
export function scaleValues(parts: DatasetParts, scaling: ValueScaling): DatasetParts {
  const { scale } = scaling;
  const normalise = scaling.normalise === 'none' ? undefined : scaling.normalise;
  if (scale === undefined && normalise === undefined) return parts;
  const { train, test } = parts;
  const key = scale === undefined ? 'normalise' : 'scale';
  if (train.events !== null) {
    throw new DatasetKeyError(
      key,
      null,
      `the values of an event stream are counts of events, and one event weighs the last bit of precision.input; leave dataset.${key} out, and choose precision.input`,
    );
  }
  if (scale !== undefined && normalise !== undefined) {
    throw new DatasetKeyError(
      'normalise',
      null,
      'dataset.scale says what the values mean too; keep one of the two',
    );
  }
  if (normalise !== undefined) return normalised(parts, normalise);
  const change = (part: Dataset): Dataset => ({
    ...part,
    featureScale: scale ?? part.featureScale,
  });
  return { train: change(train), test: change(test) };
}
