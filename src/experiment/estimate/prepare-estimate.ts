import type { ChipNumerics } from '../../chip/image/chip-image.js';
import { resolveDataFolder } from '../../datasets/data-folder.js';
import type { DatasetParts, InputShape } from '../../datasets/dataset.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import { chipOf } from '../file/experiment-chip.js';
import { countInputs } from '../../mapping/input/count-inputs.js';
import { inputTiming } from '../../mapping/input/input-timing.js';
import { quantiserOf } from '../../mapping/placement/place-network.js';
import { resolveNumerics } from '../../mapping/resolve-numerics.js';
import { condensedNetwork } from '../../network/condensed-network.js';
import { buildTopology, layerCount, type NetworkTopology } from '../../network/topology.js';
import { type RuleName, ruleNames } from '../../network/rule-facts.js';
import { InputError } from '../../units/input-error.js';
import { suggestion } from '../../units/nearest-name.js';
import { mostLayers } from '../../units/limits.js';
import type { StrictYaml } from '../../units/strict-yaml.js';
import { describeNetwork, describeRepeated } from '../file/describe-network.js';
import type { TimedSamples } from '../file/input-time.js';
import type { Experiment } from '../file/experiment-schema.js';
import { at, inputCoding, readData, relativeTo } from '../file/prepare-experiment.js';
import { readExperiment } from '../file/read-experiment.js';
import { readResult, resultFile } from '../record/read-result.js';
import type { NetworkActivity } from './network-activity.js';
import { type AssumedCores, countsOfKinds, withCores } from './assumed-cores.js';
import { activityOfResult } from './result-activity.js';
import { type MeasuredInput, readStatedActivity, type StatedActivity } from './stated-activity.js';

/** What an estimate may be asked for besides its experiment; every field may be left out. */
export interface EstimateRequest {
  /** `path=value`, as `--set` takes them. */
  readonly overrides?: readonly string[];
  /** Folder of the known data sets; left out: SPIKELEDGER_DATA, else the user's cache folder. */
  readonly dataFolder?: string;
  /** Rules to compare; null, or left out: that of the experiment. */
  readonly rules?: readonly RuleName[] | 'all' | null;
  /** Cores to assume instead of the chip's own, of chips with several kinds of them by name; null, or left out: the chip's. */
  readonly coreCount?: AssumedCores | null;
  /** A result.json of the same network, or its folder, whose activity is taken; null, or left out: the experiment states it. */
  readonly result?: string | null;
}

/** Where the activity is from. */
export type ActivitySource =
  | { readonly kind: 'stated'; readonly activity: StatedActivity }
  | {
      readonly kind: 'result';
      readonly activity: NetworkActivity;
      /** Hash of the experiment that measured it. */
      readonly experimentHash: string;
      readonly rule: string;
    };

/** Everything that an estimate needs, read and checked. */
export interface PreparedEstimate {
  readonly read: StrictYaml<Experiment>;
  readonly rules: readonly RuleName[];
  /** With as many cores as were asked for. */
  readonly chip: ChipModel;
  /** Its shipped name, or the path of its file. */
  readonly chipFile: string;
  /** Cores that it really has. */
  readonly ownCoreCount: number;
  /** Cores of each of its kinds, where others than its own were asked for; else null. */
  readonly assumedKinds: Readonly<Record<string, number>> | null;
  readonly topology: NetworkTopology;
  readonly numerics: ChipNumerics;
  readonly classCount: number;
  readonly trainSampleCount: number;
  readonly source: ActivitySource;
  /** Training samples whose events come in time; null: there are no samples, or inputs are graded. */
  readonly timedInput: TimedSamples | null;
}

/** Reads `drtp,bp` or `all`; null: the rule of the experiment. @throws InputError for a rule that does not exist. */
export function parseRules(text: string): readonly RuleName[] {
  if (text === 'all') return ruleNames;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    const known = ruleNames.find((rule) => rule === name);
    if (known !== undefined) return known;
    throw new InputError(
      `--rules ${text}: there is no rule "${name}"; allowed are ${ruleNames.join(', ')}, several with commas, or all${suggestion(name, ruleNames)}`,
    );
  });
}

/** Shape and number of the samples; the samples themselves where the experiment names them. */
interface SampleFacts {
  readonly inputShape: InputShape;
  readonly classCount: number;
  readonly trainSampleCount: number;
  readonly data: DatasetParts | null;
}

async function readSamples(
  file: string,
  read: StrictYaml<Experiment>,
  dataFolder: string,
): Promise<SampleFacts> {
  const { dataset } = read.value;
  if ('inputShape' in dataset) {
    const { inputShape, classCount, trainSamples } = dataset;
    return { inputShape, classCount, trainSampleCount: trainSamples, data: null };
  }
  const data = await readData(file, read, dataFolder);
  const { inputShape, classCount, sampleCount } = data.train;
  return { inputShape, classCount, trainSampleCount: sampleCount, data };
}

