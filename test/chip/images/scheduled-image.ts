import { checkSettings } from '../../../src/chip/checks/settings-check.js';
import type { ChipImage, LayerImage } from '../../../src/chip/image/chip-image.js';
import {
  type UpdateSchedule,
  type WriteBanks,
  writeBankings,
} from '../../../src/time/update-schedule.js';
import { InputError } from '../../../src/units/input-error.js';
import { Draws } from '../oracle/draws.js';

function learningBy(
  layer: LayerImage,
  updateSchedule: UpdateSchedule,
  writeBanks: WriteBanks = layer.organisation.writeBanks,
): LayerImage {
  return { ...layer, organisation: { ...layer.organisation, updateSchedule, writeBanks } };
}

/** The image with all its layers on cores of one schedule. */
export function allBy(image: ChipImage, schedule: UpdateSchedule): ChipImage {
  return { ...image, layers: image.layers.map((layer) => learningBy(layer, schedule)) };
}

/** Whether the chip can learn so (docs/spec.md §5.1). */
function isPossible(image: ChipImage): boolean {
  try {
    checkSettings(image);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * The image with the schedule in every layer that can have it, but for one layer of five, and random banks. Where weights round
 * stochastically biases round to nearest.
 */
export function scheduledImage(
  image: ChipImage,
  schedule: UpdateSchedule,
  seed: number,
): ChipImage {
  const draws = new Draws(seed, 'schedule');
  const { rounding } = image.numerics;
  const bias = rounding.weight === 'stochastic' ? 'nearest' : rounding.bias;
  const calm: ChipImage = {
    ...image,
    numerics: { ...image.numerics, rounding: { ...rounding, bias } },
  };
  return calm.layers.reduce((made, layer, index) => {
    const banks = draws.pick(writeBankings);
    const isLeftOut = draws.chance(0.2);
    const withLayer = (changed: LayerImage): ChipImage => ({
      ...made,
      layers: made.layers.with(index, changed),
    });
    const wanted = withLayer(learningBy(layer, schedule, banks));
    return !isLeftOut && isPossible(wanted)
      ? wanted
      : withLayer(learningBy(layer, 'serial', banks));
  }, calm);
}
