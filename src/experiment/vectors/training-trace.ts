import { OracleEngine } from '../../chip/oracle/oracle-engine.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import type { LearnedState, SampleBatch } from '../../chip/engine.js';
import { type LayerObservation, observeSamples } from '../../chip/oracle/observe-sample.js';
import { elementAt } from '../../numerics/integer.js';

/** Samples with their places in the training set. */
export type TrainingBatch = Required<SampleBatch>;

/** What the oracle did with some training samples. */
export interface TrainingTrace {
  readonly batch: TrainingBatch;
  readonly initial: LearnedState;
  readonly expected: LearnedState;
  /** Per sample and layer, each before the sample's own update. */
  readonly observations: readonly (readonly LayerObservation[])[];
}

/** Trains the oracle sample by sample and looks at every layer on the way. */
export function traceTraining(image: ChipImage, batch: TrainingBatch): TrainingTrace {
  const chip = new OracleEngine(image);
  const initial = chip.learnedState();
  const inputCount = elementAt(image.layers, 0, 'layers').inputCount;
  const observations = Array.from(batch.labels, (_, sample) => {
    const one: TrainingBatch = {
      inputsRaw: batch.inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount),
      labels: batch.labels.subarray(sample, sample + 1),
      sampleIndices: batch.sampleIndices.subarray(sample, sample + 1),
    };
    const [layers = []] = observeSamples(image, chip.learnedState(), one);
    chip.train(one);
    return layers;
  });
  return { batch, initial, expected: chip.learnedState(), observations };
}
