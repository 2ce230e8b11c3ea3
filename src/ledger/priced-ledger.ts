import { type ComponentAction } from './components.js';
import type { ActionKey, LedgerRow } from './ledger-row.js';

/** How well a price is known; the report repeats it beside each figure. */
export const priceKinds = ['measured', 'published', 'estimated', 'assumed', 'unknown'] as const;
export type PriceKind = (typeof priceKinds)[number];

/** An energy and the band it is believed to lie in, in pJ: 0 ≤ low ≤ energy ≤ high. */
export interface EnergyBand {
  readonly energyPj: number;
  readonly lowPj: number;
  readonly highPj: number;
}

/** Price of one action. */
export interface UnitPrice extends EnergyBand {
  readonly kind: Exclude<PriceKind, 'unknown'>;
  /** Where it comes from, as the hardware model states it. */
  readonly source: string;
}

/** Whatever can price an action; a chip of `src/hardware` is one. */
export interface PriceList {
  /**
   * Null where no price is known: never 0 instead. What a core does may have another price than the same in a core of
   * another size; without one it is core 0's.
   */
  readonly unitPrice: (
    key: Pick<ActionKey, 'componentAction' | 'bits'> & Partial<Pick<ActionKey, 'core'>>,
  ) => UnitPrice | null;
}

/** A ledger row with its price; both are null where the price is unknown. */
export interface PricedRow extends LedgerRow {
  readonly unitPrice: UnitPrice | null;
  readonly energy: EnergyBand | null;
}

/** A priced ledger: the parts, what has no price, and the total over the priced rows. */
export interface PricedLedger {
  readonly rows: readonly PricedRow[];
  /** What occurred and has no price, each once, in the order of the rows. */
  readonly unpriced: readonly ComponentAction[];
  readonly total: EnergyBand;
  /** False where something is unpriced: the total is then a lower bound of what is modelled. */
  readonly isComplete: boolean;
}

/** Sum over the priced rows, in their order; the bands add up as if all prices erred in the same direction. */
export function sumEnergies(rows: Iterable<Pick<PricedRow, 'energy'>>): EnergyBand {
  const total = { energyPj: 0, lowPj: 0, highPj: 0 };
  for (const { energy } of rows) {
    if (energy === null) continue;
    total.energyPj += energy.energyPj;
    total.lowPj += energy.lowPj;
    total.highPj += energy.highPj;
  }
  return total;
}

/** Rows gathered by what `groupOf` says of them, in the order in which the groups first occur. */
export function groupRows<Row extends LedgerRow>(
  rows: readonly Row[],
  groupOf: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = groupOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}
