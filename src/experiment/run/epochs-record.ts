import type { ResultRecord } from '../record/result-record.js';
import { alignmentRecord } from './alignment-record.js';
import { healthByEpoch } from './epoch-health.js';
import type { Judged } from './accuracy-record.js';

const noErrors = { testErrorPercent: null, trainErrorPercent: null };

function microjoules(energyPj: number | undefined): number | null {
  return energyPj === undefined ? null : energyPj / 1e6;
}

/** The share of the samples that were not learned from; nothing where all were. */
function skippedRecord(
  skippedCount: number | undefined,
  trainSampleCount: number,
): Pick<ResultRecord['epochs'][number], 'skippedPercent'> {
  if (skippedCount === undefined) return {};
  return { skippedPercent: (100 * skippedCount) / trainSampleCount };
}

/** Every epoch that chip or reference trained; null for the one of them that had no such epoch. */
export function epochsOf(
  { training, reference }: Judged,
  hiddenCount: number,
  trainSampleCount: number,
): ResultRecord['epochs'] {
  const length = Math.max(training.epochs.length, reference?.epochs.length ?? 0);
  const health = healthByEpoch(training.epochs);
  return Array.from({ length }, (_, index) => {
    const {
      testErrorPercent: test,
      trainErrorPercent: train,
      trainingEnergy,
      alignment,
    } = training.epochs[index] ?? { ...noErrors, trainingEnergy: null, alignment: [] };
    const beside = reference?.epochs[index];
    const { testErrorPercent, trainErrorPercent } = beside ?? noErrors;
    return {
      epoch: index + 1,
      chip: { testErrorPercent: test, trainErrorPercent: train },
      ...skippedRecord(training.epochs[index]?.skippedSampleCount, trainSampleCount),
      reference: beside === undefined ? null : { testErrorPercent, trainErrorPercent },
      trainingEnergyUj: microjoules(trainingEnergy?.energyPj),
      trainingEnergyLowUj: microjoules(trainingEnergy?.lowPj),
      trainingEnergyHighUj: microjoules(trainingEnergy?.highPj),
      alignment: alignmentRecord(hiddenCount, alignment, beside?.alignment ?? []),
      health: [...(health[index] ?? [])],
    };
  });
}
