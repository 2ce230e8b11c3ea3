import { actionOf } from '../../ledger/components.js';
import type { PricedRow } from '../../ledger/priced-ledger.js';
import type { ResultLedgerRow } from './result-record.js';

/** Row of the priced ledger as records keep it: energies in pJ, null without a price. */
export function resultRow(row: PricedRow, samples: number): ResultLedgerRow {
  const { component, action } = actionOf(row.componentAction);
  return {
    run: row.run,
    phase: row.phase,
    layer: row.layer,
    core: row.core,
    component,
    action,
    bits: row.bits,
    count: row.count,
    samples,
    energyPj: row.energy?.energyPj ?? null,
    energyLowPj: row.energy?.lowPj ?? null,
    energyHighPj: row.energy?.highPj ?? null,
    priceKind: row.unitPrice?.kind ?? 'unknown',
  };
}
