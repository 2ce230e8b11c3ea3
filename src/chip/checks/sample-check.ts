import { keepsDelayedErrors, keepsOneError } from '../image/learning-layers.js';
import { maximumRaw, minimumRaw } from '../../numerics/format.js';
import type { LayerImage, RuleSpec } from '../image/chip-image.js';
import type { SampleBatch } from '../engine.js';

/**
 * Checks a batch against the first layer and the number of classes, before anything is learned from it.
 * @throws RangeError when its shape, a value or a label does not fit.
 */
export function checkSamples(
  { inputsRaw, labels }: SampleBatch,
  { inputCount, inputFormat }: Pick<LayerImage, 'inputCount' | 'inputFormat'>,
  classCount: number,
): void {
  if (inputsRaw.length !== labels.length * inputCount) {
    throw new RangeError(
      `samples: ${labels.length} labels need ${labels.length} × ${inputCount} input values, there are ${inputsRaw.length}`,
    );
  }
  const lowest = Number(minimumRaw(inputFormat));
  const highest = Number(maximumRaw(inputFormat));
  for (const [index, value] of inputsRaw.entries()) {
    if (value < lowest || value > highest) {
      throw new RangeError(
        `samples: input value ${value} at index ${index} is outside ${lowest}..${highest}; convert samples to the input format first`,
      );
    }
  }
  for (const [sample, label] of labels.entries()) {
    if (label >= classCount) {
      throw new RangeError(
        `samples: label ${label} of sample ${sample} is outside 0..${classCount - 1}`,
      );
    }
  }
}

/**
 * Checks that a batch says where the delayed errors of its samples lie, for the rules that keep one a sample.
 * @throws RangeError when places are missing, too few or outside the memory.
 */
export function checkSampleIndices({ labels, sampleIndices }: SampleBatch, rule: RuleSpec): void {
  if (!keepsDelayedErrors(rule) || keepsOneError(rule)) return;
  const indexCount = sampleIndices?.length ?? 0;
  if (indexCount !== labels.length) {
    throw new RangeError(
      `samples: ${labels.length} samples have ${indexCount} sampleIndices; rule defp, variant ${rule.variant}, needs the place of every sample in the training set`,
    );
  }
  for (const [sample, index] of sampleIndices?.entries() ?? []) {
    if (index >= rule.sampleCount) {
      throw new RangeError(
        `samples: index ${index} of sample ${sample} is outside 0..${rule.sampleCount - 1}, the delayed errors there is room for`,
      );
    }
  }
}
