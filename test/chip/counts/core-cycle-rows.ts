import { cycleRows } from '../../../src/chip/counts/cycles.js';
import type { LedgerRow } from '../../../src/ledger/ledger-row.js';

/** Of the rows of cycles those that say what each core works and how long it leaks. */
export function coreCycleRows(...run: Parameters<typeof cycleRows>): readonly LedgerRow[] {
  return cycleRows(...run).filter(({ componentAction }) =>
    ['clock.cycle', 'leakage.cycle'].includes(componentAction),
  );
}

/** Of the rows of cycles those of the learning engines. */
export function learningCycleRows(...run: Parameters<typeof cycleRows>): readonly LedgerRow[] {
  return cycleRows(...run).filter(({ componentAction }) => componentAction === 'clock.update');
}
