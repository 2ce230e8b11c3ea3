import type { ChipImage, LayerImage } from './chip-image.js';
import {
  axonPartsOf,
  axonsOf,
  homesOf,
  outputsOf,
  type Range,
  sharedRange,
} from './layer-parts.js';

/** Consecutive inputs of a layer that come from one home of the layer below and go to one of its axon parts. */
export interface EventRoute {
  /** The home's neuron part; 0 for the inputs of layer 1, which come from the pins. */
  readonly neuronPart: number;
  readonly axonPart: number;
  readonly inputs: Range;
}

/** All routes into a layer, inputs ascending; one where neither it nor the layer below is cut. Implements: docs/spec.md §7. */
export function eventRoutes({ layers }: ChipImage, layer: LayerImage): readonly EventRoute[] {
  const below = layers[layer.layer - 2];
  const senders: readonly Range[] =
    below === undefined
      ? [{ first: 0, count: layer.inputCount }]
      : homesOf(below).map((home) => outputsOf(below, home));
  return senders.flatMap((outputs, neuronPart) =>
    axonPartsOf(layer)
      .map((part, axonPart) => ({
        neuronPart,
        axonPart,
        inputs: sharedRange(outputs, axonsOf(part)),
      }))
      .filter(({ inputs }) => inputs.count > 0),
  );
}
