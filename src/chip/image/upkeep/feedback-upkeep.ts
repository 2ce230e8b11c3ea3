import { factsOf } from '../../../network/rule-facts.js';
import type { ChipImage, LayerImage } from '../chip-image.js';
import { columnCount, rowCount } from '../layer-geometry.js';
import { partsOf } from '../layer-parts.js';
import { needsDelta } from '../learning-layers.js';

/*
 * Which layers keep a B, what may become of it, and which columns close. Implements: docs/spec.md §2.16.
 */

/** Whether a layer makes its δh by a B of its own. */
export function usesFeedback(image: ChipImage, layer: LayerImage): boolean {
  const { feedback } = factsOf(image.rule.kind);
  return feedback !== 'none' && !layer.isOutput && needsDelta(image, layer);
}

/** Whether silent units of a layer have their columns of B closed. */
export function isGated(image: ChipImage, layer: LayerImage): boolean {
  if ((image.dyingReluGate ?? null) === null) return false;
  const isRelu = layer.activationUnit.function === 'relu';
  return isRelu && factsOf(image.rule.kind).feedback === 'classes' && usesFeedback(image, layer);
}

/** Whether B of a layer has the shape of the weights above it, as of `fa`; else it has a row for each class. */
export function isInShapeOfWeights({ rule }: ChipImage): boolean {
  return factsOf(rule.kind).feedback === 'weights';
}

/** s of §2.16: rules whose δh is +B where the gradient would be −B take the product with the minus sign. */
export function transportSign({ rule }: ChipImage): 1 | -1 {
  return factsOf(rule.kind).isLabelSelected ? -1 : 1;
}

/** Rows and columns of B of a layer (of `fa`: those of the weights above). @throws RangeError in the output layer. */
export function shapeOfFeedback(
  image: ChipImage,
  layer: LayerImage,
): readonly [rowCount: number, columnCount: number] {
  const above = image.layers[layer.layer];
  if (above === undefined) throw new RangeError(`layer ${layer.layer}: the output layer has no B`);
  return isInShapeOfWeights(image)
    ? [rowCount(above), columnCount(above)]
    : [image.classCount, layer.neuronCount];
}

/** Why B of an image cannot be set to the product of the weights above; null: it can. */
export function transportFault(image: ChipImage): string | null {
  const { layers, feedbackSource, rule } = image;
  if (factsOf(rule.kind).feedback === 'none') return `rule ${rule.kind} has no B`;
  if (feedbackSource === 'generator') {
    return 'a generator makes B anew whenever it is used, so there is no memory to write; use a feedback memory';
  }
  const hidden = layers.filter(({ isOutput }) => !isOutput);
  if (layers.some(({ convolution }) => convolution !== null)) {
    return 'a kernel of a CONV layer is used at many positions; use fixed or redrawn';
  }
  const split = layers.find((layer) => partsOf(layer).length > 1);
  if (split !== undefined) {
    return `layer ${split.layer} spans several cores, and rows of weights lie apart; use a chip on which each layer has one core, or redrawn`;
  }
  const bare = hidden.find((layer) => !usesFeedback(image, layer));
  return bare === undefined
    ? null
    : `frozen layer ${bare.layer} keeps no B through which the product could pass; train it, or use fixed`;
}
