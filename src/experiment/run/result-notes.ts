import {
  keepsFullVector,
  skipThresholdOf,
  updatesAtOnce,
} from '../../chip/image/learning-layers.js';
import { factsOf } from '../../network/rule-facts.js';
import type { LayerImage } from '../../chip/image/chip-image.js';
import { homesOf, neuronsOf } from '../../chip/image/layer-parts.js';
import { missingClasses, printClasses } from '../../datasets/label-counts.js';
import { printFormat } from '../../numerics/format.js';
import { ceilDiv } from '../../numerics/integer.js';
import { lockstepSamplesOf } from '../probe/lockstep.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { referenceTraining, settingsThatDiffer } from '../file/reference-training.js';
import { sharedLeakageNote } from '../record/power-record.js';
import { earlySampleCount } from '../record/probe-samples.js';
import { scheduledSamplesOf } from '../probe/schedule-probe.js';
import type { UpdateSchedule } from '../../time/update-schedule.js';
import { wordList } from '../../units/word-list.js';
import { printSetting } from '../../units/printable.js';

/** What selecting a row of B by the label saves against DFA's product on the same network (docs/spec.md §4.2). */
function selectionNote({ image }: PreparedExperiment['placement']): string | null {
  const facts = factsOf(image.rule.kind);
  const isSelected = facts.isLabelSelected && !keepsFullVector(image.rule);
  const hidden = image.layers.filter((layer) => !layer.isOutput && layer.isTrainable);
  if (!isSelected || hidden.length === 0) return null;
  const sum = (countOf: (layer: LayerImage) => number): number =>
    hidden.reduce((total, layer) => total + countOf(layer), 0);
  const neurons = sum(({ neuronCount }) => neuronCount);
  const words = sum((layer) =>
    homesOf(layer).reduce(
      (total, home) =>
        total + ceilDiv(neuronsOf(layer, home).count, layer.organisation.feedbacksPerWord),
      0,
    ),
  );
  const operations = facts.keepsDelayedErrors ? `${neurons} multiplications` : 'no multiplication';
  const [verb, again, few, many] =
    image.feedbackSource === 'memory'
      ? ['reads', 'read', `${words} words`, `${image.classCount * words} words`]
      : ['generates', 'generate', `${neurons} values`, `${image.classCount * neurons} values`];
  return `Label-indexed selection: a training sample ${verb} ${few} of B and needs ${operations} for the hidden error; DFA's product would ${again} ${many} and make ${image.classCount * neurons} multiply-accumulates on the same network.`;
}

/** Says that the points lost are not those of fixed point alone, where chip and reference are trained otherwise. */
function settingsNote({ experiment }: PreparedExperiment): string | null {
  const keys = experiment.reference.enabled ? settingsThatDiffer(experiment) : [];
  if (keys.length === 0) return null;
  const reference = new Map(Object.entries(referenceTraining(experiment)));
  const chip = new Map(Object.entries(experiment.training));
  const differences = keys.map(
    (key) => `${key} ${printSetting(reference.get(key))} (chip ${printSetting(chip.get(key))})`,
  );
  return `The float reference was trained with other settings than the chip: ${differences.join(', ')}. The points lost compare two trainings, not two number formats, and so do the RMS errors and signs of weights and biases.`;
}

/** Says on what the RMS errors of inputs, z, h and δz rest; null where nothing is compared. */
function lockstepNote({ experiment, placement, data }: PreparedExperiment): string | null {
  if (!experiment.reference.enabled) return null;
  const count = Math.min(lockstepSamplesOf(placement.image), data.train.sampleCount);
  return count === 0
    ? 'Inputs, z, h and δz of the chip are not compared with float arithmetic: the network is too large for it.'
    : `Inputs, z, h and δz of the chip are compared with float arithmetic on the first ${count} training samples, with the weights, B and delayed errors that the chip has at that moment: after ${earlySampleCount} samples of the first epoch, where it has more, and after every epoch.`;
}

/** Says that there is no schedule; null where there is one. */
function scheduleNote({ placement, data }: PreparedExperiment): string | null {
  return scheduledSamplesOf(placement.image, data.train.sampleCount) > 0
    ? null
    : 'When each core works is not shown: the network is too large for the event-driven engine in reasonable time.';
}

/** Says what latencies include where inputs come in time; null where they are there at once. */
function timeNote({ experiment, inputTime }: PreparedExperiment): string | null {
  if (inputTime === null) return null;
  const { coding } = experiment.input;
  return `Input coding ${coding}: latency, leakage, power and the highest rate include the time until a sample's last event (docs/spec.md §9); a core that waits for events leaks and is not clocked.`;
}

/** Where the chip's f is not the reference's: a format ends, a float does not. */
function unboundedNote({ topology, placement, experiment }: PreparedExperiment): string | null {
  if (!experiment.reference.enabled) return null;
  const { formats } = placement.image.numerics;
  const unbounded = topology.layers.flatMap(({ activation }, index) => {
    if (activation !== 'relu' && activation !== 'none') return [];
    const isOutput = index === topology.layers.length - 1;
    const format = printFormat(isOutput ? formats.output : formats.activation);
    return [
      `${activation === 'none' ? 'the sum (activation none)' : activation} of layer ${index + 1} ends with its format ${format}`,
    ];
  });
  return unbounded.length === 0
    ? null
    : `The chip and the float reference do not compute the same f: on the chip ${unbounded.join(', ')}; the reference's has no end. Values set to the end are not counted.`;
}

