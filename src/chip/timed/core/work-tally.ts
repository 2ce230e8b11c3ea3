import { type ComponentAction } from '../../../ledger/components.js';
import type { AccessLedger, ActionCounter } from '../../../ledger/access-ledger.js';
import type { Place } from '../../../ledger/access-meter.js';
import type { Phase, RunKind } from '../../../ledger/ledger-row.js';

/** Adds actions at one place to what a piece of work counts. */
export type WorkCounter = (
  phase: Phase,
  componentAction: ComponentAction,
  bits: number,
  count: number,
) => void;
/** The counter of any place. */
export type WorkCounterAt = (place: Place) => WorkCounter;

/**
 * A piece of work that is always the same, and all it counts: booked as a whole whenever it is done. Keys are resolved once,
 * so that no strings are touched while the chip runs.
 */
export class WorkTally {
  readonly #counters: ActionCounter[] = [];
  readonly #counts: number[] = [];

  /** `countWork` says what one such piece counts, and where; it is asked once. */
  constructor(ledger: AccessLedger, run: RunKind, countWork: (countAt: WorkCounterAt) => void) {
    countWork((place) => (phase, componentAction, bits, count) => {
      if (count === 0) return;
      const { layer, core } = place;
      this.#counters.push(ledger.counter({ run, phase, layer, core, componentAction, bits }));
      this.#counts.push(count);
    });
  }

  book(): void {
    for (let index = 0; index < this.#counts.length; index += 1) {
      this.#counters[index]?.add(this.#counts[index] ?? 0);
    }
  }
}
