import type { FeedbackUpdate } from '../engine.js';
import type { ChipImage } from '../image/chip-image.js';
import { shapeOfFeedback, transportFault, usesFeedback } from '../image/upkeep/feedback-upkeep.js';

/** @throws RangeError where an update does not fit the image. */
export function checkFeedbackUpdate(image: ChipImage, update: FeedbackUpdate): void {
  if (update.kind === 'transported') {
    const fault = transportFault(image);
    if (fault !== null) throw new RangeError(`feedback: B cannot be transported: ${fault}`);
    return;
  }
  for (const [index, layer] of image.layers.entries()) {
    if (!usesFeedback(image, layer)) continue;
    const [rows, columns] = shapeOfFeedback(image, layer);
    const length = update.feedbackRaw[index]?.length ?? 0;
    if (length === rows * columns) continue;
    throw new RangeError(
      `feedback: ${length} values are given for B of layer ${layer.layer}; it has ${rows} × ${columns}`,
    );
  }
}
