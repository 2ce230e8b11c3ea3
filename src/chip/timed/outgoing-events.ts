import type { ActionCounter } from '../../ledger/access-ledger.js';
import type { LayerImage } from '../image/chip-image.js';
import { type Range, sharedRange } from '../image/layer-parts.js';
import { packetKinds, type PacketTrain } from './router/packet-train.js';

/**
 * The events that some inputs of a layer bring to the cores that have them as axons, in ascending address order. An address
 * is an axon of the core it goes to.
 *
 * Implements: docs/spec.md §1 (event condition, dense), §7 (addresses).
 */
export class OutgoingEvents {
  readonly #threshold: number;
  readonly #isDense: boolean;
  /** The first value that is sent, of those that are shown, and its address. */
  readonly #firstValue: number;
  readonly #firstAddress: number;
  readonly #addresses: Int32Array;
  readonly #valuesRaw: Int32Array;
  readonly #endValue: number;
  #count = 0;

  /** `receiver`: the layer whose events they are. `sent`: the inputs of it that are shown; `axons`: those its cores have. */
  constructor(receiver: LayerImage, isDense: boolean, sent: Range, axons: Range) {
    const { first, count } = sharedRange(sent, axons);
    this.#threshold = receiver.eventThresholdRaw;
    this.#isDense = isDense;
    this.#firstValue = first - sent.first;
    this.#endValue = this.#firstValue + count;
    this.#firstAddress = first - axons.first;
    this.#addresses = new Int32Array(count);
    this.#valuesRaw = new Int32Array(this.#firstAddress + count);
  }

  /** Replaces the events by those of these values, shape (inputs that are shown). */
  take(shownRaw: Int32Array): void {
    const threshold = this.#threshold;
    const isDense = this.#isDense;
    const addresses = this.#addresses;
    const kept = this.#valuesRaw;
    let count = 0;
    let address = this.#firstAddress;
    for (const valueRaw of shownRaw.subarray(this.#firstValue, this.#endValue)) {
      const isEvent = valueRaw > threshold || -valueRaw > threshold;
      if (isEvent || isDense) {
        addresses[count] = address;
        kept[address] = isEvent ? valueRaw : 0;
        count += 1;
      }
      address += 1;
    }
    this.#count = count;
  }

  /** The train of a sample's events; where there are none, an empty packet that counts nothing. */
  train(sample: number, hops: ActionCounter | null, departures: ActionCounter | null): PacketTrain {
    if (this.#count === 0) {
      return {
        kind: packetKinds.empty,
        sample,
        packetCount: 1,
        addresses: null,
        valuesRaw: null,
        earliestTicks: null,
        hops: null,
        departures: null,
      };
    }
    return {
      kind: packetKinds.event,
      sample,
      packetCount: this.#count,
      addresses: this.#addresses,
      valuesRaw: this.#valuesRaw,
      earliestTicks: null,
      hops,
      departures,
    };
  }
}
