import { factsOf } from '../../network/rule-facts.js';
import { formatProblem } from '../file/checks/check-formats.js';
import { sharedLeakageNote } from '../record/power-record.js';
import { coresText } from './assumed-cores.js';
import type { NetworkActivity } from './network-activity.js';
import type { PreparedEstimate } from './prepare-estimate.js';
import { measuredSampleCount } from './stated-activity.js';

/** When input events come; null where all are there at once. */
function timeNote({ read, timedInput, trainSampleCount }: PreparedEstimate): string | null {
  const { coding } = read.value.input;
  if (coding === 'graded') return null;
  const sampleCount = Math.min(measuredSampleCount, trainSampleCount);
  return timedInput === null
    ? `Input events come in time (coding ${coding}), but when is not known without samples: latency, leakage and interval are those of inputs that are there at once, which is too little; name a data set.`
    : `Input events come in time (coding ${coding}): latency, leakage and interval include the wait for them, measured on the first ${sampleCount} training samples.`;
}

/** Where the activity is from, and what is taken for granted with it. */
function activityNotes({
  source,
  rules,
  topology,
  trainSampleCount,
}: PreparedEstimate): readonly (string | null)[] {
  if (source.kind === 'result') {
    const isOther = rules.some((rule) => rule !== source.rule);
    return [
      `Activity: measured by a run with rule ${source.rule} (experiment ${source.experimentHash.slice(0, 12)}).`,
      isOther
        ? `Other rules are given the activity of that run; their own trainings would make other hidden values.`
        : null,
    ];
  }
  const { input } = source.activity;
  const isMeasured = typeof input !== 'number';
  const hasHidden = topology.layers.length > 1;
  const isSpread = topology.layers.some(
    (layer, index) => layer.kind === 'conv' && (index > 0 || !isMeasured),
  );
  const sampleCount = Math.min(measuredSampleCount, trainSampleCount);
  return [
    isMeasured
      ? `Activity: that of the input is measured on the first ${sampleCount} training samples${hasHidden ? ', that of the hidden layers is stated in the experiment' : ''}.`
      : 'Activity: stated in the experiment, not measured.',
    rules.length > 1 ? 'All rules are given the same activity.' : null,
    isSpread ? 'Events of CONV layers are taken to lie evenly over the maps.' : null,
  ];
}

/** Where the share of samples that are not learned from is known from; null: all are learned from. */
function skipNote({ read, source }: PreparedEstimate, { skipped }: NetworkActivity): string | null {
  if (skipped === undefined) return null;
  const isStated = read.value.activity?.skippedSamples !== undefined;
  const from =
    isStated || source.kind === 'stated'
      ? 'is stated in the experiment'
      : 'was measured by that run, whatever its threshold was';
  const steps =
    read.value.training.batch > 1
      ? ' A batch of which all samples are skipped takes no step: as often as chance has it.'
      : '';
  return `The share of training samples that are not learned from (training.updateSkip) ${from}.${steps}`;
}

/** Formats in which a rule or f would silently be another one: what an estimate prices, `run` refuses. */
function formatNotes({ read, rules, topology, numerics }: PreparedEstimate): readonly string[] {
  const { value } = read;
  const sentences = rules.flatMap((rule) => {
    const asked = { ...value, training: { ...value.training, rule } };
    const problem = formatProblem(asked, topology, numerics);
    return problem === null ? [] : [`${problem.key.join('.')}: ${problem.sentence}`];
  });
  return [...new Set(sentences)].map(
    (sentence) => `These are the costs of what was asked for, which run refuses: ${sentence}.`,
  );
}

/** What is taken for granted of the images of an estimate. */
export interface TakenForGranted {
  /** The events of some layer spread over cores, and no run tells how. */
  readonly isSpreadEvenly: boolean;
  /** Rows change beside forward passes, and no run has measured how long those wait for them. */
  readonly isUncoveredLeast: boolean;
}

/** How often B changes between the epochs of the estimate; null: never. */
function upkeepNote({ rules, read }: PreparedEstimate, { epochs }: NetworkActivity): string | null {
  const { feedbackPolicy: policy } = read.value.training;
  if (policy.name === 'fixed' || rules.every((rule) => factsOf(rule).feedback === 'none')) {
    return null;
  }
  if (!('everyEpochs' in policy)) {
    return 'B is redrawn on plateaus of the training error: how often is not known before a run, so the cost of it is left out.';
  }
  const count = Math.floor((epochs - 1) / policy.everyEpochs);
  return `B is ${policy.name} ${count} times in ${epochs} epochs; the cost of it (docs/spec.md §2.16) is shared by all training samples.`;
}

/** That the chip has other cores than the estimate takes it to have. */
function coresNote({ chip, ownCoreCount, assumedKinds }: PreparedEstimate): string | null {
  if (chip.coreCount === ownCoreCount && assumedKinds === null) return null;
  const kinds = assumedKinds === null ? '' : ` (${coresText(assumedKinds)})`;
  return `${chip.name} has ${ownCoreCount} ${ownCoreCount === 1 ? 'core' : 'cores'}; the estimate is as if it had ${chip.coreCount}${kinds}, with the same distances between them.`;
}

/**
 * What a reader must know to read the figures of an estimate.
 */
export function estimateNotes(
  prepared: PreparedEstimate,
  activity: NetworkActivity,
  { isSpreadEvenly, isUncoveredLeast }: TakenForGranted,
): readonly string[] {
  const { chip, rules, read } = prepared;
  const { epochs, samplesPerEpoch } = activity;
  const isMeasuring =
    rules.some((rule) => factsOf(rule).keepsDelayedErrors) &&
    read.value.training.defp.init === 'measure';
  const notes = [
    ...formatNotes(prepared),
    ...activityNotes(prepared),
    timeNote(prepared),
    skipNote(prepared, activity),
    isSpreadEvenly ? 'Events are taken to spread evenly over the cores of a split layer.' : null,
    coresNote(prepared),
    isUncoveredLeast
      ? 'Schedule beside: every sample is taken to have the mean number of events and to share no row with the one before, so that no forward pass waits for its rows; latency and leakage are the least that they can be.'
      : null,
    'Energies are those of one sample after the other, where all cores leak while one works; pipelined, they leak for the interval only.',
    'Pipelined, the busiest core sets the pace: samples that differ make cores wait for each other, as do events that meet on the router, which is not in the figure.',
    "Memory: what a rule needs is counted in values of the chip's formats, one sample after the other; what the chip must hold is counted in words, with partial sums, and with an event buffer in every layer.",
    upkeepNote(prepared, activity),
    isMeasuring
      ? `Rule defp begins with a pass over ${samplesPerEpoch} samples that only measures; its costs are shared by the ${epochs * samplesPerEpoch} samples that are learned from.`
      : null,
    rules.some((rule) => factsOf(rule).keepsDelayedErrors) ? sharedLeakageNote(chip) : null,
  ];
  return notes.filter((note) => note !== null);
}
