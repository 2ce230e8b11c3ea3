import type { ChipImage, LayerImage } from '../chip-image.js';
import { type LayerAlignments, layerAlignments } from './alignments.js';
import { type LayerMemory, type MemoryPlan, reserveLayer } from './memory-plan.js';
import { chooseVectors, type EnginePath, type VectorChoice } from './vector-choice.js';

/** A layer with everything that is decided about it before the kernel starts. */
export interface PlacedLayer {
  readonly layer: LayerImage;
  readonly alignments: LayerAlignments;
  readonly choice: VectorChoice;
  readonly memory: LayerMemory;
}

export function placeLayer(
  plan: MemoryPlan,
  image: ChipImage,
  layer: LayerImage,
  path: EnginePath,
): PlacedLayer {
  const alignments = layerAlignments(image, layer);
  const choice = chooseVectors(image, layer, alignments, path);
  return { layer, alignments, choice, memory: reserveLayer(plan, image, layer, choice) };
}
