import type { ChipImage } from '../chip/chip-image.js';
import type { LearnedState } from '../chip/engine.js';
import { learnedParameters } from '../mapping/dequantise.js';
import type { LayerAlignment } from '../reference/reference-job.js';
import { firstSamples, type ReferenceSamples } from '../reference/samples.js';
import { ChipProbe } from './chip-probe.js';
import type { PreparedExperiment } from './prepare-experiment.js';
import { alignmentSampleCount } from './probe-samples.js';
import type { ReferenceOutcome } from './reference-outcome.js';
import { ruleOf } from './reference-rule.js';
import { parameterDeviations, type TensorDeviation } from './tensor-deviation.js';

/**
 * Looks at the chip's learning in float arithmetic: which way its errors point, and how far its numbers are from the
 * reference's. Only where the experiment has a reference: without one, no float arithmetic runs.
 */
export class HealthProbe {
  readonly #image: ChipImage;
  readonly #test: ReferenceSamples;
  readonly #probe: ChipProbe;

  constructor({ experiment, topology, placement, data }: PreparedExperiment) {
    const { training, reference } = experiment;
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
  deviationsOf(state: LearnedState, reference: ReferenceOutcome): readonly TensorDeviation[] {
    return parameterDeviations(learnedParameters(this.#image, state), reference.parameters);
  }

  close(): void {
    this.#probe.close();
  }
}
