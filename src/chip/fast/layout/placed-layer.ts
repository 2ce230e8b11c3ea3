import type { ChipImage, LayerImage } from '../../image/chip-image.js';
import { type LayerAlignments, layerAlignments } from './alignments.js';
import { geometryOf, type LayerGeometry, type LayerMemory, reserveLayer } from './layer-memory.js';
import type { MemoryPlan } from './memory-plan.js';
import { chooseVectors, type EnginePath, type VectorChoice } from './vector-choice.js';

/** A layer with everything that is decided about it before the compiled engine starts. */
export interface PlacedLayer {
  readonly layer: LayerImage;
  readonly geometry: LayerGeometry;
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
  const memory = reserveLayer(plan, image, layer, choice);
  return { layer, geometry: geometryOf(layer), alignments, choice, memory };
}
