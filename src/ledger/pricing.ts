import type { ComponentAction } from './components.js';
import { checkCounts, checkPricedLedger } from './invariants.js';
import { equalRowCount, type LedgerRow } from './ledger-row.js';
import {
  type EnergyBand,
  type PricedLedger,
  type PricedRow,
  type PriceList,
  sumEnergies,
} from './priced-ledger.js';

function times(row: LedgerRow, price: EnergyBand): EnergyBand {
  const rowCount = equalRowCount(row);
  return {
    energyPj: row.count * price.energyPj * rowCount,
    lowPj: row.count * price.lowPj * rowCount,
    highPj: row.count * price.highPj * rowCount,
  };
}

/** Energy of a row = count × price (docs/spec.md §6), of all rows it stands for; null where the action has no price. */
export function priceRow(prices: PriceList, row: LedgerRow): EnergyBand | null {
  const price = prices.unitPrice(row);
  return price === null ? null : times(row, price);
}

/**
 * Prices a ledger. Counts are never changed, so that an edited price reaches the total as count × difference.
 * @throws Error when a law of the ledger is broken (`invariants.ts`): a defect, not wrong input.
 */
export function priceLedger(rows: readonly LedgerRow[], prices: PriceList): PricedLedger {
  checkCounts(rows);
  const pricedRows = rows.map((row): PricedRow => {
    const unitPrice = prices.unitPrice(row);
    return { ...row, unitPrice, energy: unitPrice === null ? null : times(row, unitPrice) };
  });
  const unpriced = new Set<ComponentAction>();
  for (const { energy, count, componentAction } of pricedRows) {
    if (energy === null && count > 0) unpriced.add(componentAction);
  }
  const ledger: PricedLedger = {
    rows: pricedRows,
    unpriced: [...unpriced],
    total: sumEnergies(pricedRows),
    isComplete: unpriced.size === 0,
  };
  checkPricedLedger(ledger);
  return ledger;
}
