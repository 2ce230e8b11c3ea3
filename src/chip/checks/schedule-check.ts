import { InputError } from '../../units/input-error.js';
import type { ChipImage, LayerImage } from '../image/chip-image.js';
import { learnsInSteps } from '../image/layer-geometry.js';
import { axonPartsOf, homesOf } from '../image/layer-parts.js';
import { isFused } from '../image/update-order.js';

/** What is in the way of the schedule of a layer, as a predicate of it; null: nothing is. */
function fusedFault(image: ChipImage, layer: LayerImage): string | null {
  const { weight, bias } = image.numerics.rounding;
  if (learnsInSteps(image, layer)) {
    return 'learns in steps, and there is no row to change before the step is taken; use batch 1, sgd and fully-connected layers, freeze the layer, or use a chip with schedule serial';
  }
  if (axonPartsOf(layer).length > 1) {
    return `has its axons on ${axonPartsOf(layer).length} cores, and which of them is the slowest would depend on every single sample; use larger cores, or a chip with schedule serial`;
  }
  if (weight !== 'stochastic') return null;
  if (bias === 'stochastic') {
    return 'would draw random words for its biases before those of its weights, and so learn other bits; round biases to nearest, or use a chip with schedule serial';
  }
  const below = image.layers[layer.layer - 2];
  if (below !== undefined && homesOf(below).length > 1) {
    return `gets its events from ${homesOf(below).length} cores in no fixed order, and its random words are drawn in the order of addresses; round weights to nearest, use larger cores, or a chip with schedule serial`;
  }
  return null;
}

/** Why a layer cannot learn by the schedule of its core, as a predicate of the layer named; null: all can. */
export function scheduleFault(image: ChipImage): string | null {
  for (const layer of image.layers) {
    const fault = isFused(image, layer) ? fusedFault(image, layer) : null;
    if (fault !== null) return `layer ${layer.layer} ${fault}`;
  }
  return null;
}

/** @throws InputError where a layer cannot learn by the schedule of its core (docs/spec.md §5.1). */
export function checkSchedules(image: ChipImage): void {
  const fault = scheduleFault(image);
  if (fault !== null) {
    throw new InputError(`core.update.schedule: fused is not possible, ${fault}`);
  }
}
