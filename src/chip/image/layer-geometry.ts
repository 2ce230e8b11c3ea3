import { shapeCount } from '../../network/convolution.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import { learns } from './learning-layers.js';

type LayerShape = Pick<LayerImage, 'convolution' | 'inputCount' | 'neuronCount'>;

/** ρ: rows of the synapse array, one an axon; CONV: one a place of a kernel (docs/spec.md §2.10). */
export function rowCount({ convolution, inputCount }: LayerShape): number {
  if (convolution === null) return inputCount;
  const { inputShape, kernelSize } = convolution;
  return inputShape[0] * kernelSize * kernelSize;
}

/** κ: columns of the synapse array, one a neuron; CONV: one a channel out. */
export function columnCount({ convolution, neuronCount }: LayerShape): number {
  return convolution === null ? neuronCount : convolution.mapShape[0];
}

/** Q: neurons that share a column; fully connected 1. */
export function positionCount({ convolution }: LayerShape): number {
  return convolution === null ? 1 : convolution.mapShape[1] * convolution.mapShape[2];
}

/** P_i: values that leave the layer, after pooling; fully connected N_i. */
export function outputCount({ convolution, neuronCount }: LayerShape): number {
  return convolution === null ? neuronCount : shapeCount(convolution.pooledShape);
}

/** Whether gradients are summed in a memory: CONV, or several samples to a step (docs/spec.md §2.11). */
export function hasGradientMemory(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && (layer.convolution !== null || image.batchSize > 1);
}

/** Whether the layer learns event by event (docs/spec.md §2.6). */
export function learnsByEvents(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && !learnsInSteps(image, layer);
}

/** Whether the layer learns in steps (docs/spec.md §2.11), and not event by event (§2.6). */
export function learnsInSteps(image: ChipImage, layer: LayerImage): boolean {
  return (
    hasGradientMemory(image, layer) || (learns(image, layer) && image.optimizer.kind !== 'sgd')
  );
}
