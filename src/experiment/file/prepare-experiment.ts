import { factsOf } from '../../network/rule-facts.js';
import path from 'node:path';
import type { FeedbackUpdate } from '../../chip/engine.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import { withFrozen } from '../../chip/image/upkeep/frozen-image.js';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import { DatasetKeyError } from '../../datasets/dataset-key-error.js';
import type { Dataset, DatasetParts } from '../../datasets/dataset.js';
import { holdOut } from '../../datasets/held-out.js';
import { loadDataset } from '../../datasets/load-dataset.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import { allocateCores, type LayerAllocation } from '../../mapping/placement/allocate-cores.js';
import { delayedErrorUse, type MemoryUse } from '../../mapping/placement/memory-use.js';
import {
  type Placement,
  type PlacementRequest,
  placeNetwork,
  quantiserOf,
} from '../../mapping/placement/place-network.js';
import type { QuantiserSpec } from '../../mapping/quantise.js';
import {
  type InputCoding,
  type InputTiming,
  inputTiming,
} from '../../mapping/input/input-timing.js';
import { countInputs } from '../../mapping/input/count-inputs.js';
import { ScheduleError } from '../../chip/checks/schedule-check.js';
import { fitInputs, type InputFit } from '../../mapping/input/input-fit.js';
import { parseFormat } from '../../numerics/format.js';
import { redrawFeedback } from '../../mapping/redraw-feedback.js';
import { resolveNumerics } from '../../mapping/resolve-numerics.js';
import { imagesByRate } from '../../mapping/scheduled-rates.js';
import type { FeedbackDraw } from '../../network/feedback.js';
import { frozenIn } from '../../network/freeze.js';
import {
  drawParameters,
  type LayerParameters,
  type ParameterDraw,
} from '../../network/parameters.js';
import { buildTopology, type NetworkTopology } from '../../network/topology.js';
import { InputError } from '../../units/input-error.js';
import type { KeyPath, StrictYaml } from '../../units/strict-yaml.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { checkClasses } from './checks/check-classes.js';
import { checkFormats } from './checks/check-formats.js';
import { checkMapping } from './checks/check-mapping.js';
import { checkSchedule } from './checks/check-schedule.js';
import { checkTraining } from './checks/check-training.js';
import { checkRate } from './deployment-rate.js';
import { type InputTime, timeInputs } from './input-time.js';
import { chipOf } from './experiment-chip.js';
import { describeLearning } from './describe-learning.js';
import { describeNetwork } from './describe-network.js';
import { possibleRates } from './epoch-rates.js';
import { type Experiment, statedScale } from './experiment-schema.js';
import { hashedForm } from './later-keys.js';
import { readExperiment } from './read-experiment.js';
import { learningRateValue } from './training-schema.js';

/** An experiment with everything it names read and checked; nothing has been written yet. */
export interface PreparedExperiment {
  readonly experiment: Experiment;
  /** Hash of the experiment, the hardware model and the data: the same hash, the same result. */
  readonly experimentHash: string;
  readonly chip: ChipModel;
  /** Name of the chip, or path of its file. */
  readonly chipFile: string;
  readonly data: DatasetParts;
  readonly topology: NetworkTopology;
  readonly allocations: readonly LayerAllocation[];
  /** Memories that no core owns. */
  readonly sharedMemories: readonly MemoryUse[];
  /** With the η of the first epoch. */
  readonly placement: Placement;
  /** The image with the η of an epoch of the schedule. */
  readonly imageAtRate: (learningRate: number) => ChipImage;
  /** The image of an epoch, 1, 2, …, with its frozen layers and the η of the first. */
  readonly imageOfEpoch: (epoch: number) => ChipImage;
  /** Another B for an epoch, 2, 3, …, as the policy of the experiment draws it. */
  readonly redrawnFeedback: (epoch: number) => FeedbackUpdate;
  readonly inputQuantiser: QuantiserSpec;
  /** How the training data lie in the format of the inputs. */
  readonly inputFit: InputFit;
  /** When the inputs of the training samples become events. */
  readonly inputTiming: InputTiming;
  /** How long samples wait for their events, mean. */
  readonly inputTime: InputTime;
}

/** Runs a step; a RangeError of it becomes wrong input at this key of the experiment file. */
export function at<Value>(
  read: StrictYaml<Experiment>,
  keyPath: KeyPath,
  step: () => Value,
): Value {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError) throw read.problem(keyPath, error.message);
    throw error;
  }
}

