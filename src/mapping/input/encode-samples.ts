import type { SampleBatch } from '../../chip/engine.js';
import type { ChipNumerics } from '../../chip/image/chip-image.js';
import type { Dataset } from '../../datasets/dataset.js';
import { quantiserOf } from '../placement/place-network.js';
import { countInputs } from './count-inputs.js';
import { InputEncoder } from './input-encoder.js';

/** Which samples of a part of a data set, by their places in it; every field may be left out. */
export interface SampleRange {
  /** First sample, from 0; left out: 0. */
  readonly from?: number;
  /** How many samples; left out: all from there on. */
  readonly count?: number;
}

/**
 * Samples of one part of a data set as a chip of these numerics takes them, in the order of the set: raw integers in the
 * `input` format, of event streams their counts (docs/spec.md §9). `sampleIndices` are the places in the part.
 * @throws RangeError for a range that is not in the part.
 */
export function encodeSamples(
  data: Dataset,
  numerics: ChipNumerics,
  { from = 0, count = data.sampleCount - from }: SampleRange = {},
): Required<SampleBatch> {
  const isWhole = Number.isSafeInteger(from) && Number.isSafeInteger(count);
  if (!isWhole || from < 0 || count < 0 || from + count > data.sampleCount) {
    throw new RangeError(
      `encodeSamples: ${count} samples from ${from} on are not in ${data.name}, which has ${data.sampleCount} of them; ask for whole numbers within`,
    );
  }
  const counted = countInputs({
    data: { train: data, test: data },
    quantiser: quantiserOf(numerics, 'input'),
  });
  const sampleIndices = Uint32Array.from({ length: count }, (_, sample) => from + sample);
  const encoder = new InputEncoder(counted.data.train, counted.quantiser);
  return { ...encoder.encode(sampleIndices, 0, count), sampleIndices };
}
