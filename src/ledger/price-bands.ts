import type { EnergyBand } from './priced-ledger.js';

/*
 * How the errors of prices combine in a total. A price is one entry of a technology: all rows of its component.action move
 * together, whatever their width, phase, layer or core.
 */

/** What all rows of one price contribute to a total. */
export interface PriceContribution {
  /** Name of the price. */
  readonly componentAction: string;
  readonly energy: EnergyBand;
}

/** A row as far as its price is concerned; `energy` is null where it has none. */
export interface RowEnergy {
  readonly componentAction: string;
  readonly energy: EnergyBand | null;
}

/** Both ends of a total. */
interface Ends {
  readonly lowPj: number;
  readonly highPj: number;
}

/** A total with one price alone at its low and at its high end, all others as they are. */
interface PriceSensitivity extends PriceContribution {
  readonly totalLowPj: number;
  readonly totalHighPj: number;
}

export function scaleBand({ energyPj, lowPj, highPj }: EnergyBand, factor: number): EnergyBand {
  return { energyPj: factor * energyPj, lowPj: factor * lowPj, highPj: factor * highPj };
}

export function addBands(left: EnergyBand, right: EnergyBand): EnergyBand {
  return {
    energyPj: left.energyPj + right.energyPj,
    lowPj: left.lowPj + right.lowPj,
    highPj: left.highPj + right.highPj,
  };
}

/** The rows gathered by price, in the order in which prices first occur; unpriced rows contribute nothing. */
export function contributionsByPrice(rows: Iterable<RowEnergy>): readonly PriceContribution[] {
  const bands = new Map<string, EnergyBand>();
  for (const { componentAction, energy } of rows) {
    if (energy === null) continue;
    const known = bands.get(componentAction);
    bands.set(componentAction, known === undefined ? energy : addBands(known, energy));
  }
  return [...bands].map(([componentAction, energy]) => ({ componentAction, energy }));
}

function rootSumOfSquares(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/**
 * Band of a total whose prices err independently of each other: each end is the root of the summed squares of what the
 * single prices move it by. It lies inside the band of prices that all err in the same direction.
 */
export function independentEnds(
  total: EnergyBand,
  contributions: readonly PriceContribution[],
): Ends {
  const down = rootSumOfSquares(contributions.map(({ energy }) => energy.energyPj - energy.lowPj));
  const up = rootSumOfSquares(contributions.map(({ energy }) => energy.highPj - energy.energyPj));
  // Of a single price both bands are one, but for the rounding of these sums.
  return {
    lowPj: Math.max(total.energyPj - down, total.lowPj),
    highPj: Math.min(total.energyPj + up, total.highPj),
  };
}

/** Kept to 12 digits: reads and writes of one price are equal, whatever order their rows were summed in. */
function swing({ energy }: PriceContribution): number {
  return Number((energy.highPj - energy.lowPj).toPrecision(12));
}

/** What each price alone does to the total: the bars of a tornado chart, widest first, equal ones by name. */
export function sensitivities(
  total: EnergyBand,
  contributions: readonly PriceContribution[],
): readonly PriceSensitivity[] {
  return [...contributions]
    .sort(
      (left, right) =>
        swing(right) - swing(left) || (left.componentAction < right.componentAction ? -1 : 1),
    )
    .map(({ componentAction, energy }) => ({
      componentAction,
      energy,
      totalLowPj: total.energyPj - (energy.energyPj - energy.lowPj),
      totalHighPj: total.energyPj + (energy.highPj - energy.energyPj),
    }));
}
