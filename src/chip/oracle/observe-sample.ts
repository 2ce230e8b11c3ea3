import { AccessLedger } from '../../ledger/access-ledger.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import { checkDatapathWidth } from '../checks/datapath-width.js';
import type { LearnedState, SampleBatch } from '../engine.js';
import { LayerStack } from './layer-stack.js';
import { checkSampleIndices, checkSamples } from '../checks/sample-check.js';
import { samplesOf } from './samples.js';

/** What one layer makes of one training sample, raw; Float64Arrays, because unsigned formats may have 32 bits. */
export interface LayerObservation {
  /** h before pooling, shape (neuronCount). */
  readonly outputsRaw: Float64Array;
  /** Null where the layer makes no δz (docs/spec.md §2.9: frozen layers, rule shallow). */
  readonly deltaZRaw: Float64Array | null;
  /** Null where the layer makes no δh: as δz, and in an output layer with loss bce. */
  readonly deltaHRaw: Float64Array | null;
}

/**
 * What every layer would make of training samples after having learned `state`: outputs and error signals, per sample
 * and layer. Nothing is learned and nothing counted; of `state` only weights, biases, delayed errors and, where it
 * is given, B are used, so that another rule of the same network can be looked at too.
 * @throws RangeError when the batch does not fit the image
 */
export function observeSamples(
  image: ChipImage,
  state: Pick<LearnedState, 'weightsRaw' | 'biasesRaw' | 'delayedErrors'> &
    Partial<Pick<LearnedState, 'feedbackRaw'>>,
  batch: SampleBatch,
): readonly (readonly LayerObservation[])[] {
  checkDatapathWidth(image);
  const layers = image.layers.map((layer, index) => ({
    ...layer,
    weightsRaw: elementAt(state.weightsRaw, index, 'weights'),
    biasesRaw: elementAt(state.biasesRaw, index, 'biases'),
    feedbackRaw: state.feedbackRaw?.[index] ?? layer.feedbackRaw,
  }));
  const firstLayer = elementAt(layers, 0, 'layers');
  checkSamples(batch, firstLayer, image.classCount);
  checkSampleIndices(batch, image.rule);
  const stack = new LayerStack(
    { ...image, layers, updateSkip: null, dyingReluGate: null },
    { trainingOrdinal: null },
    state.delayedErrors,
    new AccessLedger(),
  );
  return samplesOf(batch, firstLayer.inputCount).map((sample) => {
    stack.run(sample.inputs, sample, () => undefined);
    return stack.layers.map((layer) => {
      const { outputsRaw, errors } = layer.observe();
      const rawOf = (values: readonly bigint[] | null | undefined) =>
        values ? Float64Array.from(values, Number) : null;
      return {
        outputsRaw: Float64Array.from(outputsRaw, Number),
        deltaZRaw: rawOf(errors?.deltaZ),
        deltaHRaw: rawOf(errors?.deltaH),
      };
    });
  });
}
