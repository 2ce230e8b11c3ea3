import { elementAt } from '../../numerics/integer.js';
import type { NeuronSight, SampleBatch, StepSample } from '../engine.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { columnCount, outputCount } from '../image/layer-geometry.js';
import { needsDelta } from '../image/learning-layers.js';
import type { PlacedChip } from './place-chip.js';
import type { SingleSteps } from './single-steps.js';

/** h has 32 bits a value, z and δz have 64. */
type RawValues = Int32Array | BigInt64Array;

/** Copied in the order of B: channel, row, column. The compiled engine has CONV channels of a position side by side. */
function inOrderOfFeedback(values: RawValues, channelCount: number): Float64Array {
  const ordered = new Float64Array(values.length);
  let neuron = 0;
  for (let channel = 0; channel < channelCount; channel += 1) {
    for (let place = channel; place < values.length; place += channelCount) {
      ordered[neuron] = Number(values[place]);
      neuron += 1;
    }
  }
  return ordered;
}

/**
 * z, h and δz of training samples on a chip as it is, per sample and layer. Nothing is learned; the chip's counters do move, so
 * whoever looks has a chip for it.
 */
export function observeOn(
  image: ChipImage,
  { compiled, staging: { chip } }: PlacedChip,
  steps: SingleSteps,
  { inputsRaw, labels, sampleIndices }: SampleBatch,
): readonly (readonly NeuronSight[])[] {
  const { inputCount } = elementAt(image.layers, 0, 'layers');
  const sightOf = (layer: LayerImage, index: number): NeuronSight => {
    const { neuronCount } = layer;
    const { buffer } = compiled.memory;
    const channels = layer.convolution === null ? neuronCount : columnCount(layer);
    const read = (values: RawValues) => inOrderOfFeedback(values, channels);
    const [sums, outputs, deltas] = [
      compiled.sumsAddress(chip, index),
      compiled.outputsAddress(chip, index),
      compiled.deltasAddress(chip, index),
    ];
    return {
      sumsRaw: read(new BigInt64Array(buffer, sums, neuronCount)),
      outputsRaw: read(new Int32Array(buffer, outputs, neuronCount)),
      deltaZRaw: needsDelta(image, layer)
        ? read(new BigInt64Array(buffer, deltas, neuronCount))
        : null,
    };
  };
  return Array.from(labels, (label, place) => {
    const sample: StepSample = { pass: 'training', label, trainingOrdinal: 0 };
    let values: Int32Array = inputsRaw.slice(place * inputCount, (place + 1) * inputCount);
    for (const [index, layer] of image.layers.entries()) {
      steps.forward(index, values, sample);
      values = steps.leaving(index, outputCount(layer)).slice();
    }
    steps.latchOutputs(sample);
    // A batch of one whose only staged sample has this place in the set.
    const word = sampleIndices?.[place] ?? 0;
    for (const index of [...image.layers.keys()].reverse()) steps.error(index, word, sample);
    return image.layers.map(sightOf);
  });
}
