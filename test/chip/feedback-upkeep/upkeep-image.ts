import type { FeedbackUpdate } from '../../../src/chip/engine.js';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import {
  shapeOfFeedback,
  transportFault,
  usesFeedback,
} from '../../../src/chip/image/upkeep/feedback-upkeep.js';
import { maximumRaw, minimumRaw } from '../../../src/numerics/format.js';
import { Draws } from '../oracle/draws.js';

/** The image with gates, and in most hidden layers a relu unit that they can watch. */
export function gatedImage(image: ChipImage, seed: number): ChipImage {
  const draws = new Draws(seed, 'gate');
  const layers = image.layers.map((layer) =>
    layer.isOutput || draws.chance(0.2)
      ? layer
      : { ...layer, activationUnit: { kind: 'linear', function: 'relu' } as const },
  );
  return { ...image, dyingReluGate: draws.pick(['epoch', 'permanent'] as const), layers };
}

/** Other values of B for every layer that uses one. */
function redrawn(image: ChipImage, seed: number): FeedbackUpdate {
  const draws = new Draws(seed, 'redrawn');
  const { feedback: format } = image.numerics.formats;
  const [lowest, highest] = [Number(minimumRaw(format)), Number(maximumRaw(format))];
  const feedbackRaw = image.layers.map((layer) => {
    if (!usesFeedback(image, layer)) return null;
    const [rows, columns] = shapeOfFeedback(image, layer);
    return Int32Array.from({ length: rows * columns }, () => draws.integer(lowest, highest));
  });
  const overflowCounts = image.layers.map((layer) =>
    usesFeedback(image, layer) ? draws.integer(0, 3) : 0,
  );
  return { kind: 'redrawn', feedbackRaw, overflowCounts };
}

/** Updates that an image can take, in the order of the epochs. */
export function updatesOf(image: ChipImage, seed: number): readonly FeedbackUpdate[] {
  const usesAny = image.layers.some((layer) => usesFeedback(image, layer));
  if (!usesAny) return [];
  const first = redrawn(image, seed);
  return transportFault(image) === null
    ? [{ kind: 'transported' }, first, { kind: 'transported' }]
    : [first, redrawn(image, seed + 1)];
}
