import type { Dataset } from '../../../datasets/dataset.js';
import { InputEncoder } from '../../../mapping/input/input-encoder.js';
import type { QuantiserSpec } from '../../../mapping/quantise.js';
import type { ReferenceSamples } from '../../../reference/samples.js';

/**
 * Samples as the chip's encoder hands them on, as real values: what a float reference learns from that is to see no more
 * than the chip does (`reference.inputs: encoded`). Features have shape (sampleCount × inputCount).
 */
export function encodedSamples(data: Dataset, quantiser: QuantiserSpec): ReferenceSamples {
  const { sampleCount, labels } = data;
  const order = Uint32Array.from({ length: sampleCount }, (_, sample) => sample);
  const { inputsRaw } = new InputEncoder(data, quantiser).encode(order, 0, sampleCount);
  const step = 2 ** -quantiser.format.fractionBits;
  return {
    sampleCount,
    features: Float32Array.from(inputsRaw, (raw) => raw * step),
    featureScale: 1,
    labels,
  };
}
