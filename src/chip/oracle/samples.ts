import type { SampleBatch } from '../engine.js';
import type { TrainingSample } from './rules/learning-rule.js';

/** One sample of a batch. */
interface Sample extends TrainingSample {
  /** Shape (inputCount). */
  readonly inputs: readonly bigint[];
}

/** The samples of a batch, in order. */
export function samplesOf(
  { inputsRaw, labels, sampleIndices }: SampleBatch,
  inputCount: number,
): readonly Sample[] {
  return Array.from(labels, (label, sample) => ({
    inputs: Array.from(inputsRaw.subarray(sample * inputCount, (sample + 1) * inputCount), BigInt),
    label,
    // Only rules whose batches have been checked for it use it.
    index: sampleIndices?.[sample] ?? 0,
  }));
}
