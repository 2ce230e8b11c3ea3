import { isForSteps } from '../../ledger/components.js';
import { z } from 'zod';
import type { NetworkTopology } from '../../network/topology.js';
import { canonicalHash } from '../../units/canonical-hash.js';
import { InputError } from '../../units/input-error.js';
import { describeNetwork } from '../file/describe-network.js';
import { type Experiment, experimentSchema } from '../file/experiment-schema.js';
import type { ResultRecord } from '../record/result-record.js';
import { cutOf } from './measured-cut.js';
import type { MeasuredUncovered } from './uncovered-cycles.js';
import type { LayerEvents, NetworkActivity } from './network-activity.js';

type MeasuredRun = ResultRecord['measuredRuns'][number];
type Totals = Pick<
  MeasuredRun['layers'][number],
  'events' | 'visits' | 'nonZeroEvents' | 'writtenWords' | 'skipped'
>;

/** What decides how active a network is, and what it is. */
const { network, activation, events } = experimentSchema.shape;
const describedSchema = z.looseObject({ network, activation, events });

/** @throws InputError where the record is of another network, or of one whose values become events otherwise. */
function checkSameNetwork(
  result: ResultRecord,
  file: string,
  experiment: Experiment,
  topology: NetworkTopology,
): void {
  const parsed = describedSchema.safeParse(result.experiment);
  const refuse = (what: string, theirs: string, ours: string): never => {
    throw new InputError(
      `${file}: ${what} ${theirs}, that of the experiment ${ours}; give a result of the same network, or state the activity in the experiment`,
    );
  };
  const theirShape = [
    result.activity[0]?.inputCount,
    ...result.activity.map((layer) => layer.neuronCount),
  ];
  const ourShape = [topology.inputCount, ...topology.layers.map((layer) => layer.neuronCount)];
  const areSame = (theirs: unknown, ours: unknown): boolean =>
    canonicalHash([theirs]) === canonicalHash([ours]);
  if (!areSame(theirShape, ourShape)) {
    refuse('its network has inputs and neurons', theirShape.join('–'), `has ${ourShape.join('–')}`);
  }
  if (!parsed.success) {
    throw new InputError(`${file}: its experiment does not name the network; run it again`);
  }
  const theirs = parsed.data;
  if (!areSame(describeNetwork(theirs.network), describeNetwork(experiment.network))) {
    const print = (value: unknown): string => JSON.stringify(value);
    refuse('its network is', print(theirs.network), `is ${print(experiment.network)}`);
  }
  for (const part of ['hidden', 'output'] as const) {
    if (theirs.activation[part] !== experiment.activation[part]) {
      refuse(
        `its ${part} activation is`,
        theirs.activation[part],
        `is ${experiment.activation[part]}`,
      );
    }
  }
  if (theirs.events.threshold !== experiment.events.threshold) {
    const print = (threshold: number | undefined): string =>
      threshold === undefined ? 'that of its chip' : String(threshold);
    refuse(
      'its event threshold is',
      print(theirs.events.threshold),
      `is ${print(experiment.events.threshold)}`,
    );
  }
}

/** X of the layer and of its cores. */
function uncoveredOf(
  { uncoveredUpdate, parts }: MeasuredRun['layers'][number],
  samples: number,
): readonly MeasuredUncovered[] {
  return [uncoveredUpdate, ...(parts ?? []).map((part) => part.uncoveredUpdate)].flatMap((one) => {
    if (one === null) return [];
    const { cycles, ...steps } = one;
    return { cyclesPerSample: cycles / samples, steps };
  });
}

/**
 * Means of a run. Visits are counted for delivered events: where some have the value 0, the others have their share.
 * @param changedWordsOf of a core of a layer; null: not known.
 */
function eventsOf(
  { samples, skippedSamples = 0, layers }: MeasuredRun,
  changedWordsOf: ((layer: number, core: number, totals: Totals) => number) | null,
): readonly LayerEvents[] {
  const learned = samples - skippedSamples;
  return layers.map((layer) => {
    const share = layer.events === layer.nonZeroEvents ? 1 : layer.nonZeroEvents / layer.events;
    const ofPart =
      changedWordsOf === null
        ? null
        : (part: Totals & { core: number }) => changedWordsOf(layer.layer, part.core, part);
    return {
      eventsPerSample: layer.nonZeroEvents / samples,
      visitsPerSample: (layer.visits * share) / samples,
      sharedPerSample:
        layer.sharedEvents === null ? null : layer.sharedEvents / Math.max(1, learned),
      uncovered: uncoveredOf(layer, Math.max(1, learned)),
      cut: cutOf(layer, { samples, learned }, ofPart),
    };
  });
}

