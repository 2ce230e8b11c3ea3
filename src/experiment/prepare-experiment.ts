import path from 'node:path';
import type { ChipNumerics, RuleSpec } from '../chip/chip-image.js';
import type { Dataset, DatasetParts } from '../datasets/dataset.js';
import { loadDataset } from '../datasets/load-dataset.js';
import type { ChipModel } from '../hardware/chip-model.js';
import { loadChip } from '../hardware/load-chip.js';
import {
  allocateCores,
  type CoreAllocation,
  delayedErrorUse,
  type MemoryUse,
} from '../mapping/allocate-cores.js';
import type { Learning } from '../mapping/learning.js';
import { type Placement, placeNetwork, quantiserOf } from '../mapping/place-network.js';
import type { QuantiserSpec } from '../mapping/quantise.js';
import { resolveNumerics } from '../mapping/resolve-numerics.js';
import { type FeedbackDraw, type FeedbackKind, originalFeedback } from '../network/feedback.js';
import { drawParameters, type LayerParameters } from '../network/parameters.js';
import {
  buildTopology,
  type LayerDescription,
  type NetworkTopology,
  parseTopologyString,
} from '../network/topology.js';
import { floorDiv } from '../numerics/integer.js';
import type { KeyPath, StrictYaml } from '../units/strict-yaml.js';
import { canonicalHash } from '../units/canonical-hash.js';
import { type Experiment, learningRateValue } from './experiment-schema.js';
import { readExperiment } from './read-experiment.js';

/** An experiment with everything it names read and checked; nothing has been written yet. */
export interface PreparedExperiment {
  readonly experiment: Experiment;
  /** Hash of the experiment, the hardware model and the data: the same hash, the same result. */
  readonly experimentHash: string;
  readonly chip: ChipModel;
  readonly data: DatasetParts;
  readonly topology: NetworkTopology;
  readonly parameters: readonly LayerParameters[];
  readonly allocations: readonly CoreAllocation[];
  /** Memories that no core owns. */
  readonly sharedMemories: readonly MemoryUse[];
  readonly placement: Placement;
  readonly inputQuantiser: QuantiserSpec;
}

/** Runs a step; a RangeError of it becomes wrong input at this key of the experiment file. */
function at<Value>(read: StrictYaml<Experiment>, keyPath: KeyPath, step: () => Value): Value {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError) throw read.problem(keyPath, error.message);
    throw error;
  }
}

/** @throws RangeError for what is no topology, and for layers that the chip of this version does not have. */
function describeLayers(network: Experiment['network']): readonly LayerDescription[] {
  if (typeof network !== 'string') return network;
  const layers = parseTopologyString(network);
  if (layers.every((layer) => layer.type === 'fc')) return layers;
  throw new RangeError(
    `"${network}": CONV layers are not on the chip in this version; write FC_<neurons>`,
  );
}

/** A path in the experiment file is relative to that file; a plain chip name stays a name. */
function relativeTo(file: string, name: string): string {
  const isPath = name.includes('/') || name.includes('\\') || name.endsWith('.yaml');
  return isPath ? path.resolve(path.dirname(file), name) : name;
}

/** The rule as the chip knows it, with the organisation of its delayed-error memory. */
function describeLearning(
  { training }: Experiment,
  chip: ChipModel,
  { formats }: ChipNumerics,
  sampleCount: number,
): Learning {
  const { rule: kind, frozenLayers, optimizer, batch: batchSize } = training;
  const how = { frozenLayers, optimizer, batchSize, feedbackSource: 'memory' } as const;
  if (kind !== 'defp') return { rule: { kind }, ...how };
  const { wordBits } = chip.delayedErrorMemory;
  const delayedErrorsPerWord = floorDiv(wordBits, formats.delayedError.totalBits);
  const { variant } = training.defp;
  return { rule: { kind, variant, sampleCount, wordBits, delayedErrorsPerWord }, ...how };
}

/** @throws RangeError for a layer that does not exist, and when nothing would learn. */
function checkFrozenLayers(frozenLayers: readonly number[], { layers }: NetworkTopology): void {
  const strange = frozenLayers.find((layer) => layer > layers.length);
  if (strange !== undefined) {
    throw new RangeError(
      `layer ${strange} does not exist, the network has ${layers.length} layers`,
    );
  }
  if (new Set(frozenLayers).size === layers.length) {
    throw new RangeError('every layer is frozen, so nothing would learn; leave at least one out');
  }
}

/** Shape of B that a rule needs. */
function feedbackKind({ kind }: RuleSpec): FeedbackKind {
  if (kind === 'fa') return 'weights';
  return kind === 'bp' || kind === 'shallow' ? 'none' : 'classes';
}

async function readData(
  file: string,
  experiment: Experiment,
  dataFolder: string,
): Promise<DatasetParts> {
  const { dataset } = experiment;
  if ('name' in dataset) return loadDataset(dataset, dataFolder);
  return loadDataset(
    { ...dataset, path: path.resolve(path.dirname(file), dataset.path) },
    dataFolder,
  );
}

function fileHashes(part: Dataset): readonly string[] {
  return part.sourceFiles.map(({ sha256 }) => sha256);
}

/**
 * Reads and checks everything a run needs, in the order in which a user would want to hear of mistakes: the file, the
 * chip, the data, then whether the network fits.
 * @throws InputError
 */
export async function prepareExperiment(
  file: string,
  overrides: readonly string[],
  dataFolder: string,
): Promise<PreparedExperiment> {
  const read = await readExperiment(file, overrides);
  const { value: experiment } = read;
  const { training, events } = experiment;
  const chip = loadChip(relativeTo(file, experiment.hardware));
  const layers = at(read, ['network'], () => describeLayers(experiment.network));
  const data = await readData(file, experiment, dataFolder);
  const { inputCount, classCount } = data.train;
  const topology = at(read, ['network'], () =>
    buildTopology(layers, inputCount, classCount, experiment.activation),
  );
  const numerics = resolveNumerics(chip, experiment.precision);
  const learning = describeLearning(experiment, chip, numerics, data.train.sampleCount);
  at(read, ['training', 'frozenLayers'], () => {
    checkFrozenLayers(training.frozenLayers, topology);
  });
  const allocations = allocateCores(topology, chip, numerics, learning);
  const sharedMemories = delayedErrorUse(learning.rule, classCount, chip);
  const feedbackDraw: FeedbackDraw = {
    ...originalFeedback,
    kind: feedbackKind(learning.rule),
    distribution: training.feedback,
  };
  const drawn = drawParameters(topology, training.seed, {
    weights: 'uniform',
    feedback: feedbackDraw,
  });
  const placement = at(read, ['training'], () =>
    placeNetwork({
      topology,
      allocations,
      parameters: drawn,
      feedbackDraw,
      chip,
      numerics,
      learning,
      loss: training.loss,
      lossReduction: training.lossReduction,
      learningRate: learningRateValue(training.learningRate),
      seed: training.seed,
      isDense: events.dense ?? chip.events.isDense,
      eventThreshold: events.threshold ?? chip.events.threshold,
      isExact: false,
    }),
  );
  const experimentHash = canonicalHash({
    experiment,
    hardware: chip.hash,
    train: fileHashes(data.train),
    test: fileHashes(data.test),
  });
  return {
    experiment,
    experimentHash,
    chip,
    data,
    topology,
    parameters: placement.parameters,
    allocations,
    sharedMemories,
    placement,
    inputQuantiser: quantiserOf(numerics, 'input'),
  };
}
