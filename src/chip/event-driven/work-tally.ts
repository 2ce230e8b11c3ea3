import type { AccessLedger, ActionCounter } from '../../ledger/access-ledger.js';
import type { RunKind } from '../../ledger/ledger-row.js';
import type { Place } from '../access-meter.js';
import type { Counter } from '../closed-form-feedback.js';

/**
 * A piece of work that is always the same, and all it counts: booked as a whole whenever it is done. Keys are resolved once,
 * so that no strings are touched while the chip runs.
 */
export class WorkTally {
  readonly #counters: ActionCounter[] = [];
  readonly #counts: number[] = [];

  /** `countWork` says what one such piece counts; it is asked once. */
  constructor(
    ledger: AccessLedger,
    run: RunKind,
    place: Place,
    countWork: (count: Counter) => void,
  ) {
    countWork((phase, componentAction, bits, count) => {
      if (count === 0) return;
      this.#counters.push(ledger.counter({ run, phase, ...place, componentAction, bits }));
      this.#counts.push(count);
    });
  }

  book(): void {
    for (let index = 0; index < this.#counts.length; index += 1) {
      this.#counters[index]?.add(this.#counts[index] ?? 0);
    }
  }
}
