import { factsOf, readsWeightsAbove, usesLayerAbove } from '../../network/rule-facts.js';
import type { ChipImage, LayerImage } from './chip-image.js';

/** Whether a layer's weights and biases change in training: not in a frozen layer, nor in a hidden one with `shallow`. */
export function learns({ rule }: ChipImage, layer: LayerImage): boolean {
  return layer.isTrainable && (layer.isOutput || factsOf(rule.kind).teachesHidden);
}

/** The layer (1…k) after whose forward pass a layer may make its error signal (docs/spec.md §2.9). */
export function readyAfterLayer({ rule, layers }: ChipImage, layer: LayerImage): number {
  const waits = !layer.isOutput && factsOf(rule.kind).waitsFor !== 'nothing';
  return waits ? layers.length : layer.layer;
}

/**
 * Whether a layer's δz is made: where it learns, and with `fa` and `bp` in a frozen layer too if one below learns.
 * Implements: docs/spec.md §2.9.
 */
export function needsDelta(image: ChipImage, layer: LayerImage): boolean {
  if (learns(image, layer)) return true;
  if (!usesLayerAbove(image.rule.kind)) return false;
  return image.layers.some((below) => below.layer < layer.layer && learns(image, below));
}

/**
 * Whether the homes of a layer send δz to the cores with their other axons: where those learn of it, and with `bp`,
 * which multiplies their weights by it for the layer below (docs/spec.md §7).
 */
export function sendsDelta(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) || (readsWeightsAbove(image.rule.kind) && needsDelta(image, layer));
}