/**
 * Synapse words that the updates of a layer, or of one of its cores, met: in steps those that they read; online those of its
 * events of a value other than 0, which the forward pass read too. (With schedule fused the update itself reads fewer,
 * docs/spec.md §5.1.)
 * @param core null: all of the layer.
 */
function wordsMet(
  { ledger, measuredRuns }: ResultRecord,
  layer: number,
  core: number | null,
  { events, visits, nonZeroEvents, skipped }: Totals,
): number {
  const ofLayer = ledger.filter((row) => row.layer === layer && row.run === 'training');
  // Homes alone have biases, and every layer that learns has a home.
  const learns = ofLayer.some(({ phase, component }) => phase === 'update' && component === 'bias');
  if (!learns) return 0;
  const rows = ofLayer.filter((row) => core === null || row.core === core);
  const hasSteps = rows.some(({ component }) => isForSteps(component));
  const read = rows
    .filter(({ phase }) => phase === (hasSteps ? 'update' : 'forward'))
    .filter(({ component, action }) => component === 'synapses' && action === 'read')
    .reduce((sum, { count }) => sum + count, 0);
  if (hasSteps) return read;
  // A measuring pass goes forward in run training and updates nothing.
  const measuring = measuredRuns.find(({ isMeasuring }) => isMeasuring)?.layers ?? [];
  const measured = measuring
    .filter((totals) => totals.layer === layer)
    .map((whole) => whole.parts?.find((part) => part.core === core) ?? whole)
    .reduce((sum, part) => sum + part.visits, 0);
  // Those of skipped samples met no update.
  const learned = nonZeroEvents - (skipped?.nonZeroEvents ?? 0);
  return events === 0 ? 0 : (((read * visits) / (visits + measured)) * learned) / events;
}

/** Fractions of samples and events that a run did not learn from; nothing where it learned from all. */
function skippedOf({
  samples,
  skippedSamples,
  layers,
}: MeasuredRun): Pick<NetworkActivity, 'skipped'> {
  if (skippedSamples === undefined) return {};
  const fraction = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    skipped: {
      samples: fraction(skippedSamples, samples),
      events: layers.map(({ skipped, events }) => fraction(skipped?.events ?? 0, events)),
    },
  };
}

/** Fraction of the words met that were written. @param core null: all of the layer. */
function changedFraction(
  result: ResultRecord,
  layer: number,
  core: number | null,
  totals: Totals,
): number {
  const met = wordsMet(result, layer, core, totals);
  return met === 0 ? 1 : totals.writtenWords / met;
}

/**
 * By layer. Null where all words that were met were written: the chip of the result then did not look whether they
 * changed.
 */
function changedWords(result: ResultRecord, training: MeasuredRun): readonly number[] | null {
  const fractions = training.layers.map((totals) =>
    changedFraction(result, totals.layer, null, totals),
  );
  return fractions.every((fraction) => fraction === 1) ? null : fractions;
}

/**
 * The activity that a run measured.
 * @param file of the record, for messages.
 * @throws InputError where it is of another network, or does not say how active that was.
 */
export function activityOfResult(
  result: ResultRecord,
  file: string,
  experiment: Experiment,
  topology: NetworkTopology,
): NetworkActivity {
  checkSameNetwork(result, file, experiment, topology);
  const runs = result.measuredRuns;
  const training = runs.find(({ run, isMeasuring }) => run === 'training' && !isMeasuring);
  const inference = runs.find(({ run }) => run === 'inference');
  const measuring = runs.find(({ isMeasuring }) => isMeasuring);
  if (training === undefined || inference === undefined) {
    throw new InputError(
      `${file}: does not say how active the network was (measuredRuns is empty), as records of older versions; run the experiment again`,
    );
  }
  const samplesPerEpoch = result.dataset.trainSamples;
  const changed = changedWords(result, training);
  const ofCore = (layer: number, core: number, totals: Totals) =>
    changedFraction(result, layer, core, totals);
  return {
    epochs: training.samples / samplesPerEpoch,
    samplesPerEpoch,
    inferenceSamples: inference.samples,
    flushes: training.flushes ?? Math.ceil(training.samples / samplesPerEpoch),
    training: eventsOf(training, changed === null ? null : ofCore),
    inference: eventsOf(inference, null),
    measuring: eventsOf(measuring ?? training, null),
    changedWords: changed,
    ...skippedOf(training),
    inputTime: null,
  };
}
