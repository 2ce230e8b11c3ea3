import type { AccessLedger } from '../../../ledger/access-ledger.js';
import { elementAt } from '../../../numerics/integer.js';
import { AccessMeter, type Moment, type Place } from '../../../ledger/access-meter.js';

/**
 * The way of one core's packets through the router: how many hops, and what travels. Its hops are booked in the layer of
 * `place`.
 *
 * Implements: docs/spec.md §4.2 (router.hop), §7. Not modelled: contention.
 */
export class RouterLink {
  readonly #hops: number | readonly number[];
  readonly #meter: AccessMeter;

  /**
   * `hops`: of every packet, or those of each by its address, all its destinations together; `bits`: width of what
   * travels, an event or the label.
   */
  constructor(hops: number | readonly number[], bits: number, place: Place, ledger: AccessLedger) {
    this.#hops = hops;
    this.#meter = new AccessMeter(ledger, place, 'router.hop', bits);
  }

  /** Packets of the addresses 0…packetCount − 1. */
  carry(packetCount: number, moment: Moment): void {
    for (let address = 0; address < packetCount; address += 1) this.send(address, moment);
  }

  /** One packet. */
  send(address: number, moment: Moment): void {
    const hops = this.#hops;
    this.#meter.add(moment, typeof hops === 'number' ? hops : elementAt(hops, address, 'hops'));
  }
}
