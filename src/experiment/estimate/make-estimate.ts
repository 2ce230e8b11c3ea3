import { beginsWithMeasuring, defpOf } from '../file/training-schema.js';
import { hashedForm } from '../file/later-keys.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import type { PricedRow } from '../../ledger/priced-ledger.js';
import { priceTotals } from '../../ledger/run-totals.js';
import {
  type NetworkTopology,
  printTopology,
  spanOf,
  weightShape,
} from '../../network/topology.js';
import { canLearn } from '../../hardware/chip-model.js';
import { factsOf, type RuleName } from '../../network/rule-facts.js';
import { toolCommit, toolVersion } from '../../tool-version.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { codingFault } from '../file/checks/check-schedule.js';
import { expectedUpdates } from '../file/feedback-policy.js';
import { noRoom } from '../file/prepare-experiment.js';
import { scheduleVariants } from '../file/schedule-variants.js';
import {
  batchNote,
  batchRecord,
  scheduleCostsOf,
  scheduleFaults,
} from '../record/schedule-costs.js';
import { InputError } from '../../units/input-error.js';
import { areaOfChip } from './area-record.js';
import { estimateNotes } from './estimate-notes.js';
import type { EstimateRecord, RuleEstimate } from './estimate-record.js';
import {
  countActivities,
  inferenceCost,
  memoryOf,
  priceActivities,
  type PricedActivity,
  ruleCost,
  usedMemory,
} from './estimate-rule.js';
import { EstimateSetting, unknownSharedEvents } from './estimate-setting.js';
import {
  lacksSharedEvents,
  type NetworkActivity,
  runActivities,
  samplesOf,
  type TrainingHistory,
} from './network-activity.js';
import {
  condensedNumbers,
  type PlacedInference,
  placeInference,
  type PlacedRule,
  placeRule,
} from './place-rule.js';
import type { PreparedEstimate } from './prepare-estimate.js';

/** The ledger of one rule, every row of both runs; of a chip that does not learn, `none` with those of inference. */
export interface RuleLedger {
  readonly rule: RuleName | 'none';
  readonly rows: readonly PricedRow[];
  /** Samples that the counts of a run are totals over. */
  readonly samples: Readonly<Record<RunKind, number>>;
}

/** The record, and the ledgers that its figures are sums of. */
export interface Estimate {
  readonly record: EstimateRecord;
  readonly ledgers: readonly RuleLedger[];
}

/** A rule as it came out. */
type Attempt =
  | { readonly rule: RuleName; readonly placed: PlacedRule }
  | { readonly rule: RuleName; readonly placed: null; readonly problem: string };

function attemptRule(prepared: PreparedEstimate, rule: RuleName): Attempt {
  try {
    return { rule, placed: placeRule(prepared, rule) };
  } catch (error) {
    if (error instanceof InputError) return { rule, placed: null, problem: error.message };
    throw error;
  }
}

/** Why there is no estimate of a rule, with its place in the file; empty where there is one. */
function refusalOf({ read }: PreparedEstimate, attempt: Attempt): string {
  if (attempt.placed === null) return attempt.problem;
  const { problem } = attempt.placed;
  return problem === null ? '' : noRoom(read, problem).message;
}

/** Result of `estimate`; counts that are too large become an InputError. */
function counting<Result>({ read }: PreparedEstimate, estimate: () => Result): Result {
  try {
    return estimate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const sentence = `${error.message}; estimate fewer epochs or training samples`;
    throw read.problem(['training', 'epochs'], sentence);
  }
}

/** What the training of a rule does beside learning from samples. */
function historyOf(
  { read, topology }: PreparedEstimate,
  rule: RuleName,
  { epochs }: NetworkActivity,
): TrainingHistory {
  const { training } = read.value;
  return {
    isMeasured: beginsWithMeasuring({ rule, defp: training.defp }),
    feedbackUpdates: expectedUpdates({ ...training, rule, epochs }),
    freeze: (training.freeze ?? []).map((span) => {
      return { ...span, layers: condensedNumbers(topology, span.layers) };
    }),
  };
}

/** The counts of a rule on the chip, priced. */
function priceRule(
  prepared: PreparedEstimate,
  rule: RuleName,
  image: ChipImage,
  activity: NetworkActivity,
): PricedActivity {
  const activities = runActivities(image, activity, historyOf(prepared, rule, activity));
  return priceActivities(prepared, image, activities, activity);
}

