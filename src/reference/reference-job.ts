import type { LayerParameters } from '../network/parameters.js';
import type { NetworkTopology } from '../network/topology.js';
import type { BackendName, BackendRequest } from './backend.js';
import type { LossName, LossReduction } from './loss.js';
import type { RuleName } from './rules/rules.js';

/** Samples as their files hold them. */
export interface ReferenceSamples {
  readonly sampleCount: number;
  /** Shape (sampleCount × inputCount); the network sees feature · featureScale. */
  readonly features: Uint8Array | Float32Array;
  readonly featureScale: number;
  /** Shape (sampleCount), classes 0…C−1. */
  readonly labels: Uint8Array;
}

/** One training of the float reference, fully stated. */
export interface ReferenceJob {
  readonly topology: NetworkTopology;
  readonly initial: readonly LayerParameters[];
  readonly rule: RuleName;
  readonly loss: LossName;
  /** `mean` divides the output's δz by batch·C, as the original codes do; hidden δh is never divided. */
  readonly lossReduction: LossReduction;
  readonly learningRate: number;
  readonly epochs: number;
  /** Samples to one update; 1 is online learning. The last batch of an epoch may be smaller. */
  readonly batch: number;
  /** Training samples of epoch 1, 2, … in the order in which they are shown; in each epoch as many. */
  readonly orders: (epoch: number) => Uint32Array;
  readonly train: ReferenceSamples;
  readonly test: ReferenceSamples;
  readonly backend: BackendRequest;
}

/** Errors after one epoch, per cent. */
export interface ReferenceEpoch {
  readonly epoch: number;
  readonly testErrorPercent: number;
  /** Online: each sample is judged before the update it takes part in. */
  readonly trainErrorPercent: number;
}

/** One update step, as the golden cases record it. */
export interface ReferenceStep {
  /** Before the update, reduced as `lossReduction` says. */
  readonly loss: number;
  /** Before the update, shape (samples of the step × classCount). */
  readonly outputs: Float32Array;
}

/** What a caller may listen to. */
export interface ReferenceCallbacks {
  /** Training samples shown so far, of all that will be. */
  readonly progress?: (samplesDone: number, samplesTotal: number) => void;
  readonly epoch?: (record: ReferenceEpoch) => void;
  readonly step?: (step: ReferenceStep) => void;
}

export interface ReferenceResult {
  readonly backend: BackendName;
  readonly epochs: readonly ReferenceEpoch[];
  /** After the last step. */
  readonly parameters: readonly LayerParameters[];
}

function checkLength(what: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(`reference: ${what} has ${length} values; it must have ${expected}`);
  }
}

function checkSamples(
  name: string,
  samples: ReferenceSamples,
  inputCount: number,
  classCount: number,
): void {
  const { sampleCount, features, labels } = samples;
  checkLength(`${name}.features`, features.length, sampleCount * inputCount);
  checkLength(`${name}.labels`, labels.length, sampleCount);
  if (sampleCount === 0) {
    throw new RangeError(`reference: ${name} has no samples; give at least one`);
  }
  const strange = labels.find((label) => label >= classCount);
  if (strange !== undefined) {
    throw new RangeError(
      `reference: ${name}.labels holds ${strange}; the last layer has ${classCount} neurons, so labels end at ${classCount - 1}`,
    );
  }
}

/** @throws RangeError when the parts of a job do not fit each other. */
export function checkJob(job: ReferenceJob): void {
  const { topology, initial, batch, epochs } = job;
  const output = topology.layers.at(-1);
  if (output === undefined) throw new RangeError('reference: the network has no layers');
  if (job.loss === 'bce' && output.activation !== 'sigmoid') {
    throw new RangeError(
      `reference: loss bce needs sigmoid outputs, the last layer has ${output.activation}; use mse or sigmoid`,
    );
  }
  for (const [name, value] of Object.entries({ batch, epochs })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`reference: ${name} is ${value}; it must be a whole number, at least 1`);
    }
  }
  checkLength('initial', initial.length, topology.layers.length);
  topology.layers.forEach(({ inputCount, neuronCount }, index) => {
    const parameters = initial[index];
    const name = `initial[${index}]`;
    checkLength(`${name}.weights`, parameters?.weights.length ?? 0, inputCount * neuronCount);
    checkLength(`${name}.biases`, parameters?.biases.length ?? 0, neuronCount);
    const feedbackCount = index === topology.layers.length - 1 ? 0 : neuronCount;
    checkLength(
      `${name}.feedback`,
      parameters?.feedback?.length ?? 0,
      feedbackCount * output.neuronCount,
    );
  });
  checkSamples('train', job.train, topology.inputCount, output.neuronCount);
  checkSamples('test', job.test, topology.inputCount, output.neuronCount);
}

/** The samples `chosen` (numbers of samples), as rows (chosen.length × inputCount) the network can see. */
export function chooseInputs(samples: ReferenceSamples, chosen: Uint32Array): Float32Array {
  const { features, featureScale, sampleCount } = samples;
  const inputCount = features.length / sampleCount;
  const rows = new Float32Array(chosen.length * inputCount);
  chosen.forEach((sample, row) => {
    if (sample >= sampleCount) {
      throw new RangeError(
        `reference: sample ${sample} was asked for; samples are 0..${sampleCount - 1}`,
      );
    }
    const from = sample * inputCount;
    rows.set(features.subarray(from, from + inputCount), row * inputCount);
  });
  if (featureScale === 1) return rows;
  for (let index = 0; index < rows.length; index += 1) {
    rows[index] = (rows[index] ?? NaN) * featureScale;
  }
  return rows;
}

/** The labels of the samples `chosen`. */
export function chooseLabels(samples: ReferenceSamples, chosen: Uint32Array): Uint8Array {
  const labels = new Uint8Array(chosen.length);
  chosen.forEach((sample, row) => {
    labels.set(samples.labels.subarray(sample, sample + 1), row);
  });
  return labels;
}
