import type { ChipImage, LayerImage } from './chip-image.js';
import { learns } from './learning-layers.js';

/** Whether a layer's rows are changed when the forward pass of the next sample visits them (docs/spec.md §5.1). */
export function isFused(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && layer.organisation.updateSchedule === 'fused';
}

/** c: cycles of a synapse word's read-modify-write: 2 where the one is read and the other written by turns (docs/spec.md §5.1). */
export function synapseRewriteCycles({ organisation }: LayerImage): number {
  return organisation.portCount === 1 && organisation.writeBanks === 'shared' ? 2 : 1;
}
