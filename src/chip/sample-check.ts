import { maximumRaw, minimumRaw } from '../numerics/format.js';
import type { LayerImage } from './chip-image.js';
import type { SampleBatch } from './engine.js';

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
