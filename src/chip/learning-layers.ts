import type { ChipImage, LayerImage } from './chip-image.js';

/** Whether a layer's weights and biases change in training: not in a frozen layer, nor in a hidden one with `shallow`. */
export function learns({ rule }: ChipImage, layer: LayerImage): boolean {
  return layer.isTrainable && (layer.isOutput || rule.kind !== 'shallow');
}

/**
 * Whether a layer's δz is made: where it learns, and with `fa` and `bp` in a frozen layer too if one below learns.
 * Implements: docs/spec.md §2.9.
 */
export function needsDelta(image: ChipImage, layer: LayerImage): boolean {
  if (learns(image, layer)) return true;
  const { kind } = image.rule;
  if (kind !== 'fa' && kind !== 'bp') return false;
  return image.layers.some((below) => below.layer < layer.layer && learns(image, below));
}
