import { LearningRate, type ScheduleSpec } from '../reference/learning-rate.js';

/*
 * η of the chip from epoch to epoch. The chip computes no loss, so a plateau is looked for in the training error of
 * each epoch, which it measures anyway (docs/spec.md §2.6, step 4).
 */

/** η of the epoch that follows epochs with these training errors (per cent). */
export function rateOfEpoch(
  initial: number,
  schedule: ScheduleSpec,
  trainErrorPercents: readonly number[],
): number {
  const learningRate = new LearningRate(initial, schedule);
  for (const percent of trainErrorPercents) learningRate.endEpoch(percent);
  return learningRate.current;
}

/** Every η that a training of so many epochs can come to, in the order of the first epoch that may have it. */
export function possibleRates(
  initial: number,
  schedule: ScheduleSpec,
  epochs: number,
): readonly number[] {
  // Errors that never fall complete a plateau as early as can be.
  const worstErrors = new Array<number>(epochs - 1).fill(100);
  const rates = worstErrors.map((_, index) =>
    rateOfEpoch(initial, schedule, worstErrors.slice(0, index + 1)),
  );
  return [...new Set([initial, ...rates])];
}
