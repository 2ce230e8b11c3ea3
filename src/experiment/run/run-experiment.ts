import { performance } from 'node:perf_hooks';
import type { RunActivity } from '../../chip/image/activity.js';
import { runLedger } from '../../chip/counts/run-ledger.js';
import { withFrozen } from '../../chip/image/upkeep/frozen-image.js';
import { frozenIn } from '../../network/freeze.js';
import { priceLedger } from '../../ledger/pricing.js';
import { losses } from '../../reference/loss.js';
import { InputEncoder } from '../../mapping/input/input-encoder.js';
import { assembleResult } from './assemble-result.js';
import { InputError } from '../../units/input-error.js';
import { ChipTraining } from './chip-training.js';
import { updatesDue } from '../file/feedback-policy.js';
import { rateOfEpoch } from '../file/epoch-rates.js';
import { inTime } from '../file/input-time.js';
import { isChipOn } from '../file/only-side.js';
import { energySpreadOf } from '../probe/energy-spread.js';
import { HealthProbe } from '../probe/health-probe.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import { codingFault } from '../file/checks/check-schedule.js';
import { type ScheduleVariant, scheduleVariants } from '../file/schedule-variants.js';
import { judgedSamplesOf } from '../record/probe-samples.js';
import { scheduleFaults, unmeasuredRows } from '../record/schedule-costs.js';
import type { ResultRecord } from '../record/result-record.js';
import { recordSchedule } from '../probe/schedule-probe.js';
import { beginsWithMeasuring, learningRateValue } from '../file/training-schema.js';
import { inOwnFolder, removeCheckpoints } from './sides/own-folder.js';
import type { KnownSettings, RunSettings } from './sides/run-settings.js';
import { orderOfSides, trainBoth } from './sides/train-both.js';
import { trainReferences } from './sides/train-references.js';
import { chipCheckpoint } from './training-state.js';

interface StartedChip {
  readonly encoder: InputEncoder;
  readonly training: ChipTraining;
}

async function startChip(
  prepared: PreparedExperiment,
  settings: KnownSettings,
  signal: AbortSignal,
  probe: HealthProbe | null,
): Promise<StartedChip> {
  const { experiment, data, placement, chip, inputQuantiser } = prepared;
  const { image } = placement;
  const { schedule, learningRate, epochs, seed, shuffle, feedbackPolicy } = experiment.training;
  const { freeze = [] } = experiment.training;
  const encoder = new InputEncoder(data.train, inputQuantiser);
  const rowsOf = (activities: readonly RunActivity[]) =>
    runLedger(image, inTime(activities, prepared.inputTime));
  const training = await ChipTraining.start({
    imageOf: ({ learningRate: rate, frozenLayers }) =>
      withFrozen(prepared.imageAtRate(rate), frozenLayers),
    frozenIn: (epoch) => frozenIn(freeze, epoch),
    learningRateAfter: (trainErrorPercents) =>
      rateOfEpoch(learningRateValue(learningRate), schedule, trainErrorPercents),
    feedbackUpdatesDue: (trainErrorPercents) => updatesDue(feedbackPolicy, trainErrorPercents),
    feedbackUpdateOf: (epoch) =>
      feedbackPolicy.name === 'transported'
        ? { kind: 'transported' }
        : prepared.redrawnFeedback(epoch),
    judge: {
      classCount: image.classCount,
      loss: losses[experiment.training.loss],
      outputFractionBits: image.numerics.formats.output.fractionBits,
    },
    judged: {
      encoder: new InputEncoder(data.train, inputQuantiser),
      sampleCount: judgedSamplesOf(data),
    },
    train: { encoder, sampleCount: data.train.sampleCount },
    test: {
      encoder: new InputEncoder(data.test, inputQuantiser),
      sampleCount: data.test.sampleCount,
    },
    epochs,
    seed,
    isShuffled: shuffle,
    isMeasuredFirst: beginsWithMeasuring(experiment.training),
    checkpoint: chipCheckpoint(settings.outputFolder, prepared.experimentHash),
    alignmentOf: probe === null ? null : (state) => probe.alignmentOf(state),
    lockstepOf: probe === null ? null : (checkpoint) => probe.lockstepOf(checkpoint),
    trainingEnergy: (activities) => priceLedger(rowsOf(activities), chip).total,
    onProgress: (samplesDone, samplesTotal, samplesPerSecond) => {
      settings.onProgress?.({ who: 'chip', samplesDone, samplesTotal, samplesPerSecond });
    },
    onWarning: (sentence) => settings.onWarning?.(sentence),
    signal,
  });
  return { encoder, training };
}

/**
 * Trains and evaluates on the chip, beside the float reference in a process of its own, and prices what was counted.
 * Resumes from the checkpoints in the output folder, if they are of this experiment; they go when the result is kept.
 * @throws Interrupted after `signal`, with a checkpoint left in the output folder.
 * @throws InputError where the output folder cannot be written, is in use, or holds another experiment's result; and where the
 * experiment leaves the chip out.
 */
export async function runExperiment(
  prepared: PreparedExperiment,
  settings: RunSettings = {},
): Promise<ResultRecord> {
  if (!isChipOn(prepared.experiment)) {
    throw new InputError(
      'chip.enabled: is false, and a run of the chip is asked for; leave the key out, or run the reference alone',
    );
  }
  return inOwnFolder(prepared, settings, runInFolder);
}

/** The chip with every schedule of the update, for the memories that the network uses. */
function variantsOf({
  experiment,
  chip,
  chipFile,
  allocations,
  placement: { image },
}: PreparedExperiment): readonly ScheduleVariant[] {
  const memories = allocations.flatMap(({ parts }) => parts.flatMap((part) => part.memories));
  const faultOf = scheduleFaults(
    image,
    (other) => codingFault(experiment, other) ?? unmeasuredRows(image, other),
  );
  return scheduleVariants(chipFile, chip, memories, faultOf);
}

async function runInFolder(
  prepared: PreparedExperiment,
  settings: KnownSettings,
): Promise<ResultRecord> {
  const begin = performance.now();
  const variants = variantsOf(prepared);
  const failure = new AbortController();
  const signal = AbortSignal.any([settings.signal, failure.signal]);
  const { enabled } = prepared.experiment.reference;
  const probe = enabled ? new HealthProbe(prepared, settings.processes) : null;
  try {
    const { encoder, training } = await startChip(prepared, settings, signal, probe);
    const { chip, references } = await trainBoth(
      {
        chip: () => training.run(),
        references: () => trainReferences(prepared, settings, signal),
      },
      orderOfSides(prepared, settings),
      failure,
      settings.signal,
    );
    const { engine, learningRate } = chip;
    const result = assembleResult(prepared, {
      training: chip,
      reference: references.exact,
      encodedReference: references.encoded,
      activities: chip.allActivities,
      tensorHealth: engine.tensorHealth(),
      updateHealth: engine.updateHealth(),
      deviations:
        probe === null || references.exact?.divergedInEpoch !== null
          ? []
          : [
              ...probe.deviationsOf(engine.learnedState(), references.exact),
              ...(chip.epochs.at(-1)?.lockstep ?? []),
            ],
      wear: engine.wear(),
      paths: engine.paths(),
      learned: engine.learnedState(),
      inputOverflowCount: encoder.overflowCount,
      schedule: await recordSchedule(prepared),
      energySpread: await energySpreadOf(prepared, engine, learningRate),
      variants,
      wallSeconds: (performance.now() - begin) / 1000,
    });
    await settings.keep?.(result, settings.outputFolder);
    await removeCheckpoints(prepared, settings);
    return result;
  } finally {
    probe?.close();
  }
}
