import { instructionBits } from '../isa/instruction-set.js';
import type { LedgerRow, RunKind } from '../../src/ledger/ledger-row.js';

/** What a controller did since reset. */
export interface ControllerCounts {
  /** Words read from program memory. */
  readonly fetchCount: number;
  /** Instructions that were carried out; one that trapped was not. */
  readonly executeCount: number;
  /** All cycles, those of sleep included. */
  readonly cycleCount: number;
  readonly sleepCycleCount: number;
}

/** The ledger's rows of the controller: phase `control`, no layer and no core; rows of count 0 are left out. */
export function controllerRows(run: RunKind, counts: ControllerCounts): readonly LedgerRow[] {
  const place = { run, phase: 'control', layer: null, core: null, bits: instructionBits } as const;
  return [
    { ...place, componentAction: 'controller.fetch' as const, count: counts.fetchCount },
    { ...place, componentAction: 'controller.execute' as const, count: counts.executeCount },
  ].filter(({ count }) => count > 0);
}
