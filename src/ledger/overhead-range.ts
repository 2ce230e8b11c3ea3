import type { PriceContribution } from './price-bands.js';
import type { EnergyBand } from './priced-ledger.js';

/** Smallest and largest learning overhead, per cent of the inference. */
interface OverheadRange {
  readonly lowPercent: number;
  readonly highPercent: number;
}

/** One price in both runs. */
interface SharedPrice {
  readonly inference: EnergyBand;
  readonly training: EnergyBand;
}

const nothing: EnergyBand = { energyPj: 0, lowPj: 0, highPj: 0 };
const ends: readonly (keyof EnergyBand)[] = ['lowPj', 'energyPj', 'highPj'];

function sharedPrices(
  inference: readonly PriceContribution[],
  training: readonly PriceContribution[],
): readonly SharedPrice[] {
  const byName = (contributions: readonly PriceContribution[]) =>
    new Map<string, EnergyBand>(
      contributions.map(({ componentAction, energy }) => [componentAction, energy]),
    );
  const inferenceBands = byName(inference);
  const trainingBands = byName(training);
  return [...new Set([...inferenceBands.keys(), ...trainingBands.keys()])].map((name) => ({
    inference: inferenceBands.get(name) ?? nothing,
    training: trainingBands.get(name) ?? nothing,
  }));
}

/** Of (training, inference) at each end of a price, the one for which direction · (training − ratio · inference) is largest. */
function bestEnd(
  { inference, training }: SharedPrice,
  ratio: number,
  direction: 1 | -1,
): readonly [training: number, inference: number] {
  let best: readonly [number, number] = [training.energyPj, inference.energyPj];
  const gain = ([over, under]: readonly [number, number]): number =>
    direction * (over - ratio * under);
  for (const end of ends) {
    const candidate = [training[end], inference[end]] as const;
    if (gain(candidate) > gain(best)) best = candidate;
  }
  return best;
}

/**
 * Extreme of training / inference when each price lies at any end of its band. A ratio of sums is extreme at ends, and
 * Dinkelbach's iteration finds them: with the ends that are best for a ratio, take the ratio they give, until it stays.
 * (W. Dinkelbach, On Nonlinear Fractional Programming, doi 10.1287/mnsc.13.7.492.)
 */
function extremeRatio(prices: readonly SharedPrice[], start: number, direction: 1 | -1): number {
  let ratio = start;
  for (;;) {
    let training = 0;
    let inference = 0;
    for (const price of prices) {
      const [over, under] = bestEnd(price, ratio, direction);
      training += over;
      inference += under;
    }
    const next = training / inference;
    if (!(direction * next > direction * ratio)) return ratio;
    ratio = next;
  }
}

/**
 * Range of (training − inference) / inference when every price may lie anywhere in its own band, the same price in both
 * runs. Contributions are of one sample each. Null where an inference costs nothing at the low ends: no ratio then.
 */
export function overheadRange(
  inference: readonly PriceContribution[],
  training: readonly PriceContribution[],
): OverheadRange | null {
  const prices = sharedPrices(inference, training);
  const sum = (run: keyof SharedPrice, end: keyof EnergyBand): number =>
    prices.reduce((total, price) => total + price[run][end], 0);
  if (sum('inference', 'lowPj') === 0) return null;
  const ratio = sum('training', 'energyPj') / sum('inference', 'energyPj');
  return {
    lowPercent: 100 * (extremeRatio(prices, ratio, -1) - 1),
    highPercent: 100 * (extremeRatio(prices, ratio, 1) - 1),
  };
}
