import { InputError } from '../units/input-error.js';

/** Keys of `dataset` whose values only the data themselves, or the list of known sets, can refuse. */
type DatasetKey =
  | 'name'
  | 'path'
  | 'trainSamples'
  | 'testSamples'
  | 'validationSamples'
  | 'classCount'
  | 'scale'
  | 'normalise';

/** A value under a key of `dataset` does not fit the data; whoever has read it from a file says where it stands there. */
export class DatasetKeyError extends InputError {
  readonly key: DatasetKey;
  /** The message without its key. */
  readonly sentence: string;

  /** @param value that is refused, as it was given; null: the sentence needs none */
  constructor(key: DatasetKey, value: string | null, sentence: string) {
    super(`dataset.${key}${value === null ? '' : ` = ${value}`}: ${sentence}`);
    this.key = key;
    this.sentence = value === null ? sentence : `${value}: ${sentence}`;
  }
}
