import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';
import type { AddressEvent } from '../units/address-event.js';

/**
 * Keeps the events of the sample in flight until the update; one event a word.
 *
 * Implements: docs/spec.md §1, §4.2 (eventBuffer.write, eventBuffer.read).
 * Not modelled: a limited depth; src/mapping refuses a layer whose events do not fit.
 */
export class EventBuffer {
  readonly #reads: AccessMeter;
  readonly #writes: AccessMeter;
  #events: readonly AddressEvent[] = [];

  constructor(wordBits: number, place: Place, ledger: AccessLedger) {
    this.#reads = new AccessMeter(ledger, place, 'eventBuffer.read', wordBits);
    this.#writes = new AccessMeter(ledger, place, 'eventBuffer.write', wordBits);
  }

  /** Replaces the events of the sample before. */
  write(events: readonly AddressEvent[], moment: Moment): void {
    this.#writes.add(moment, events.length);
    this.#events = events;
  }

  /** In the order they were written: ascending addresses. */
  read(moment: Moment): readonly AddressEvent[] {
    this.#reads.add(moment, this.#events.length);
    return this.#events;
  }
}
