import { drawParameters } from '../../src/network/parameters.js';
import { buildTopology } from '../../src/network/topology.js';
import { plainTraining, type ReferenceJob } from '../../src/reference/reference-job.js';
import type { ReferenceSamples } from '../../src/reference/samples.js';

/** Samples in file order, every epoch. */
export function fileOrder(sampleCount: number): () => Uint32Array {
  return () => Uint32Array.from({ length: sampleCount }, (_, index) => index);
}

/** Invented samples: integer patterns of 0…15 that depend on sample and input, some of them 0. */
export function makeSamples(
  sampleCount: number,
  inputCount: number,
  classCount: number,
): ReferenceSamples {
  return {
    sampleCount,
    features: Uint8Array.from(
      { length: sampleCount * inputCount },
      (_, index) => (index * index * 7 + 3 * index) % 16,
    ),
    featureScale: 1 / 16,
    labels: Uint8Array.from({ length: sampleCount }, (_, sample) => (sample * 5) % classCount),
  };
}

/** 6 inputs, hidden layers as listed, 3 classes; 150 samples are two whole blocks of online learning and a part. */
export function makeJob(
  hidden: readonly number[],
  overrides: Partial<ReferenceJob> = {},
): ReferenceJob {
  const topology = buildTopology(
    [...hidden, 3].map((neurons) => ({ type: 'fc', neurons })),
    6,
    3,
    { hidden: 'tanh', output: 'sigmoid' },
  );
  const samples = makeSamples(150, 6, 3);
  return {
    ...plainTraining,
    topology,
    initial: drawParameters(topology, 1),
    rule: { name: 'drtp' },
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 2 ** -5,
    epochs: 1,
    batch: 1,
    orders: fileOrder(samples.sampleCount),
    train: samples,
    test: samples,
    backend: 'wasm',
    ...overrides,
  };
}

/** max |left − right| over all elements; infinite when the lengths differ. */
export function largestDeviation(left: Iterable<number>, right: Iterable<number>): number {
  const others = [...right];
  const deviations = [...left].map((value, index) => Math.abs(value - (others[index] ?? Infinity)));
  return deviations.length === others.length ? Math.max(...deviations) : Infinity;
}
