import type { ChipImage } from '../chip/image/chip-image.js';
import { checkDatapathWidth } from '../chip/checks/datapath-width.js';
import { elementAt } from '../numerics/integer.js';
import { asMantissa } from './learning-rate-factor.js';
import { learningRates, type RateRequest } from './learning-rates.js';

/**
 * The image of a network for every η that a training can come to. A layer has either shifters or multipliers: its η is a
 * shift only if it is one in all of them (docs/spec.md §2.6, step 4), so that what is counted is the same in every epoch.
 * @throws RangeError for an η of 0, InputError for one that does not fit the datapath (docs/spec.md §2.4).
 */
export function imagesByRate(
  image: ChipImage,
  request: RateRequest,
  rates: readonly number[],
): (rate: number) => ChipImage {
  const zero = rates.findIndex((rate) => rate <= 0);
  if (zero >= 0) {
    throw new RangeError(
      `the learning rate comes down to ${rates[zero] ?? 0}, with which the chip cannot learn; use fewer epochs or a slower schedule`,
    );
  }
  const factors = rates.map((rate) => learningRates(request, rate));
  const isShift = image.layers.map((_, index) =>
    factors.every((ofLayers) => elementAt(ofLayers, index, 'learning rates').kind === 'shift'),
  );
  const imageOf = (rate: number): ChipImage => {
    const own = learningRates(request, rate);
    const layers = image.layers.map((layer, index) => {
      const factor = elementAt(own, index, 'learning rates');
      return { ...layer, learningRate: isShift[index] === true ? factor : asMantissa(factor) };
    });
    return { ...image, layers };
  };
  for (const rate of rates) checkDatapathWidth(imageOf(rate));
  return imageOf;
}
