import type { AccessLedger } from '../../src/ledger/access-ledger.js';
import type { ComponentAction } from '../../src/ledger/components.js';
import type { RunKind } from '../../src/ledger/ledger-row.js';
import { instructionBits } from '../isa/instruction-set.js';
import type { ControllerCounts } from '../machine/controller-counts.js';

/**
 * Books what a controller did: rows of phase control, without layer and core.
 *
 * Implements: docs/spec.md §4.6.
 */
export class ControllerMeter {
  readonly #ledger: AccessLedger;
  #booked: ControllerCounts = { fetchCount: 0, executeCount: 0, cycleCount: 0, sleepCycleCount: 0 };

  constructor(ledger: AccessLedger) {
    this.#ledger = ledger;
  }

  /** Books what has come since the last call. `counts`: since reset. */
  book(run: RunKind, counts: ControllerCounts): void {
    const { fetchCount, executeCount, cycleCount } = this.#booked;
    this.#add(run, 'controller.fetch', instructionBits, counts.fetchCount - fetchCount);
    this.#add(run, 'controller.execute', instructionBits, counts.executeCount - executeCount);
    this.#add(run, 'clock.cycle', null, counts.cycleCount - cycleCount);
    this.#booked = counts;
  }

  #add(
    run: RunKind,
    componentAction: ComponentAction,
    bits: number | null,
    increment: number,
  ): void {
    const place = { run, phase: 'control', layer: null, core: null } as const;
    this.#ledger.counter({ ...place, componentAction, bits }).add(increment);
  }
}
