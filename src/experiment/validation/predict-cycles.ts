import { ruleWithoutFeedback } from '../../network/rule-facts.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import { besideSteps, uncoveredBetween } from '../../chip/image/visit-cycles.js';
import { rowWords } from '../../chip/image/row-words.js';
import { closedFormCounts } from '../../chip/counts/counts.js';
import { cycleRows } from '../../chip/counts/cycles.js';
import type { RunActivity } from '../../chip/image/activity.js';
import type { ComponentAction } from '../../ledger/components.js';
import type { LedgerRow } from '../../ledger/ledger-row.js';
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

type LayerOfEvents = Pick<
  Prediction & { readonly kind: 'cycles' },
  'inputs' | 'neurons' | 'learns'
>;

/** One layer that only infers, so that chips without a learning engine hold it too. */
const inferring: Learning = {
  rule: { kind: ruleWithoutFeedback },
  frozenLayers: [1],
  optimizer: 'sgd',
  batchSize: 1,
  feedbackSource: 'memory',
};

/** It learns; an output layer learns alike by every rule. */
const learning: Learning = { ...inferring, rule: { kind: 'drtp' }, frozenLayers: [] };

/** The shape of one fully-connected layer on a chip; its arrays are empty, cycles look at none. @throws InputError */
function layerImage(
  described: ChipModel,
  { inputs: inputCount, neurons: neuronCount, learns = false }: LayerOfEvents,
): ChipImage {
  // The layer stands for one of a network: its neurons need not be as many as the chip has labels for.
  const chip = { ...described, events: { ...described.events, labelBits: 32 } };
  const activation = { hidden: 'tanh', output: 'sigmoid' } as const;
  const layers = parseTopologyString(`FC_${neuronCount}`);
  const topology = buildTopology(layers, inputCount, neuronCount, activation);
  const numerics = resolveNumerics(chip, {});
  const does = learns ? learning : inferring;
  return placeNetwork({
    topology,
    allocations: allocateCores(topology, chip, numerics, does),
    parameters: null,
    feedbackDraw: originalFeedback,
    chip,
    numerics,
    learning: does,
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
 * One sample of `eventCount` events. One that learns is between samples with the same events, so that with schedules
 * beside and fused each of them meets its row of the sample before.
 */
function sampleOf(image: ChipImage, eventCount: number, learns: boolean): RunActivity {
  const layers = image.layers.map((placed) => ({
    layer: placed.layer,
    deliveredEventCount: eventCount,
    deliveredVisitCount: eventCount,
    nonZeroEventCount: eventCount,
    sharedEventCount: learns ? eventCount : 0,
    uncoveredCycleCount: learns ? uncoveredBetween(besideSteps(placed), eventCount, true) : 0,
    // All words change: no chip with write gating states what an event writes.
    writtenWordCount: learns ? eventCount * rowWords(image, placed).synapses : 0,
    parts: null,
    traffic: null,
  }));
  const run = learns ? 'training' : 'inference';
  return { run, sampleCount: 1, stepCount: learns ? 1 : 0, flushCount: 0, layers };
}

/** Rows of a ledger in closed form. */
type RowsOf = (image: ChipImage, activities: readonly RunActivity[]) => readonly LedgerRow[];

/** How much of `component.action` the update of a sample takes that has an event of every input. */
function ofAnUpdate(
  image: ChipImage,
  inputCount: number,
  action: ComponentAction,
  rowsOf: RowsOf,
): number {
  return rowsOf(image, [sampleOf(image, inputCount, true)])
    .filter(({ componentAction, phase }) => componentAction === action && phase === 'update')
    .reduce((sum, { count }) => sum + count, 0);
}

/** How much of `component.action` one more event takes. */
function ofOneMoreEvent(
  image: ChipImage,
  { learns = false }: LayerOfEvents,
  action: ComponentAction,
  rowsOf: RowsOf,
): number {
  const counted = (eventCount: number) =>
    rowsOf(image, [sampleOf(image, eventCount, learns)])
      .filter(({ componentAction }) => componentAction === action)
      .reduce((sum, { count }) => sum + count, 0);
  return counted(2) - counted(1);
}

/** A layer on one core. @throws InputError where it takes more: what is counted would be of all of them */
function layerOfOneCore(
  chip: ChipModel,
  layer: LayerOfEvents,
  counted: string,
  keys: KeyPath,
  refuse: Refuse,
): ChipImage {
  const image = layerImage(chip, layer);
  if (image.layers.every(({ parts }) => parts === null)) return image;
  throw refuse(
    [...keys, 'neurons'],
    `${layer.neurons} neurons of ${layer.inputs} inputs take more than one core; ${counted} are compared for one`,
  );
}

/** The layer as one that learns. @throws InputError where `learns: true` is missing: an update is of nothing else */
function learningLayer<Layer extends LayerOfEvents>(
  layer: Layer,
  keys: KeyPath,
  refuse: Refuse,
): Layer {
  if (layer.learns === true) return layer;
  throw refuse(keys, 'learns: missing; an update is of a layer that learns, so write learns: true');
}

/**
 * Cycles of one more event, of one more neuron that an event reaches, or of an update (docs/spec.md §5).
 * @param keys of the prediction in its file.
 * @throws InputError where the chip has no room for the layer, or a layer whose update is asked for does not learn or has
 * more than one core.
 */
export function predictCycles(
  prediction: Prediction & { readonly kind: 'cycles' },
  chip: ChipModel,
  keys: KeyPath,
  refuse: Refuse,
): Predicted {
  const { figure, inputs, neurons } = prediction;
  if (figure === 'update') {
    const layer = learningLayer(prediction, keys, refuse);
    const image = layerOfOneCore(chip, layer, 'cycles of an update', keys, refuse);
    const value = ofAnUpdate(image, inputs, 'clock.cycle', cycleRows);
    return withoutBand({ quantity: 'cycles', value });
  }
  // Cores leak in every cycle of a run, and a layer on one core is all there is.
  const eventCycles = (neuronCount: number): number => {
    const layer = { ...prediction, neurons: neuronCount };
    return ofOneMoreEvent(layerImage(chip, layer), layer, 'leakage.cycle', cycleRows);
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
 * Accesses of one more event, or of an update (docs/spec.md §4.2).
 * @param keys of the prediction in its file.
 * @throws InputError where the chip has no room for the layer, the layer more than one core, or one whose update is asked
 * for does not learn.
 */
export function predictAccesses(
  prediction: Prediction & { readonly kind: 'accesses' },
  chip: ChipModel,
  keys: KeyPath,
  refuse: Refuse,
): Predicted {
  const { action, inputs, of = 'event' } = prediction;
  const layer = of === 'update' ? learningLayer(prediction, keys, refuse) : prediction;
  const image = layerOfOneCore(chip, layer, 'accesses', keys, refuse);
  const value =
    of === 'update'
      ? ofAnUpdate(image, inputs, action, closedFormCounts)
      : ofOneMoreEvent(image, layer, action, closedFormCounts);
  return withoutBand({ quantity: 'accesses', value });
}
