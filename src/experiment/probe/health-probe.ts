import type { ChipImage } from '../../chip/image/chip-image.js';
import type { LearnedState, SampleBatch } from '../../chip/engine.js';
import { makeFastEngine } from '../../chip/engines.js';
import { carriedOver } from '../../chip/fast/carried-over.js';
import type { FastEngine, FastEngineCheckpoint } from '../../chip/fast/fast-engine.js';
import { dequantise, learnedParameters } from '../../mapping/dequantise.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import type { LayerAlignment } from '../../reference/reference-job.js';
import { chooseInputs, firstSamples, type ReferenceSamples } from '../../reference/samples.js';
import { ChipProbe } from './chip-probe.js';
import { delayedReals, lockstepDeviations, lockstepSamplesOf } from './lockstep.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { alignmentSampleCount } from '../record/probe-samples.js';
import type { FloatProcesses } from '../reference/float-processes.js';
import type { ReferenceOutcome } from '../reference/reference-outcome.js';
import { ruleOf } from '../file/reference-rule.js';
import {
  deviationOf,
  parameterDeviations,
  type TensorDeviation,
} from '../replay/tensor-deviation.js';

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
  readonly #drawn: PreparedExperiment['placement']['parameters'];
  /** A chip to look at, whatever the one that learns does meanwhile; every sample is learned from in it. */
  #copy: Promise<FastEngine> | null = null;

  constructor(
    { experiment, topology, placement, data, inputQuantiser }: PreparedExperiment,
    processes: FloatProcesses,
  ) {
    const { training, reference } = experiment;
    const count = Math.min(lockstepSamplesOf(placement.image), data.train.sampleCount);
    const sampleIndices = Uint32Array.from({ length: count }, (_, index) => index);
    // An encoder of its own: what it counts belongs to no run.
    const encoder = new InputEncoder(data.train, inputQuantiser);
    this.#train = firstSamples(data.train, count);
    this.#batch = { ...encoder.encode(sampleIndices, 0, count), sampleIndices };
    this.#image = placement.image;
    this.#drawn = placement.parameters;
    this.#test = firstSamples(data.test, alignmentSampleCount);
    const { loss, frozenLayers } = training;
    const { backend } = reference;
    const job = { topology, rule: ruleOf(training), loss, frozenLayers, backend };
    this.#probe = new ChipProbe(job, processes);
  }

  /** The angle between the rule's δh and BP's in every hidden layer, on the chip's own weights and B. */
  alignmentOf(state: LearnedState): Promise<readonly LayerAlignment[]> {
    const parameters = learnedParameters(this.#image, state);
    return this.#probe.alignment({ parameters, samples: this.#test });
  }

  /** How far z, h and δz of the chip are from float arithmetic on its own weights, at this moment of its training. */
  async lockstepOf(checkpoint: FastEngineCheckpoint): Promise<readonly TensorDeviation[]> {
    const image = this.#image;
    const samples = this.#train;
    if (samples.sampleCount === 0) return [];
    this.#copy ??= makeFastEngine({ ...image, updateSkip: null });
    const copy = await this.#copy;
    copy.restore(carriedOver(checkpoint, image));
    const state = copy.learnedState();
    const observed = copy.observe(this.#batch);
    const parameters = learnedParameters(image, state);
    const delayed = delayedReals(image, state, this.#batch.labels);
    const float = await this.#probe.signals({ parameters, samples }, delayed);
    return lockstepDeviations(image, observed, float);
  }

  /** How far the inputs and B of the chip are from what it was given, and its parameters from those that the reference ended with. */
  deviationsOf(state: LearnedState, reference: ReferenceOutcome): readonly TensorDeviation[] {
    const { formats } = this.#image.numerics;
    const parameters = learnedParameters(this.#image, state);
    const feedback = parameters.flatMap(({ feedback: own }, index) => {
      const drawn = this.#drawn[index]?.feedback ?? null;
      if (own === null || drawn === null) return [];
      const deviation = deviationOf(own, drawn, formats.feedback);
      return [{ layer: index + 1, tensor: 'feedback' as const, ...deviation }];
    });
    const everySample = Uint32Array.from({ length: this.#train.sampleCount }, (_, index) => index);
    const inputs = deviationOf(
      dequantise(this.#batch.inputsRaw, formats.input),
      chooseInputs(this.#train, everySample),
      formats.input,
    );
    return [
      { layer: 0, tensor: 'input', ...inputs },
      ...parameterDeviations(parameters, reference.parameters, formats),
      ...feedback,
    ];
  }

  close(): void {
    this.#probe.close();
  }
}
