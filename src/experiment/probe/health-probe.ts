import type { ChipImage } from '../../chip/image/chip-image.js';
import type { LearnedState, SampleBatch } from '../../chip/engine.js';
import { learnedParameters } from '../../mapping/dequantise.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import { firstSamples, type ReferenceSamples } from '../../reference/samples.js';
import { ChipProbe } from './chip-probe.js';
import { delayedReals, lockstepDeviations, lockstepSamplesOf } from './lockstep.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { alignmentSampleCount } from '../record/probe-samples.js';
import type { ReferenceOutcome } from '../reference/reference-outcome.js';
import { ruleOf } from '../file/reference-rule.js';
import { parameterDeviations, type TensorDeviation } from '../replay/tensor-deviation.js';

/**
 * Looks at the chip's learning in float arithmetic: which way its errors point, and how far its numbers are from the
 * reference's. Only where the experiment has a reference: without one, no float arithmetic runs.
 */
export class HealthProbe {
  readonly #image: ChipImage;
  readonly #test: ReferenceSamples;
  /** Of the lock-step comparison. */
  readonly #train: ReferenceSamples;
  readonly #batch: SampleBatch;
  readonly #probe: ChipProbe;

  constructor({ experiment, topology, placement, data, inputQuantiser }: PreparedExperiment) {
    const { training, reference } = experiment;
    const count = Math.min(lockstepSamplesOf(placement.image), data.train.sampleCount);
    const sampleIndices = Uint32Array.from({ length: count }, (_, index) => index);
    // An encoder of its own: what it counts belongs to no run.
    const encoder = new InputEncoder(data.train, inputQuantiser);
    this.#train = firstSamples(data.train, count);
    this.#batch = { ...encoder.encode(sampleIndices, 0, count), sampleIndices };
    this.#image = placement.image;
    this.#test = firstSamples(data.test, alignmentSampleCount);
    this.#probe = new ChipProbe({
      topology,
      rule: ruleOf(training),
      loss: training.loss,
      frozenLayers: training.frozenLayers,
      backend: reference.backend,
    });
  }

  /** The angle between the rule's δh and BP's in every hidden layer, on the chip's own weights and B. */
  alignmentOf(state: LearnedState): Promise<readonly LayerAlignment[]> {
    const parameters = learnedParameters(this.#image, state);
    return this.#probe.alignment({ parameters, samples: this.#test });
  }

  /** How far the chip's numbers are from float arithmetic at the end of training. */
  async deviationsOf(
    state: LearnedState,
    reference: ReferenceOutcome,
  ): Promise<readonly TensorDeviation[]> {
    const image = this.#image;
    const parameters = learnedParameters(image, state);
    const learned = parameterDeviations(parameters, reference.parameters, image.numerics.formats);
    const samples = this.#train;
    if (samples.sampleCount === 0) return learned;
    const delayed = delayedReals(image, state, samples.sampleCount);
    const float = await this.#probe.signals({ parameters, samples }, delayed);
    return [...learned, ...lockstepDeviations(image, state, this.#batch, float)];
  }

  close(): void {
    this.#probe.close();
  }
}
