import type { DatasetParts } from '../../datasets/dataset.js';
import type { QuantiserSpec } from '../quantise.js';

/** A data set and how its features become raw inputs. */
interface QuantisedInputs {
  readonly data: DatasetParts;
  readonly quantiser: QuantiserSpec;
}

/**
 * Makes the counts of an event stream its raw inputs, each at most the format's maximum (docs/spec.md §9): an event weighs
 * 2^−F, for the float reference too. Other data sets pass through unchanged.
 */
export function countInputs({ data, quantiser }: QuantisedInputs): QuantisedInputs {
  if (data.train.events === null) return { data, quantiser };
  const featureScale = 2 ** -quantiser.format.fractionBits;
  return {
    data: { train: { ...data.train, featureScale }, test: { ...data.test, featureScale } },
    quantiser: { ...quantiser, overflow: 'saturate' },
  };
}
