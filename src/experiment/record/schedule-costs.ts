import { scheduleFault } from '../../chip/checks/schedule-check.js';
import type { ChipImage, LayerImage } from '../../chip/image/chip-image.js';
import { isBeside } from '../../chip/image/update-order.js';
import { besideSteps } from '../../chip/image/visit-cycles.js';
import { elementAt } from '../../numerics/integer.js';
import { chipArea, learningAreaPercent } from '../../hardware/chip-area.js';
import { type ChipModel, coreKinds } from '../../hardware/chip-model.js';
import type { NamedSchedule, ScheduleVariant } from '../file/schedule-variants.js';
import { costOf, energyOverhead, overheadPercent, type SampleTotals } from './energy-record.js';
import type { ScheduleCost } from './update-schema.js';

/** Counts of the same activity on the chip of a schedule, priced. */
interface ScheduleBasis {
  readonly image: ChipImage;
  readonly priced: (image: ChipImage, chip: ChipModel) => SampleTotals;
}

/** The same network on cores that change weights by this schedule. */
function scheduled(image: ChipImage, { schedule, writeBanks }: NamedSchedule): ChipImage {
  return {
    ...image,
    layers: image.layers.map((layer) => ({
      ...layer,
      organisation: { ...layer.organisation, updateSchedule: schedule, writeBanks },
    })),
  };
}

/** Why X of another chip is not known from a run; null: it is, or is not asked for (docs/spec.md §5.1). */
export function unmeasuredRows(image: ChipImage, other: ChipImage): string | null {
  const differs = other.layers.some((layer, index) => {
    const rowsOf = (one: LayerImage): number => besideSteps(one).rowCycles;
    const measured = elementAt(image.layers, index, 'layers');
    return isBeside(other, layer) && rowsOf(measured) !== rowsOf(layer);
  });
  return differs
    ? 'how long its rows keep the next forward pass waiting is not measured in this run'
    : null;
}

/**
 * What keeps the image from each schedule; null: nothing.
 * @param faultOf what else does, or keeps its costs from being known
 */
export function scheduleFaults(
  image: ChipImage,
  faultOf: (other: ChipImage) => string | null,
): (named: NamedSchedule) => string | null {
  return (named) => {
    const other = scheduled(image, named);
    return scheduleFault(other)?.reason ?? faultOf(other);
  };
}

function costsOf(chip: ChipModel, priced: SampleTotals): NonNullable<ScheduleCost['costs']> {
  const training = costOf(priced, 'training');
  const inference = costOf(priced, 'inference');
  const area = chipArea(chip);
  const bufferWords = coreKinds(chip).map(({ core }) => {
    const { bankCount, wordsPerBank } = core.memories.eventBuffer;
    return bankCount * wordsPerBank;
  });
  return {
    training,
    learningOverheadPercent: {
      ...energyOverhead(priced),
      latency: overheadPercent(training.latencyCycles, inference.latencyCycles),
      area: learningAreaPercent(area),
    },
    areaMm2: area.totalMm2,
    eventBufferWords: Math.max(...bufferWords),
  };
}

/** What a training sample would cost by each schedule: the same activity, counted and priced as that chip would. */
export function scheduleCostsOf(
  variants: readonly ScheduleVariant[],
  { image, priced }: ScheduleBasis,
): ScheduleCost[] {
  return variants.map((variant): ScheduleCost => {
    const { schedule, writeBanks, isOwn, chip, problem } = variant;
    const named = { schedule, writeBanks, isOwn, problem };
    if (chip === null) return { ...named, costs: null };
    return { ...named, costs: costsOf(chip, priced(scheduled(image, variant), chip)) };
  });
}
