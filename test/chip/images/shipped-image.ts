import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import type { Learning } from '../../../src/mapping/learning.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import { placeNetwork } from '../../../src/mapping/placement/place-network.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { originalFeedback } from '../../../src/network/feedback.js';
import { drawParameters } from '../../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';

/** DRTP with sgd, sample by sample. */
export const learnsByDrtp: Learning = {
  rule: { kind: 'drtp' },
  frozenLayers: [],
  optimizer: 'sgd',
  batchSize: 1,
  feedbackSource: 'memory',
};

interface ShippedNetwork {
  readonly network: string;
  readonly inputCount: number;
  readonly classCount: number;
  readonly learning?: Learning;
  readonly learningRate?: number;
}

/** A network on a chip that is shipped, drawn from seed 1: tanh, a sigmoid in the output layer, loss bce; DRTP at η = 2^−7. */
export function shippedImage(
  chipName: string,
  {
    network,
    inputCount,
    classCount,
    learning = learnsByDrtp,
    learningRate = 2 ** -7,
  }: ShippedNetwork,
): ChipImage {
  const chip = loadChip(chipName);
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const layers = parseTopologyString(network);
  const topology = buildTopology(layers, inputCount, classCount, activation);
  const numerics = resolveNumerics(chip, {});
  return placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, learning),
    parameters: drawParameters(topology, 1),
    feedbackDraw: originalFeedback,
    chip,
    numerics,
    learning,
    loss: 'bce',
    lossReduction: 'sum',
    learningRate,
    seed: 1,
    isDense: false,
    eventThreshold: 0,
    isExact: false,
  }).image;
}

/** MNIST's FC_500_FC_10 on the shipped chip edge-28nm: the network that people run. */
export function edgeImage(): ChipImage {
  return shippedImage('edge-28nm', { network: 'FC_500_FC_10', inputCount: 784, classCount: 10 });
}