/** The same counts by every schedule of the update; `own`: by the chip's. */
function otherSchedules(
  prepared: PreparedEstimate,
  { rule, memories }: PlacedRule,
  image: ChipImage,
  { activity, own }: { readonly activity: NetworkActivity; readonly own: PricedActivity },
): RuleEstimate['updateSchedules'] {
  const { chipFile, read } = prepared;
  const history = historyOf(prepared, rule, activity);
  const faultOf = scheduleFaults(
    image,
    (other) =>
      codingFault(read.value, other) ??
      (lacksSharedEvents(other, activity) ? unknownSharedEvents : null),
  );
  return scheduleCostsOf(scheduleVariants(chipFile, prepared.chip, memories, faultOf), {
    image,
    priced: (other, chip) => {
      if (chip === prepared.chip) return own;
      const activities = runActivities(other, activity, history);
      const known = { image, rows: own.rows };
      const totals = priceTotals(countActivities(prepared, other, activities, known), chip);
      const { inputTime } = activity;
      return { totals, samples: samplesOf(activity), clockMhz: chip.clockMhz, inputTime };
    },
  });
}

/** Costs of a network on a chip that does not learn, and the rows they are sums of. */
function estimateInference(
  prepared: PreparedEstimate,
  placed: PlacedInference,
  activity: NetworkActivity,
): { readonly estimate: EstimateRecord['inferenceOnly']; readonly ledger: RuleLedger } {
  const { image } = placed;
  return counting(prepared, () => {
    const activities = runActivities(image, activity, { isMeasured: false });
    const inference = activities.filter(({ run }) => run === 'inference');
    const priced = priceActivities(prepared, image, inference, activity);
    const perSample = inferenceCost(image, priced);
    return {
      estimate: { perSample, memory: usedMemory(placed.memories) },
      ledger: { rule: 'none', rows: priced.rows, samples: priced.samples },
    };
  });
}

/** Number of a layer, and of how many equal ones it is the first. */
function numbersOf(topology: NetworkTopology, index: number) {
  const { first, repeat } = spanOf(topology, index);
  return { layer: first, ...(repeat > 1 && { repeat }) };
}

function activityRecord(
  { source, topology }: PreparedEstimate,
  activity: NetworkActivity,
): EstimateRecord['activity'] {
  return {
    source: source.kind,
    resultHash: source.kind === 'result' ? source.experimentHash : null,
    epochs: activity.epochs,
    trainSamplesPerEpoch: activity.samplesPerEpoch,
    ...(activity.skipped === undefined ? {} : { skippedPercent: 100 * activity.skipped.samples }),
    layers: topology.layers.map(({ inputCount }, index) => {
      const training = activity.training[index]?.eventsPerSample ?? 0;
      return {
        ...numbersOf(topology, index),
        eventsPerTrainingSample: training,
        eventsPerInferenceSample: activity.inference[index]?.eventsPerSample ?? 0,
        activeInputsPercent: (100 * training) / inputCount,
      };
    }),
  };
}

function networkRecord({ topology, classCount }: PreparedEstimate): EstimateRecord['network'] {
  return {
    inputs: topology.inputCount,
    classes: classCount,
    layers: topology.layers.map((layer, index) => {
      const [rowCount, columnCount] = weightShape(layer);
      return {
        ...numbersOf(topology, index),
        description: printTopology({ inputCount: layer.inputCount, layers: [layer] }),
        inputs: layer.inputCount,
        neurons: layer.neuronCount,
        parameters: (rowCount + 1) * columnCount,
      };
    }),
  };
}

function hardwareRecord({
  chip,
  ownCoreCount,
  assumedKinds,
}: PreparedEstimate): EstimateRecord['hardware'] {
  return {
    name: chip.name,
    hash: chip.hash,
    nodeNm: chip.technology.nodeNm,
    voltageV: chip.voltageV,
    clockMhz: chip.clockMhz,
    update: chip.core.update,
    cores: ownCoreCount,
    coresAssumed: chip.coreCount,
    ...(assumedKinds === null ? {} : { kindsAssumed: assumedKinds }),
  };
}

/** What keeps a rule off a chip without a learning engine; only that, for memories are a consequence of it. */
function refuseRule({ chip }: PreparedEstimate, attempt: Attempt): Attempt {
  const problem = `${chip.name} does not learn, it has no learning engine`;
  const { rule, placed } = attempt;
  return placed === null
    ? { rule, placed, problem }
    : { rule, placed: { ...placed, image: null, problem } };
}

