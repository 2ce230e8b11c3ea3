import { checkCounts } from './invariants.js';
import type { LedgerRow, RunKind } from './ledger-row.js';
import type { PriceContribution } from './price-bands.js';
import type { EnergyBand, PricedRow, PriceList } from './priced-ledger.js';
import { priceRow } from './pricing.js';

/** What the rows of a run add up to. */
export interface RunTotals {
  readonly energy: EnergyBand;
  /** In the order in which prices first occur; what is unpriced contributes nothing. */
  readonly byPrice: readonly PriceContribution[];
  /** False where a row has no price. */
  readonly isComplete: boolean;
  /** All cycles of the run: every core in use leaks through all of them (docs/spec.md §5). */
  readonly cycles: number;
}

type Sum = { -readonly [End in keyof EnergyBand]: number };

function addTo(sum: Sum, { energyPj, lowPj, highPj }: EnergyBand): void {
  sum.energyPj += energyPj;
  sum.lowPj += lowPj;
  sum.highPj += highPj;
}

function nothing(): Sum {
  return { energyPj: 0, lowPj: 0, highPj: 0 };
}

/** Adds up the rows of a run one by one, in their order. */
class RunTally {
  readonly #energy = nothing();
  readonly #byPrice = new Map<string, Sum>();
  #isComplete = true;
  #cycles = 0;

  add({ componentAction, count }: LedgerRow, energy: EnergyBand | null): void {
    if (componentAction === 'leakage.cycle') this.#cycles = Math.max(this.#cycles, count);
    if (energy === null) {
      this.#isComplete = false;
      return;
    }
    addTo(this.#energy, energy);
    let sum = this.#byPrice.get(componentAction);
    if (sum === undefined) {
      sum = nothing();
      this.#byPrice.set(componentAction, sum);
    }
    addTo(sum, energy);
  }

  totals(): RunTotals {
    return {
      energy: this.#energy,
      byPrice: Array.from(this.#byPrice, ([componentAction, energy]) => ({
        componentAction,
        energy,
      })),
      isComplete: this.#isComplete,
      cycles: this.#cycles,
    };
  }
}

function tally<Row extends LedgerRow>(
  rows: readonly Row[],
  energyOf: (row: Row) => EnergyBand | null,
): Readonly<Record<RunKind, RunTotals>> {
  const tallies = { inference: new RunTally(), training: new RunTally() };
  for (const row of rows) tallies[row.run].add(row, energyOf(row));
  return { inference: tallies.inference.totals(), training: tallies.training.totals() };
}

/** Totals of both runs of a priced ledger. */
export function totalsOfRuns(rows: readonly PricedRow[]): Readonly<Record<RunKind, RunTotals>> {
  return tally(rows, ({ energy }) => energy);
}

/** The same of rows that are priced for their totals alone, to the last digit. @throws Error when a count is none */
export function priceTotals(
  rows: readonly LedgerRow[],
  prices: PriceList,
): Readonly<Record<RunKind, RunTotals>> {
  checkCounts(rows);
  return tally(rows, (row) => priceRow(prices, row));
}
