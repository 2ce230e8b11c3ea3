import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { loadChip } from '../../../src/hardware/load-chip.js';
import { allocateCores } from '../../../src/mapping/placement/allocate-cores.js';
import { placeNetwork } from '../../../src/mapping/placement/place-network.js';
import { resolveNumerics } from '../../../src/mapping/resolve-numerics.js';
import { originalFeedback } from '../../../src/network/feedback.js';
import { drawParameters } from '../../../src/network/parameters.js';
import { buildTopology, parseTopologyString } from '../../../src/network/topology.js';

/** MNIST's FC_500_FC_10 on the shipped chip edge-28nm, learning with DRTP at η = 2^−7: the network that people run. */
export function edgeImage(): ChipImage {
  const chip = loadChip('edge-28nm');
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const topology = buildTopology(parseTopologyString('FC_500_FC_10'), 784, 10, activation);
  const numerics = resolveNumerics(chip, {});
  const learning = {
    rule: { kind: 'drtp' },
    frozenLayers: [],
    optimizer: 'sgd',
    batchSize: 1,
    feedbackSource: 'memory',
  } as const;
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
    learningRate: 2 ** -7,
    seed: 1,
    isDense: false,
    eventThreshold: 0,
    isExact: false,
  }).image;
}
