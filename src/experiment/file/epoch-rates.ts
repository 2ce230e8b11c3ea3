import { LearningRate, type ScheduleSpec } from '../../reference/training/learning-rate.js';

/*
 * η of the chip from epoch to epoch. The chip computes no loss, so a plateau is looked for in the training error of
 * each epoch, which is measured anyway (docs/spec.md §2.6, step 4).
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

/** Every η that a training of `epochs` epochs can come to; training errors that never fall lower it as often as a plateau can. */
export function possibleRates(
  initial: number,
  schedule: ScheduleSpec,
  epochs: number,
): readonly number[] {
  const learningRate = new LearningRate(initial, schedule);
  const rates = new Set<number>();
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    rates.add(learningRate.current);
    learningRate.endEpoch(100);
  }
  return [...rates];
}
