import { checkCounts, checkPricedLedger } from './invariants.js';
import type { LedgerRow } from './ledger-row.js';
import {
  type EnergyBand,
  type PricedLedger,
  type PricedRow,
  type PriceList,
  sumEnergies,
} from './priced-ledger.js';

function times(count: number, price: EnergyBand): EnergyBand {
  return {
    energyPj: count * price.energyPj,
    lowPj: count * price.lowPj,
    highPj: count * price.highPj,
  };
}

/** Energy of a row = count × price (docs/spec.md §6); null where the action has no price. */
export function priceRow(prices: PriceList, row: LedgerRow): EnergyBand | null {
  const price = prices.unitPrice(row);
  return price === null ? null : times(row.count, price);
}

/**
 * Prices a ledger. Counts are never changed, so that an edited price reaches the total as count × difference.
 * @throws Error when a law of the ledger is broken (`invariants.ts`): a defect, not wrong input.
 */
export function priceLedger(rows: readonly LedgerRow[], prices: PriceList): PricedLedger {
  checkCounts(rows);
  const pricedRows = rows.map((row): PricedRow => {
    const unitPrice = prices.unitPrice(row);
    return { ...row, unitPrice, energy: unitPrice === null ? null : times(row.count, unitPrice) };
  });
  const unpriced = new Set(
    pricedRows
      .filter(({ energy, count }) => energy === null && count > 0)
      .map(({ componentAction }) => componentAction),
  );
  const ledger: PricedLedger = {
    rows: pricedRows,
    unpriced: [...unpriced],
    total: sumEnergies(pricedRows),
    isComplete: unpriced.size === 0,
  };
  checkPricedLedger(ledger);
  return ledger;
}
