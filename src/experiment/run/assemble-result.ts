import type { RunActivity } from '../../chip/image/activity.js';
import { rescheduledLedger, runLedger } from '../../chip/counts/run-ledger.js';
import { chipArea } from '../../hardware/chip-area.js';
import { priceLedger } from '../../ledger/pricing.js';
import { priceTotals, totalsOfRuns } from '../../ledger/run-totals.js';
import { inTime } from '../file/input-time.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ScheduleVariant } from '../file/schedule-variants.js';
import { type PricedSamples, type SampleTotals, sensitivityOf } from '../record/energy-record.js';
import { factsOf } from '../../network/rule-facts.js';
import { resultRow } from '../record/ledger-record.js';
import { classesOf } from '../record/classes-record.js';
import { measuredRun } from '../record/measured-runs.js';
import { neurobenchOf } from '../record/neurobench-record.js';
import { powerOf } from '../record/power-record.js';
import { judgedSamplesOf } from '../record/probe-samples.js';
import type { ResultRecord } from '../record/result-record.js';
import { batchNote, batchRecord, scheduleCostsOf } from '../record/schedule-costs.js';
import { accuracyOf, referenceTrainingOf } from './accuracy-record.js';
import { activityOf, activityRecord, samplesOf, wholeRuns } from './activity-record.js';
import { epochsOf, epochTimes } from './epochs-record.js';
import { fixedPointOf } from './fixed-point-record.js';
import type { Measured } from './measured.js';
import {
  areaRecord,
  memoriesOf,
  memoryRecord,
  usedCoreCount,
  wearRecord,
} from './memory-record.js';
import { resolvedOf } from '../record/resolved-record.js';
import { perSampleRecord } from './per-sample-record.js';
import { provenanceRecord } from './provenance-record.js';
import { notesOf } from './result-notes.js';
import { warningsOf } from './warnings.js';

/** Figures of NeuroBench; null where no sample was only classified. */
function neurobenchRecord(
  prepared: PreparedExperiment,
  { training, learned }: Measured,
  testErrorPercent: number | null,
): ResultRecord['neurobench'] {
  const inference = activityOf(training.activities, 'inference');
  if (inference === undefined) return null;
  const memories = memoriesOf(prepared);
  const { image } = prepared.placement;
  return neurobenchOf({ image, learned, memories, inference, testErrorPercent });
}

/** The totals, and all that makes them figures of a sample. */
function sampleTotals(
  { chip, inputTime }: Pick<PreparedExperiment, 'chip' | 'inputTime'>,
  activities: readonly RunActivity[],
  totals: SampleTotals['totals'],
): SampleTotals {
  const samples = {
    inference: samplesOf(activities, 'inference'),
    training: samplesOf(activities, 'training'),
  };
  return { totals, samples, clockMhz: chip.clockMhz, inputTime };
}

/** The same counts by every schedule of the update; `own`: by the chip's. */
function otherSchedules(
  { chip: ownChip, placement, inputTime }: PreparedExperiment,
  variants: readonly ScheduleVariant[],
  activities: readonly RunActivity[],
  own: PricedSamples,
): ResultRecord['updateSchedules'] {
  return scheduleCostsOf(variants, {
    image: placement.image,
    priced: (image, chip) => {
      if (chip === ownChip) return own;
      const known = { image: placement.image, rows: own.rows };
      const totals = priceTotals(rescheduledLedger(known, image, activities), chip);
      return sampleTotals({ chip, inputTime }, activities, totals);
    },
  });
}

function timingOf(measured: Measured): ResultRecord['timing'] {
  const { trainedSamples, trainingSeconds } = measured.training.speed;
  return {
    wallSeconds: measured.wallSeconds,
    samplesPerSecond: trainedSamples > 0 ? trainedSamples / trainingSeconds : null,
    epochs: epochTimes(measured),
  };
}

/**
 * Prices what was counted and puts everything into the result record.
 * @throws Error when the ledger breaks one of its laws: a defect, never to be passed on silently.
 */
export function assembleResult(prepared: PreparedExperiment, measured: Measured): ResultRecord {
  const { experiment, chip, topology, placement } = prepared;
  const activities = inTime(measured.training.activities, prepared.inputTime);
  const { image } = placement;
  const { rows, unpriced } = priceLedger(runLedger(image, activities), chip);
  const pricedSamples = { ...sampleTotals(prepared, activities, totalsOfRuns(rows)), rows };
  const { samples } = pricedSamples;
  const area = chipArea(chip, usedCoreCount(prepared));
  const accuracy = accuracyOf(measured, prepared.data.test.sampleCount);
  const perSample = perSampleRecord(prepared, pricedSamples, area);
  const { testErrorPercent } = accuracy.chip;
  const classes = classesOf(prepared.data, measured.training.confusion);
  const ledger = rows.map((row) => resultRow(row, samples[row.run]));
  const fixedPoint = fixedPointOf(prepared, measured);
  const epochs = epochsOf(measured, topology.layers.length - 1, prepared.data);
  const batch = batchRecord(image, wholeRuns(activities), chip.clockMhz);
  const { label } = factsOf(image.rule.kind);
  const ofBatch = batchNote(label, batch.batchLatency);
  return {
    ...provenanceRecord(prepared),
    accuracy,
    classes,
    epochs,
    earlyLockstep:
      measured.training.earlyLockstep === null ? null : [...measured.training.earlyLockstep],
    judgedTrainSamples: judgedSamplesOf(prepared.data),
    resolved: resolvedOf(prepared),
    referenceTraining: referenceTrainingOf(prepared, measured),
    perSample,
    energySpread: measured.energySpread,
    sensitivity: sensitivityOf(pricedSamples),
    updateSchedules: otherSchedules(prepared, measured.variants, activities, pricedSamples),
    ...batch,
    power: powerOf({
      priced: pricedSamples,
      prices: chip,
      costs: { inference: perSample.inference, training: perSample.training },
      deployment: experiment.deployment ?? null,
    }),
    neurobench: neurobenchRecord(prepared, measured, testErrorPercent),
    schedule: measured.schedule,
    activity: activityRecord(prepared, activities),
    measuredRuns: wholeRuns(activities).map((activity) => measuredRun(image, activity)),
    ledger,
    memory: memoryRecord(prepared),
    wear: wearRecord(measured.wear),
    enginePaths: [...measured.paths],
    area: areaRecord(area),
    fixedPoint,
    unpriced: [...unpriced],
    warnings: warningsOf(prepared, { accuracy, classes, epochs, fixedPoint }, measured.learned),
    notes: [...notesOf(prepared), ...(ofBatch === null ? [] : [ofBatch])],
    timing: timingOf(measured),
  };
}
