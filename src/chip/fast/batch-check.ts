import { keepsDelayedErrors } from '../image/learning-layers.js';
import { keepsLastErrors } from '../../network/defp-variants.js';
import { elementAt } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import type { SampleBatch } from '../engine.js';

/** Shapes and labels: the compiled engine trusts what is staged. @throws RangeError with the value and its limit. */
export function checkBatch(image: ChipImage, { inputsRaw, labels }: SampleBatch): void {
  const { inputCount } = elementAt(image.layers, 0, 'layers');
  if (inputsRaw.length !== labels.length * inputCount) {
    throw new RangeError(
      `batch: ${inputsRaw.length} input values do not make ${labels.length} samples of ${inputCount}`,
    );
  }
  const { classCount } = image;
  for (const label of labels) {
    if (label >= classCount) {
      throw new RangeError(`batch: label ${label} is outside 0..${classCount - 1}`);
    }
  }
}

/**
 * Places of the delayed errors of the samples: those of the samples in the training set, or of one word for all; null for
 * all rules but `defp`.
 * @throws RangeError where they are missing, or one is outside the memory of delayed errors.
 */
export function sampleIndicesOf(
  { rule }: ChipImage,
  { labels, sampleIndices }: SampleBatch,
): Uint32Array | null {
  if (!keepsDelayedErrors(rule)) return null;
  if (keepsLastErrors(rule.variant)) return new Uint32Array(labels.length);
  if (sampleIndices?.length !== labels.length) {
    throw new RangeError(
      `batch: ${sampleIndices?.length ?? 0} sample indices for ${labels.length} samples; rule defp needs the place of every sample in the training set`,
    );
  }
  const misfit = sampleIndices.find((index) => index >= rule.sampleCount);
  if (misfit !== undefined) {
    throw new RangeError(
      `batch: sample index ${misfit} is outside 0..${rule.sampleCount - 1}; the delayed errors are kept for ${rule.sampleCount} training samples`,
    );
  }
  return sampleIndices;
}
