import { ceilDiv } from '../../numerics/integer.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import { columnCount, hasGradientMemory } from './layer-geometry.js';

/** Words of one row of each memory that learning rewrites, and of all biases; 0: the layer has no such memory. */
export interface RowWords {
  /** R. */
  readonly synapses: number;
  /** Rg; the gradients of all biases take as many. */
  readonly gradients: number;
  /** Ro; the states of all biases take as many. */
  readonly states: number;
  readonly biases: number;
}

/** Implements: docs/spec.md §4.5 (R, Rg, Ro, ⌈κ/Pb⌉). */
export function rowWords(image: ChipImage, layer: LayerImage): RowWords {
  const { organisation } = layer;
  const columns = columnCount(layer);
  const { weightsPerWord, gradientsPerWord, optimizerStatesPerWord, biasesPerWord } = organisation;
  return {
    synapses: ceilDiv(columns, weightsPerWord),
    gradients: hasGradientMemory(image, layer) ? ceilDiv(columns, gradientsPerWord) : 0,
    states: image.optimizer.kind === 'sgd' ? 0 : ceilDiv(columns, optimizerStatesPerWord),
    biases: ceilDiv(columns, biasesPerWord),
  };
}