/** Latency of a batch; nothing where a batch is one sample. */
function batchOf(
  prepared: PreparedEstimate,
  rule: RuleName,
  image: ChipImage,
  activity: NetworkActivity,
): Pick<RuleEstimate, 'batchLatency'> {
  if (image.batchSize === 1) return {};
  const activities = runActivities(image, activity, historyOf(prepared, rule, activity));
  const repeats = prepared.topology.spans?.map(({ repeat }) => repeat);
  return batchRecord(image, activities, prepared.chip.clockMhz, repeats);
}

/** What came out of a rule; its ledger is given away when it is made. */
function estimateAttempt(
  prepared: PreparedEstimate,
  attempt: Attempt,
  setting: EstimateSetting,
  take: (ledger: RuleLedger) => void,
): RuleEstimate {
  const { rule, placed } = attempt;
  const { defp } = prepared.read.value.training;
  const named = { rule, variant: defpOf({ rule, defp })?.variant ?? null };
  const refused = { ...named, perSample: null, updateSchedules: [] };
  if (placed === null) {
    const memory = { algorithm: null, chip: null };
    return { ...refused, problem: attempt.problem, memory };
  }
  const { problem, image } = placed;
  const memory = memoryOf(prepared, placed);
  if (image === null) return { ...refused, problem, memory };
  const activity = setting.activityOn(image);
  return counting(prepared, () => {
    const own = priceRule(prepared, rule, image, activity);
    const perSample = ruleCost(image, own, placed.memories);
    const updateSchedules = otherSchedules(prepared, placed, image, { activity, own });
    take({ rule, rows: own.rows, samples: own.samples });
    const batch = batchOf(prepared, rule, image, activity);
    return { ...named, problem, perSample, updateSchedules, ...batch, memory };
  });
}

/**
 * Costs of every rule that was asked for, on one chip, with the same activity; of inference alone on a chip that does not learn.
 * @throws InputError where the chip can learn by none of them, or has no room for the network, with the reasons.
 */
export function makeEstimate(prepared: PreparedEstimate): Estimate {
  const ledgers: RuleLedger[] = [];
  const record = estimateRules(prepared, (ledger) => ledgers.push(ledger));
  return { record, ledgers };
}

/**
 * The same, without keeping the ledgers: those of all rules on a thousand layers are 200,000 rows.
 * @param take is given the ledger of each rule when it is made.
 * @throws InputError as `makeEstimate`
 */
export function estimateRules(
  prepared: PreparedEstimate,
  take: (ledger: RuleLedger) => void,
): EstimateRecord {
  const { read, chip } = prepared;
  const learns = canLearn(chip);
  const setting = new EstimateSetting(prepared);
  const inferring = learns ? null : placeInference(prepared);
  const inference =
    inferring === null
      ? null
      : estimateInference(prepared, inferring, setting.activityOn(inferring.image));
  const refusals = new Set<string>();
  const rules = prepared.rules.map((rule): RuleEstimate => {
    const tried = attemptRule(prepared, rule);
    const attempt = learns ? tried : refuseRule(prepared, tried);
    refusals.add(refusalOf(prepared, attempt));
    return estimateAttempt(prepared, attempt, setting, take);
  });
  const { activity } = setting;
  if (activity === null) throw new InputError([...refusals].join('\n'));
  if (inference !== null) take(inference.ledger);
  // Where no event comes in time there is nothing more to tell estimates apart by.
  const { inputTime, ...untimed } = activity;
  const hashed = inputTime === null ? untimed : activity;
  return {
    schema: 'spikeledger.estimate/1',
    tool: { version: toolVersion(), commit: toolCommit() },
    experiment: read.value,
    estimateHash: canonicalHash({
      experiment: hashedForm(read.value),
      rules: prepared.rules,
      hardware: chip.hash,
      cores: prepared.assumedKinds ?? chip.coreCount,
      activity: hashed,
    }),
    hardware: hardwareRecord(prepared),
    network: networkRecord(prepared),
    activity: activityRecord(prepared, activity),
    area: areaOfChip(chip),
    rules,
    inferenceOnly: inference?.estimate ?? null,
    notes: [
      ...estimateNotes(prepared, activity, setting.takenForGranted),
      ...rules
        .map(({ rule, batchLatency }) => batchNote(factsOf(rule).label, batchLatency))
        .filter((note) => note !== null),
    ],
  };
}
