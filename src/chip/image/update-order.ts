import { besideRewriteCycles, waitsForNext } from '../../time/update-schedule.js';
import type { ChipImage, LayerImage } from './chip-image.js';
import { learns } from './learning-layers.js';

/** Whether a layer's rows are changed when the forward pass of the next sample visits them (docs/spec.md §5.1). */
export function isFused(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && layer.organisation.updateSchedule === 'fused';
}

/** Whether a layer's rows are changed while the next sample goes forward (docs/spec.md §5.1). */
export function isBeside(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && layer.organisation.updateSchedule === 'beside';
}

/** Whether what a sample changes in a layer waits for the forward pass of the next one. */
export function isPutOff(image: ChipImage, layer: LayerImage): boolean {
  return learns(image, layer) && waitsForNext(layer.organisation.updateSchedule);
}

/** c: cycles of a synapse word's read-modify-write: 2 where the one is read and the other written by turns (docs/spec.md §5.1). */
export function synapseRewriteCycles({ organisation }: LayerImage): number {
  const { portCount, writeBanks, updateSchedule } = organisation;
  if (updateSchedule === 'beside') return besideRewriteCycles(portCount, writeBanks) ?? 2;
  return portCount === 1 && writeBanks === 'shared' ? 2 : 1;
}
