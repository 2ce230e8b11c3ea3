import { scheduleFault } from '../../chip/checks/schedule-check.js';
import type { ChipImage } from '../../chip/image/chip-image.js';
import { chipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import type { ChipModel } from '../../hardware/chip-model.js';
import type { ScheduleVariant } from '../file/schedule-variants.js';
import { costOf, energyOverhead, overheadPercent, type PricedSamples } from './energy-record.js';
import type { ScheduleCost } from './update-schema.js';

/** Counts of the same activity on the chip of a schedule, priced. */
interface ScheduleBasis {
  readonly image: ChipImage;
  /** What else keeps the image from it, or from being known; null: nothing. */
  readonly faultOf: (image: ChipImage) => string | null;
  readonly priced: (image: ChipImage, chip: ChipModel) => PricedSamples;
}

/** The same network on cores that change weights by this schedule. */
function scheduled(image: ChipImage, { schedule, writeBanks }: ScheduleVariant): ChipImage {
  return {
    ...image,
    layers: image.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, updateSchedule: schedule, writeBanks },
    })),
  };
}

function costsOf(chip: ChipModel, priced: PricedSamples): NonNullable<ScheduleCost['costs']> {
  const training = costOf(priced, 'training');
  const inference = costOf(priced, 'inference');
  const area = chipArea(chip);
  const { bankCount, wordsPerBank } = chip.core.memories.eventBuffer;
  return {
    training,
    learningOverheadPercent: {
      ...energyOverhead(priced),
      latency: overheadPercent(training.latencyCycles, inference.latencyCycles),
      area: learningAreaPercent(area),
    },
    areaMm2: area.totalMm2,
    eventBufferWords: bankCount * wordsPerBank,
  };
}

/** What a training sample would cost by each schedule: the same activity, counted and priced as that chip would. */
export function scheduleCostsOf(
  variants: readonly ScheduleVariant[],
  { image, faultOf, priced }: ScheduleBasis,
): ScheduleCost[] {
  return variants.map((variant): ScheduleCost => {
    const { schedule, writeBanks, isOwn, chip } = variant;
    const named = { schedule, writeBanks, isOwn };
    const other = scheduled(image, variant);
    const problem = variant.problem ?? scheduleFault(other) ?? faultOf(other);
    if (chip === null || problem !== null) return { ...named, problem, costs: null };
    return { ...named, problem, costs: costsOf(chip, priced(other, chip)) };
  });
}
