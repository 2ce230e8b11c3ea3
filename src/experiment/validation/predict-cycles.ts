import { ruleWithoutFeedback } from '../../network/rule-facts.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import { closedFormCounts } from '../../chip/counts/counts.js';
import { cyclesPerSample } from '../../chip/counts/cycles.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import { allocateCores } from '../../mapping/placement/allocate-cores.js';
import type { Learning } from '../../mapping/learning.js';
import { placeNetwork } from '../../mapping/placement/place-network.js';
import { resolveNumerics } from '../../mapping/resolve-numerics.js';
import { originalFeedback } from '../../network/feedback.js';
import { buildTopology, parseTopologyString } from '../../network/topology.js';
import type { KeyPath } from '../../units/strict-yaml.js';
import { type Predicted, type Refuse, withoutBand } from './predicted.js';
import type { Prediction } from './validation-schema.js';

/** One layer that only infers, so that chips without a learning engine hold it too. */
const inferring: Learning = {
  rule: { kind: ruleWithoutFeedback },
  frozenLayers: [1],
  optimizer: 'sgd',
  batchSize: 1,
  feedbackSource: 'memory',
};

/** The shape of one fully-connected layer on a chip; its arrays are empty, cycles look at none. @throws InputError */
function layerImage(described: ChipModel, inputCount: number, neuronCount: number): ChipImage {
  // The layer stands for one of a network: its neurons need not be as many as the chip has labels for.
  const chip = { ...described, events: { ...described.events, labelBits: 32 } };
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const layers = parseTopologyString(`FC_${neuronCount}`);
  const topology = buildTopology(layers, inputCount, neuronCount, activation);
  const numerics = resolveNumerics(chip, {});
  return placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, inferring),
    parameters: null,
    feedbackDraw: originalFeedback,
    chip,
    numerics,
    learning: inferring,
    loss: 'bce',
    lossReduction: 'sum',
    learningRate: 1,
    seed: 1,
    isDense: false,
    eventThreshold: 0,
    isExact: false,
  }).image;
}

/**
 * Cycles of one more event, or of one more neuron that an event reaches (docs/spec.md §5).
 * @param keys of the prediction in its file.
 * @throws InputError where the chip has no room for the layer.
 */
export function predictCycles(
  { figure, inputs, neurons }: Prediction & { readonly kind: 'cycles' },
  chip: ChipModel,
  keys: KeyPath,
  refuse: Refuse,
): Predicted {
  const eventCycles = (neuronCount: number): number => {
    const image = layerImage(chip, inputs, neuronCount);
    return cyclesPerSample(image, 'inference', [2]) - cyclesPerSample(image, 'inference', [1]);
  };
  if (figure === 'event') return withoutBand({ quantity: 'cycles', value: eventCycles(neurons) });
  if (neurons < 2) {
    throw refuse(
      [...keys, 'neurons'],
      `${neurons} is too small; what a synaptic operation takes is the difference between two layers, so use at least 2`,
    );
  }
  // The difference between all neurons and half of them: cycles of an event that do not depend on neurons cancel out.
  const fewer = Math.floor(neurons / 2);
  const value = (eventCycles(neurons) - eventCycles(fewer)) / (neurons - fewer);
  return withoutBand({ quantity: 'cycles', value });
}

/**
 * Accesses of one more event of a layer that infers (docs/spec.md §4.2).
 * @param keys of the prediction in its file.
 * @throws InputError where the chip has no room for the layer, or the layer more than one core.
 */
export function predictAccesses(
  { action, inputs, neurons }: Prediction & { readonly kind: 'accesses' },
  chip: ChipModel,
  keys: KeyPath,
  refuse: Refuse,
): Predicted {
  const image = layerImage(chip, inputs, neurons);
  if (image.layers.some(({ parts }) => parts !== null)) {
    throw refuse(
      [...keys, 'neurons'],
      `${neurons} neurons of ${inputs} inputs take more than one core; accesses of an event are compared for one`,
    );
  }
  const accesses = (eventCount: number): number => {
    const layer = {
      layer: 1,
      deliveredEventCount: eventCount,
      deliveredVisitCount: eventCount,
      nonZeroEventCount: eventCount,
      sharedEventCount: 0,
      writtenWordCount: 0,
      parts: null,
      traffic: null,
    };
    const activity = {
      run: 'inference',
      sampleCount: 1,
      stepCount: 0,
      flushCount: 0,
      layers: [layer],
    } as const;
    return closedFormCounts(image, [activity])
      .filter(({ componentAction }) => componentAction === action)
      .reduce((sum, { count }) => sum + count, 0);
  };
  return withoutBand({ quantity: 'accesses', value: accesses(2) - accesses(1) });
}