/** What a skipped sample costs, and what it takes away; null where all are learned from. */
function skipNote({ placement: { image } }: PreparedExperiment): string | null {
  const threshold = skipThresholdOf(image);
  if (threshold === null) return null;
  const locked =
    factsOf(image.rule.kind).waitsFor === 'nothing' && !updatesAtOnce(image)
      ? ` Hidden layers wait for the outputs, so rule ${image.rule.kind} does not pipeline.`
      : '';
  return `training.updateSkip: a sample whose errors are all below ${threshold} steps of the error is not learned from; it goes forward and its error is made and compared. Figures per training sample are means over all of them.${locked}`;
}

function every(epochs: number): string {
  return epochs === 1 ? 'every epoch' : `every ${epochs} epochs`;
}

/** What became of B over the epochs; null where it stayed as it was. */
function feedbackNote({ experiment }: PreparedExperiment): string | null {
  const { feedbackPolicy: policy, feedbackSource } = experiment.training;
  if (policy.name === 'fixed') return null;
  const shared =
    'Its costs are in phase update; figures per training sample share them out over all samples.';
  if (policy.name === 'transported') {
    return `Weight transport: B is the product of the weights above, set again ${every(policy.everyEpochs)} (docs/spec.md §2.16). ${shared}`;
  }
  const when =
    policy.name === 'redrawn'
      ? every(policy.everyEpochs)
      : `whenever the training error has not fallen for more than ${policy.patience} epochs (in the reference: the training loss)`;
  const isGenerated = feedbackSource === 'generator';
  return isGenerated
    ? `B is redrawn ${when}: the generator has another seed, which costs nothing (docs/spec.md §2.16); the reference draws another B of its own.`
    : `B is redrawn ${when}: the feedback memory is written, with values that come from outside, uncounted (docs/spec.md §2.16). ${shared}`;
}

/** Which layers keep their weights in which epochs; null: none by epoch. */
function freezeNote({ experiment }: PreparedExperiment): string | null {
  const { freeze = [] } = experiment.training;
  if (freeze.length === 0) return null;
  const spans = freeze.map(({ layers, from, to }) => {
    const named = wordList(layers.map(String), 'and');
    return `${layers.length === 1 ? 'layer' : 'layers'} ${named} in epochs ${from} to ${to}`;
  });
  return `Frozen by epoch (training.freeze): ${spans.join('; ')}. What they would have learned costs nothing there; figures per training sample are means over all epochs (docs/spec.md §2.17).`;
}

/** Which columns of B close; null: none. */
function gateNote({ placement: { image } }: PreparedExperiment): string | null {
  const gate = image.dyingReluGate ?? null;
  if (gate === null) return null;
  const until = gate === 'permanent' ? 'for good' : 'for the next epoch';
  return `training.dyingReluGate: the column of B of a relu unit that was silent for an epoch closes ${until}. Two bits of register a unit are in no area and no leakage (docs/spec.md §2.16).`;
}

/** Classes whose error is not known because no test sample belongs to them; null: there are none. */
function unjudgedNote({ data: { test } }: PreparedExperiment): string | null {
  const missing = missingClasses(test.labels, test.classCount);
  if (missing.length === 0) return null;
  return `No test sample is of class ${printClasses(missing)}: errors, the balanced one too, say nothing of it.`;
}

/** Which time the latencies are. */
function orderNote(schedule: UpdateSchedule): string {
  return schedule === 'serial'
    ? 'The chip runs one sample after the other: latency is serial, and training includes no readout.'
    : `The chip runs one sample after the other, and part of an update goes with the next sample (schedule ${schedule}): latency of training is the mean time from one sample to the next, without readout; until its own update is done a sample takes longer.`;
}

/** What a reader must know to read the figures of a run. */
export function notesOf(prepared: PreparedExperiment): readonly string[] {
  const { data, placement, experiment, chip } = prepared;
  const isPlateau = experiment.training.schedule.name === 'plateau';
  const notes = [
    orderNote(chip.core.update.schedule),
    'activationBuffer: none — no h is overwritten before its update, because no core has more than one layer.',
    settingsNote(prepared),
    selectionNote(placement),
    isPlateau
      ? 'Schedule plateau looks at the training error on the chip, at the training loss in the reference.'
      : null,
    factsOf(placement.image.rule.kind).keepsDelayedErrors ? sharedLeakageNote(chip) : null,
    unboundedNote(prepared),
    lockstepNote(prepared),
    scheduleNote(prepared),
    timeNote(prepared),
    skipNote(prepared),
    feedbackNote(prepared),
    gateNote(prepared),
    freezeNote(prepared),
    unjudgedNote(prepared),
    data.train.note,
  ];
  return notes.filter((note) => note !== null);
}

/** The same of a float reference that was trained alone. */
export function referenceNotesOf(prepared: PreparedExperiment): readonly string[] {
  const notes = [
    'The chip was left out (chip.enabled: false): no figure of it is known.',
    unjudgedNote(prepared),
    prepared.data.train.note,
  ];
  return notes.filter((note) => note !== null);
}
