import { actionOf } from './components.js';
import { equalRowCount, type LedgerRow, numberOfAction } from './ledger-row.js';
import { Places } from './places.js';
import type { EnergyBand, PricedLedger, PricedRow } from './priced-ledger.js';

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
  const places = new Places<Set<number>>(() => new Set());
  for (const row of rows) {
    if (!Number.isSafeInteger(row.count) || row.count < 0) {
      throw new Error(`ledger: the count ${row.count} of ${describe(row)} is not a count`);
    }
    const counted = places.at(row);
    const action = numberOfAction(row);
    if (counted.has(action)) {
      throw new Error(`ledger: ${describe(row)} occurs twice; it would be paid for twice`);
    }
    counted.add(action);
  }
}

function checkBand({ energyPj, lowPj, highPj }: EnergyBand, describeOwner: () => string): void {
  // Written so that NaN fails too.
  const isOrdered = lowPj >= 0 && lowPj <= energyPj && energyPj <= highPj && highPj < Infinity;
  if (!isOrdered) {
    throw new Error(
      `ledger: the energy of ${describeOwner()} is ${energyPj} pJ in a band ${lowPj} to ${highPj} pJ; needed is 0 ≤ low ≤ energy ≤ high`,
    );
  }
}

function checkSum(parts: readonly number[], total: number, what: string): void {
  const sum = parts.reduce((left, right) => left + right, 0);
  if (!(Math.abs(sum - total) <= relativeTolerance * Math.abs(total))) {
    throw new Error(`ledger: ${what} add up to ${sum} pJ, the total is ${total} pJ`);
  }
}

const groupings: Readonly<Record<string, (row: LedgerRow) => string | number | null>> = {
  runs: (row) => row.run,
  phases: (row) => row.phase,
  layers: (row) => row.layer,
  cores: (row) => row.core,
  components: (row) => actionOf(row.componentAction).component,
  actions: (row) => row.componentAction,
};

/** Energies of the rows by group; what has no price adds nothing. */
function groupSums(
  rows: readonly PricedRow[],
  groupOf: (row: LedgerRow) => string | number | null,
): readonly EnergyBand[] {
  const sums = new Map<string | number | null, { -readonly [End in keyof EnergyBand]: number }>();
  for (const row of rows) {
    const name = groupOf(row);
    let sum = sums.get(name);
    if (sum === undefined) {
      sum = { energyPj: 0, lowPj: 0, highPj: 0 };
      sums.set(name, sum);
    }
    sum.energyPj += row.energy?.energyPj ?? 0;
    sum.lowPj += row.energy?.lowPj ?? 0;
    sum.highPj += row.energy?.highPj ?? 0;
  }
  return [...sums.values()];
}

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
    checkBand(row.energy, () => describe(row));
    if (row.energy.energyPj !== row.count * row.unitPrice.energyPj * equalRowCount(row)) {
      throw new Error(`ledger: the energy of ${describe(row)} is not its count times its price`);
    }
  }
  checkBand(ledger.total, () => 'the total');
  const hasUnpriced = ledger.rows.some((row) => row.energy === null && row.count > 0);
  if (ledger.isComplete === hasUnpriced) {
    throw new Error(`ledger: the total is called ${ledger.isComplete ? '' : 'in'}complete wrongly`);
  }
  const ends: readonly (keyof EnergyBand)[] = ['energyPj', 'lowPj', 'highPj'];
  for (const [name, groupOf] of Object.entries(groupings)) {
    const sums = groupSums(ledger.rows, groupOf);
    for (const end of ends) {
      const parts = sums.map((sum) => sum[end]);
      checkSum(parts, ledger.total[end], `${end} of the ${name}`);
    }
  }
}
