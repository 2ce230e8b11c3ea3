import type { AccessLedger } from '../ledger/access-ledger.js';
import { AccessMeter, type Moment, type Place } from './access-meter.js';

/**
 * One way through the router: so many hops, and what travels it. Its hops are booked in the layer of `place`.
 *
 * Implements: docs/spec.md §4.2 (router.hop). Not modelled: contention.
 */
export class RouterLink {
  readonly #hops: number;
  readonly #meter: AccessMeter;

  /** `bits`: width of what travels, an event or the label. */
  constructor(hops: number, bits: number, place: Place, ledger: AccessLedger) {
    this.#hops = hops;
    this.#meter = new AccessMeter(ledger, place, 'router.hop', bits);
  }

  carry(packetCount: number, moment: Moment): void {
    this.#meter.add(moment, this.#hops * packetCount);
  }
}
