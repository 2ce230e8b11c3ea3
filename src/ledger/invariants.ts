import { compareActionKeys, equalRowCount, type LedgerRow } from './ledger-row.js';
import { type EnergyBand, groupRows, type PricedLedger, type PricedRow } from './priced-ledger.js';

/** Sums of doubles in another order differ by rounding: 2^-53 a term, and a ledger has below 10^5 rows. */
const relativeTolerance = 1e-11;

function describe(row: LedgerRow): string {
  return `${row.run}, ${row.phase}, layer ${row.layer ?? 'none'}, core ${row.core ?? 'none'}, ${row.componentAction}, ${row.bits ?? 'no'} bits`;
}

/**
 * Laws of counts: every count is a whole number, not negative, below 2^53; no two rows have the same key.
 * @throws Error naming the row
 */
export function checkCounts(rows: readonly LedgerRow[]): void {
  for (const row of rows) {
    if (!Number.isSafeInteger(row.count) || row.count < 0) {
      throw new Error(`ledger: the count ${row.count} of ${describe(row)} is not a count`);
    }
  }
  const sorted = [...rows].sort(compareActionKeys);
  sorted.reduce<LedgerRow | null>((previous, row) => {
    if (previous !== null && compareActionKeys(previous, row) === 0) {
      throw new Error(`ledger: ${describe(row)} occurs twice; it would be paid for twice`);
    }
    return row;
  }, null);
}

function checkBand({ energyPj, lowPj, highPj }: EnergyBand, owner: string): void {
  // Written so that NaN fails too.
  const isOrdered = lowPj >= 0 && lowPj <= energyPj && energyPj <= highPj && highPj < Infinity;
  if (!isOrdered) {
    throw new Error(
      `ledger: the energy of ${owner} is ${energyPj} pJ in a band ${lowPj} to ${highPj} pJ; needed is 0 ≤ low ≤ energy ≤ high`,
    );
  }
}

function checkSum(parts: readonly number[], total: number, what: string): void {
  const sum = parts.reduce((left, right) => left + right, 0);
  if (!(Math.abs(sum - total) <= relativeTolerance * Math.abs(total))) {
    throw new Error(`ledger: ${what} add up to ${sum} pJ, the total is ${total} pJ`);
  }
}

const groupings: Readonly<Record<string, (row: LedgerRow) => string>> = {
  runs: (row) => row.run,
  phases: (row) => row.phase,
  layers: (row) => String(row.layer),
  cores: (row) => String(row.core),
  components: (row) => row.componentAction.replace(/\..*$/, ''),
  actions: (row) => row.componentAction,
};

/**
 * Laws of energies: each row is count × price; nothing is negative, infinite or NaN; every grouping of the rows adds up
 * to the total, and so do its low and high ends; `isComplete` says whether a row lacks a price.
 * @throws Error naming what does not hold
 */
export function checkPricedLedger(ledger: PricedLedger): void {
  for (const row of ledger.rows) {
    if (row.energy === null || row.unitPrice === null) {
      if (row.energy !== row.unitPrice) {
        throw new Error(
          `ledger: ${describe(row)} has an energy without a price or a price without`,
        );
      }
      continue;
    }
    checkBand(row.energy, describe(row));
    if (row.energy.energyPj !== row.count * row.unitPrice.energyPj * equalRowCount(row)) {
      throw new Error(`ledger: the energy of ${describe(row)} is not its count times its price`);
    }
  }
  checkBand(ledger.total, 'the total');
  const hasUnpriced = ledger.rows.some((row) => row.energy === null && row.count > 0);
  if (ledger.isComplete === hasUnpriced) {
    throw new Error(`ledger: the total is called ${ledger.isComplete ? '' : 'in'}complete wrongly`);
  }
  const ends: readonly (keyof EnergyBand)[] = ['energyPj', 'lowPj', 'highPj'];
  for (const [name, groupOf] of Object.entries(groupings)) {
    const groups = [...groupRows<PricedRow>(ledger.rows, groupOf).values()];
    for (const end of ends) {
      const parts = groups.map((group) =>
        group.reduce((sum, row) => sum + (row.energy?.[end] ?? 0), 0),
      );
      checkSum(parts, ledger.total[end], `${end} of the ${name}`);
    }
  }
}
