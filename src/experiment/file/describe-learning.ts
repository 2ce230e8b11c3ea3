import { isDelayedErrorRule } from '../../network/rule-facts.js';
import { isAveraged } from '../../network/defp-variants.js';
import type { ChipNumerics } from '../../chip/image/chip-image.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import type { Learning } from '../../mapping/learning.js';
import { floorDiv } from '../../numerics/integer.js';
import type { Experiment } from './experiment-schema.js';
import { defaultAverageShift, skipBelowOf } from './training-schema.js';

/** The rule as the chip knows it, with the organisation of its delayed-error memory. */
export function describeLearning(
  { training }: Experiment,
  chip: ChipModel,
  { formats }: ChipNumerics,
  sampleCount: number,
): Learning {
  const { rule: kind, frozenLayers, optimizer, batch: batchSize, feedbackSource } = training;
  const skipBelow = skipBelowOf(training);
  const dyingReluGate = training.dyingReluGate === 'none' ? null : training.dyingReluGate;
  const how = { frozenLayers, optimizer, batchSize, feedbackSource, skipBelow, dyingReluGate };
  if (!isDelayedErrorRule(kind)) return { rule: { kind }, ...how };
  const { wordBits } = chip.delayedErrorMemory;
  const delayedErrorsPerWord = floorDiv(wordBits, formats.delayedError.totalBits);
  const { variant } = training.defp;
  if (variant === 'lossValue') {
    throw new RangeError('rule defp: variant lossValue is not on the chip; use another variant');
  }
  const average = isAveraged(variant)
    ? { averageShift: training.defp.averageShift ?? defaultAverageShift }
    : {};
  const memory = { sampleCount, wordBits, delayedErrorsPerWord };
  return { rule: { kind, variant, ...average, ...memory }, ...how };
}
