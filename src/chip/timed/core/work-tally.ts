import type { AccessLedger, ActionCounter } from '../../../ledger/access-ledger.js';
import type { RunKind } from '../../../ledger/ledger-row.js';
import type { CounterAt } from '../../counts/feedback.js';

/**
 * A piece of work that is always the same, and all it counts: booked as a whole whenever it is done. Keys are resolved once,
 * so that no strings are touched while the chip runs.
 */
export class WorkTally {
  readonly #counters: ActionCounter[] = [];
  readonly #counts: number[] = [];

  /** `countWork` says what one such piece counts, and where; it is asked once. */
  constructor(ledger: AccessLedger, run: RunKind, countWork: (countAt: CounterAt) => void) {
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