function measuredInput(data: DatasetParts | null, numerics: ChipNumerics): MeasuredInput | null {
  if (data === null) return null;
  const counted = countInputs({ data, quantiser: quantiserOf(numerics, 'input') });
  return { train: counted.data.train, quantiser: counted.quantiser };
}

/** Layers, 1…k, that differ from the one before in what an experiment says besides its network. */
function cutsOf({ training, mapping, activity }: Experiment): readonly number[] {
  const byEpoch = (training.freeze ?? []).flatMap(({ layers }) => layers);
  const alone = [1, ...(mapping?.layers ?? []).map(({ layer }) => layer), ...byEpoch];
  const frozen = new Set(training.frozenLayers);
  const stated = activity?.layers;
  const hidden = Array.isArray(stated) ? stated : [];
  return [
    ...alone.flatMap((layer) => [layer, layer + 1]),
    ...[...frozen].flatMap((layer) => [
      ...(frozen.has(layer - 1) ? [] : [layer]),
      ...(frozen.has(layer + 1) ? [] : [layer + 1]),
    ]),
    ...hidden.flatMap((fraction, index) => (fraction === hidden[index - 1] ? [] : [index + 2])),
  ];
}

function condensed(
  experiment: Experiment,
  inputShape: InputShape,
  classCount: number,
): NetworkTopology {
  const { network, activation } = experiment;
  return condensedNetwork(describeRepeated(network), inputShape, classCount, activation, {
    cuts: cutsOf(experiment),
    mostRuns: mostLayers,
  });
}

function timedInput(
  experiment: Experiment,
  input: MeasuredInput | null,
  { formats }: ChipNumerics,
): TimedSamples | null {
  const coding = inputCoding(experiment);
  if (coding.kind === 'graded' || input === null) return null;
  const { train, quantiser } = input;
  return { samples: train, quantiser, timing: inputTiming(coding, train, formats.input) };
}

async function readSource(
  read: StrictYaml<Experiment>,
  topology: NetworkTopology,
  input: MeasuredInput | null,
  given: string | null,
): Promise<ActivitySource> {
  if (given === null) {
    const activity = readStatedActivity(read, layerCount(topology), input);
    return { kind: 'stated', activity };
  }
  const file = await resultFile(given);
  const result = readResult(file);
  const measured = activityOfResult(result, file, read.value, topology);
  const stated = read.value.activity?.changedWords;
  const changedWords =
    measured.changedWords ?? (stated === undefined ? null : topology.layers.map(() => stated));
  const { training } = result.experiment;
  const rule =
    typeof training === 'object' && training !== null && 'rule' in training
      ? String(training.rule)
      : 'unknown';
  const { experimentHash } = result;
  return { kind: 'result', activity: { ...measured, changedWords }, experimentHash, rule };
}

/**
 * Reads and checks what an estimate needs: the file, the chip, the shape of the samples, the network, its activity.
 * @throws InputError
 */
export async function prepareEstimate(
  file: string,
  request: EstimateRequest = {},
): Promise<PreparedEstimate> {
  const read = readExperiment(file, request.overrides ?? []);
  const { value: experiment } = read;
  const chipFile = relativeTo(file, experiment.hardware);
  const described = chipOf(read, chipFile);
  const chip = withCores(described, request.coreCount ?? null);
  const { inputShape, classCount, trainSampleCount, data } = await readSamples(
    file,
    read,
    request.dataFolder ?? resolveDataFolder(),
  );
  const topology = at(read, ['network'], () =>
    // Layers of a run differ in what it measured; on a mesh in their distances, on kinds of cores in these.
    (request.result ?? null) !== null || chip.router.kind === 'mesh' || chip.kinds !== undefined
      ? buildTopology(
          describeNetwork(experiment.network),
          inputShape,
          classCount,
          experiment.activation,
        )
      : condensed(experiment, inputShape, classCount),
  );
  const numerics = resolveNumerics(chip, experiment.precision);
  const input = measuredInput(data, numerics);
  const { rules } = request;
  return {
    read,
    rules: rules === 'all' ? ruleNames : (rules ?? [experiment.training.rule]),
    chip,
    chipFile,
    ownCoreCount: described.coreCount,
    assumedKinds: chip === described ? null : countsOfKinds(chip),
    topology,
    numerics,
    classCount,
    trainSampleCount,
    source: await readSource(read, topology, input, request.result ?? null),
    timedInput: at(read, ['input'], () => timedInput(experiment, input, numerics)),
  };
}
