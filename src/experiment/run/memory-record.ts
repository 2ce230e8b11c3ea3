import type { WearFigure } from '../../chip/engine.js';
import type { ChipArea } from '../../hardware/chip-area.js';
import type { MemoryUse } from '../../mapping/placement/memory-use.js';
import type { PreparedExperiment } from '../file/prepare-experiment.js';
import type { ResultRecord } from '../record/result-record.js';

/** Memories of all cores, then those that cores share. */
export function memoriesOf({
  allocations,
  sharedMemories,
}: PreparedExperiment): readonly MemoryUse[] {
  return [
    ...allocations.flatMap(({ parts }) => parts.flatMap(({ memories }) => memories)),
    ...sharedMemories,
  ];
}

/** Bits in use on the whole chip, with or without what only training needs. */
export function usedBits(prepared: PreparedExperiment, withTraining: boolean): number {
  return memoriesOf(prepared)
    .filter(({ isTrainingOnly }) => withTraining || !isTrainingOnly)
    .reduce((sum, memory) => sum + memory.usedBits, 0);
}

/** Cores in use: the first of the chip. */
export function usedCoreCount({ allocations }: PreparedExperiment): number {
  return allocations.reduce((sum, { parts }) => sum + parts.length, 0);
}

/** Areas as the record keeps them. */
export function areaRecord({ parts, ...total }: ChipArea): ResultRecord['area'] {
  return {
    ...total,
    parts: parts.map(({ isTrainingOnly, ...part }) => ({ ...part, trainingOnly: isTrainingOnly })),
  };
}

/** Memories as the record keeps them. */
export function memoryRecord(prepared: PreparedExperiment): ResultRecord['memory'] {
  return memoriesOf(prepared).map(({ isTrainingOnly, ...memory }) => ({
    ...memory,
    trainingOnly: isTrainingOnly,
  }));
}

/** Writes per word of every weight memory: the largest and the mean. */
export function wearRecord(wear: readonly WearFigure[]): ResultRecord['wear'] {
  return wear.map(({ layer, largestWritesPerWord, totalWrites, wordCount }) => ({
    layer,
    largestWritesPerWord,
    meanWritesPerWord: totalWrites / wordCount,
  }));
}
