import type { DatasetParts } from '../../datasets/dataset.js';
import { errorInterval } from '../record/error-interval.js';
import type { ResultRecord } from '../record/result-record.js';
import { alignmentRecord } from './alignment-record.js';
import { healthByEpoch } from './epoch-health.js';
import type { Judged } from './accuracy-record.js';

type Errors = ResultRecord['epochs'][number]['chip'];

/** What an epoch came to; null: one that only the other side trained. */
function errorsOf(
  epoch:
    | (Pick<Errors, 'testErrorPercent' | 'trainErrorPercent' | 'testLoss'> & {
        readonly trainAfter: {
          readonly errorPercent: number;
          readonly loss: number | null;
        } | null;
      })
    | undefined,
  testSampleCount: number,
): Errors {
  const { testErrorPercent = null, trainErrorPercent = null, testLoss = null } = epoch ?? {};
  return {
    testErrorPercent,
    testInterval:
      testErrorPercent === null ? null : errorInterval(testErrorPercent, testSampleCount),
    testLoss,
    trainErrorPercent,
    trainErrorAfterPercent: epoch?.trainAfter?.errorPercent ?? null,
    trainLossAfter: epoch?.trainAfter?.loss ?? null,
  };
}

function microjoules(energyPj: number | undefined): number | null {
  return energyPj === undefined ? null : energyPj / 1e6;
}

/** The shares of the samples that chip and reference did not learn from; nothing where all were. */
function skippedRecord(
  chipCount: number | undefined,
  referenceCount: number | undefined,
  trainSampleCount: number,
): Pick<ResultRecord['epochs'][number], 'skippedPercent' | 'referenceSkippedPercent'> {
  const percent = (count: number): number => (100 * count) / trainSampleCount;
  return {
    ...(chipCount === undefined ? {} : { skippedPercent: percent(chipCount) }),
    ...(referenceCount === undefined ? {} : { referenceSkippedPercent: percent(referenceCount) }),
  };
}

/** Every epoch that chip or reference trained; null for the one of them that had no such epoch. */
export function epochsOf(
  { training, reference }: Judged,
  hiddenCount: number,
  { train, test }: DatasetParts,
): ResultRecord['epochs'] {
  const length = Math.max(training.epochs.length, reference?.epochs.length ?? 0);
  const health = healthByEpoch(training.epochs);
  return Array.from({ length }, (_, index) => {
    const own = training.epochs[index];
    const trainingEnergy = own?.trainingEnergy;
    const beside = reference?.epochs[index];
    return {
      epoch: index + 1,
      chip: errorsOf(own, test.sampleCount),
      ...skippedRecord(own?.skippedSampleCount, beside?.skippedSampleCount, train.sampleCount),
      reference: beside === undefined ? null : errorsOf(beside, test.sampleCount),
      trainingEnergyUj: microjoules(trainingEnergy?.energyPj),
      trainingEnergyLowUj: microjoules(trainingEnergy?.lowPj),
      trainingEnergyHighUj: microjoules(trainingEnergy?.highPj),
      alignment: alignmentRecord(hiddenCount, own?.alignment ?? [], beside?.alignment ?? []),
      health: [...(health[index] ?? [])],
      lockstep: [...(own?.lockstep ?? [])],
    };
  });
}

/** Wall time of each epoch of chip and reference. */
export function epochTimes({ training, reference }: Judged): ResultRecord['timing']['epochs'] {
  const length = Math.max(training.epochs.length, reference?.epochs.length ?? 0);
  return Array.from({ length }, (_, index) => ({
    epoch: index + 1,
    chipSeconds: training.epochs[index]?.seconds ?? null,
    referenceSeconds: reference?.epochSeconds[index] ?? null,
  }));
}
