import { elementAt } from '../../numerics/integer.js';
import type { ChipImage } from '../image/chip-image.js';
import { usesFeedback } from '../image/upkeep/feedback-upkeep.js';
import { columnCount, learnsInSteps, rowCount } from '../image/layer-geometry.js';
import type { FastEngineCheckpoint } from './fast-engine.js';

/**
 * The state of a chip, between two epochs, as a chip of an image with other frozen layers takes it up: gradients are 0 there, and B
 * of a layer that learns again is that of the image.
 */
export function carriedOver(
  checkpoint: FastEngineCheckpoint,
  image: ChipImage,
): FastEngineCheckpoint {
  const layers = checkpoint.layers.map((kept, index) => {
    const layer = elementAt(image.layers, index, 'layers');
    if (!learnsInSteps(image, layer)) {
      return { ...kept, gradientsRaw: null, momentaRaw: null, secondMomentsRaw: null };
    }
    const length = (rowCount(layer) + 1) * columnCount(layer);
    return { ...kept, gradientsRaw: kept.gradientsRaw ?? new Int32Array(length) };
  });
  const feedbacks = image.layers.map((layer, index) => {
    const { feedbackRaw } = layer;
    if (feedbackRaw === null || !usesFeedback(image, layer)) return null;
    const kept = checkpoint.feedback.layers[index] ?? null;
    return kept ?? { storedRaw: feedbackRaw, isOpen: null, isSeen: null };
  });
  return { ...checkpoint, layers, feedback: { ...checkpoint.feedback, layers: feedbacks } };
}
