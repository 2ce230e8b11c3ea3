import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { errorFractionBits } from '../../../src/chip/image/output-error.js';
import { Draws } from '../oracle/draws.js';

/** The image with a random threshold: often a large one, so that samples are skipped. */
export function skippingImage(image: ChipImage, seed: number): ChipImage {
  const draws = new Draws(seed, 'skip');
  const { loss, isExact, numerics } = image;
  const one = 2 ** errorFractionBits({ loss, isExact, output: numerics.formats.output });
  const thresholdRaw = draws.chance(0.6) ? one : draws.integer(1, one);
  return { ...image, updateSkip: { thresholdRaw } };
}
