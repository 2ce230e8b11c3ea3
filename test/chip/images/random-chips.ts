import fc from 'fast-check';
import type { ChipImage } from '../../../src/chip/image/chip-image.js';
import { describeDrawnChip } from '../../support/describe-chip.js';
import { randomSplit } from './fast/split-image.js';
import { randomImage } from './random-image.js';

/** A chip that a property has drawn: a failure prints it. */
interface RandomChip {
  readonly image: ChipImage;
  /** `image` follows from it, and so may samples. */
  readonly seed: number;
  readonly [fc.toStringMethod]: () => string;
}

/** A random image whose layers span cores. */
export function randomGrid(seed: number): ChipImage {
  return randomSplit(randomImage(seed), seed);
}

/** The chip of a seed, as an example that a property tries first. */
export function chipOf(
  seed: number,
  imageOf: (seed: number) => ChipImage = randomImage,
): RandomChip {
  const image = imageOf(seed);
  return { image, seed, [fc.toStringMethod]: () => describeDrawnChip(image, `seed ${seed}`) };
}

/** Random chips, by a seed; a smaller seed makes no simpler chip, so a failing one stays as it was drawn. */
export function randomChips(
  imageOf: (seed: number) => ChipImage = randomImage,
): fc.Arbitrary<RandomChip> {
  const seeds = fc.noShrink(fc.integer({ min: 0, max: 1_000_000 }));
  return seeds.map((seed) => chipOf(seed, imageOf));
}