/** A path in the experiment file is relative to that file; a plain chip name stays a name. */
export function relativeTo(file: string, name: string): string {
  const isPath = name.includes('/') || name.includes('\\') || name.endsWith('.yaml');
  return isPath ? path.resolve(path.dirname(file), name) : name;
}

/** Input coding as the mapping knows it. */
export function inputCoding({ input }: Experiment): InputCoding {
  switch (input.coding) {
    case 'graded':
      return { kind: 'graded' };
    case 'ttfs':
      return { kind: 'ttfs', cyclesPerStep: input.cyclesPerStep };
    case 'recorded':
      return { kind: 'recorded', cyclesPerUs: input.cyclesPerUs };
  }
}

/** Reads the data set that an experiment names. @throws InputError where it states only the shape of one. */
export async function readData(
  file: string,
  read: StrictYaml<Experiment>,
  dataFolder: string,
): Promise<DatasetParts> {
  const { dataset } = read.value;
  if ('inputShape' in dataset) {
    const sentence =
      'only the shape of a data set is stated, which is enough for estimate alone; name a data set, or the path of one';
    throw read.problem(['dataset'], sentence);
  }
  const scale = statedScale(read.value) ?? undefined;
  const spec =
    'name' in dataset
      ? { ...dataset, scale }
      : { ...dataset, scale, path: path.resolve(path.dirname(file), dataset.path) };
  try {
    const data = await loadDataset(spec, dataFolder);
    const { validationSamples } = dataset;
    return validationSamples === undefined ? data : holdOut(data, validationSamples);
  } catch (error) {
    if (!(error instanceof DatasetKeyError)) throw error;
    throw read.problem(['dataset', error.key], error.sentence);
  }
}

function fileHashes(part: Dataset): readonly string[] {
  return part.sourceFiles.map(({ sha256 }) => sha256);
}

/** Result of the step; a schedule that the network cannot have is refused at the chip's key. */
function onSchedule<Value>(read: StrictYaml<Experiment>, step: () => Value): Value {
  try {
    return step();
  } catch (error) {
    if (error instanceof ScheduleError) throw read.problem(['hardware'], error.message);
    throw error;
  }
}

/** What the chip has no room for, at the key that asks for it: more parts than are needed are the mapping's. */
export function noRoom(read: StrictYaml<Experiment>, problems: string): InputError {
  const key = (read.value.mapping?.layers ?? []).length > 0 ? 'mapping' : 'network';
  return read.problem([key], problems);
}

/** Result of the step, which finds room on the chip. */
function finding<Value>(read: StrictYaml<Experiment>, step: () => Value): Value {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw noRoom(read, error.message);
  }
}

/** Hash of the experiment, the hardware model and the data: the same hash, the same result. */
export function hashOf(experiment: Experiment, chip: ChipModel, data: DatasetParts): string {
  return canonicalHash({
    experiment: hashedForm(experiment),
    hardware: chip.hash,
    train: fileHashes(data.train),
    test: fileHashes(data.test),
  });
}

/**
 * Puts a network on its cores, for every η of the schedule.
 * @param parametersOf draws the network's numbers; null: only shapes matter.
 */
export function placeExperiment(
  read: StrictYaml<Experiment>,
  on: Pick<PlacementRequest, 'topology' | 'allocations' | 'chip' | 'numerics' | 'learning'>,
  parametersOf: (draw: ParameterDraw) => readonly LayerParameters[] | null,
): Pick<PreparedExperiment, 'placement' | 'imageAtRate' | 'imageOfEpoch' | 'redrawnFeedback'> {
  const { training, events, precision } = read.value;
  const { loss, lossReduction, seed } = training;
  const feedbackDraw: FeedbackDraw = {
    kind: factsOf(on.learning.rule.kind).feedback,
    distribution: training.feedback,
    widthFactors: training.feedbackWidths,
  };
  const parameters = parametersOf({ weights: training.weights, feedback: feedbackDraw });
  const learningRate = learningRateValue(training.learningRate);
  const request: PlacementRequest = {
    ...on,
    parameters,
    feedbackDraw,
    isFeedbackTransported:
      training.feedbackPolicy.name === 'transported' && feedbackDraw.kind !== 'none',
    loss,
    lossReduction,
    learningRate,
    seed,
    isDense: events.dense ?? on.chip.events.isDense,
    eventThreshold: events.threshold ?? on.chip.events.threshold,
    isExact: false,
    ...(precision.initialWeights === undefined
      ? {}
      : { initialWeights: parseFormat(precision.initialWeights) }),
  };
  const placement = at(read, ['training'], () => onSchedule(read, () => placeNetwork(request)));
  checkSchedule(read, placement.image);
  const imageAtRate = at(read, ['training', 'schedule'], () =>
    imagesByRate(
      placement.image,
      request,
      possibleRates(learningRate, training.schedule, training.epochs),
    ),
  );
  const image = imageAtRate(learningRate);
  const quantiser = quantiserOf(on.numerics, 'feedback');
  const redraw = { topology: on.topology, draw: feedbackDraw, quantiser, seed };
  return {
    placement: { ...placement, image },
    imageAtRate,
    imageOfEpoch: (epoch) => withFrozen(image, frozenIn(training.freeze ?? [], epoch)),
    redrawnFeedback: (epoch) => redrawFeedback(image, redraw, epoch),
  };
}

