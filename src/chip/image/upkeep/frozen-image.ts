import type { ChipImage } from '../chip-image.js';

/** The image with more layers frozen, as in an epoch of which these keep their weights. Implements: docs/spec.md §2.17. */
export function withFrozen(image: ChipImage, frozenLayers: readonly number[] = []): ChipImage {
  if (frozenLayers.length === 0) return image;
  const layers = image.layers.map((layer) =>
    frozenLayers.includes(layer.layer) ? { ...layer, isTrainable: false } : layer,
  );
  return { ...image, layers };
}