/** @throws InputError for a sample rate that the chip cannot have. */
async function checkDeployment(
  read: StrictYaml<Experiment>,
  image: ChipImage,
  clockMhz: number,
  inputTime: InputTime,
): Promise<void> {
  const { deployment } = read.value;
  if (deployment === undefined) return;
  try {
    await checkRate(deployment, image, clockMhz, inputTime);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw read.problem(['deployment', 'samplesPerSecond'], error.message);
  }
}

/** How long the samples of both sets wait for their events; null where inputs are graded. */
function inputTimeOf(
  coding: InputCoding,
  data: DatasetParts,
  image: ChipImage,
  quantiser: QuantiserSpec,
): InputTime {
  if (coding.kind === 'graded') return null;
  const timed = (samples: Dataset) => {
    return { samples, quantiser, timing: inputTiming(coding, samples, quantiser.format) };
  };
  return timeInputs(image, { training: timed(data.train), inference: timed(data.test) });
}

/**
 * Reads and checks everything a run needs, in the order in which a user would want to hear of mistakes: the file, the
 * chip, the data, then whether the network fits.
 * @param overrides `path=value`, as `--set` takes them
 * @param dataFolder folder of the known data sets
 * @throws InputError
 */
export async function prepareExperiment(
  file: string,
  overrides: readonly string[] = [],
  dataFolder: string = resolveDataFolder(),
): Promise<PreparedExperiment> {
  const read = readExperiment(file, overrides);
  const { value: experiment } = read;
  const chipFile = relativeTo(file, experiment.hardware);
  const chip = chipOf(read, chipFile);
  const layers = at(read, ['network'], () => describeNetwork(experiment.network));
  const loaded = await readData(file, read, dataFolder);
  const { inputShape, classCount } = loaded.train;
  checkClasses(read, layers, loaded);
  const topology = at(read, ['network'], () =>
    buildTopology(layers, inputShape, classCount, experiment.activation),
  );
  checkTraining(read, topology);
  checkMapping(read, topology);
  const numerics = resolveNumerics(chip, experiment.precision);
  checkFormats(read, topology, numerics);
  const { data, quantiser: inputQuantiser } = countInputs({
    data: loaded,
    quantiser: quantiserOf(numerics, 'input'),
  });
  const coding = inputCoding(experiment);
  const timing = at(read, ['input'], () => inputTiming(coding, data.train, numerics.formats.input));
  const learning = describeLearning(experiment, chip, numerics, data.train.sampleCount);
  const requests = experiment.mapping?.layers ?? [];
  const allocations = finding(read, () =>
    allocateCores(topology, chip, numerics, learning, requests),
  );
  const { delayedError } = numerics.formats;
  const sharedMemories = delayedErrorUse(learning.rule, classCount, delayedError, chip);
  const placed = placeExperiment(
    read,
    { topology, allocations, chip, numerics, learning },
    (draw) => drawParameters(topology, experiment.training.seed, draw),
  );
  const inputTime = at(read, ['input'], () =>
    inputTimeOf(coding, data, placed.placement.image, inputQuantiser),
  );
  await checkDeployment(read, placed.placement.image, chip.clockMhz, inputTime);
  return {
    experiment,
    experimentHash: hashOf(experiment, chip, data),
    chip,
    chipFile,
    data,
    topology,
    allocations,
    sharedMemories,
    ...placed,
    inputQuantiser,
    inputFit: fitInputs(data.train, inputQuantiser.format),
    inputTiming: timing,
    inputTime,
  };
}
