import type { ActionCounter } from '../../ledger/access-ledger.js';
import type { LayerImage } from '../chip-image.js';
import { packetKinds, type PacketTrain } from './packet-train.js';

/**
 * The events that a vector of values sends to a layer, in ascending address order.
 * Implements: docs/spec.md §1 (event condition, dense).
 */
export class OutgoingEvents {
  readonly #threshold: number;
  readonly #isDense: boolean;
  readonly #addresses: Int32Array;
  readonly #valuesRaw: Int32Array;
  #count = 0;

  /** `receiver`: the layer whose events they are. */
  constructor(receiver: LayerImage, isDense: boolean) {
    this.#threshold = receiver.eventThresholdRaw;
    this.#isDense = isDense;
    this.#addresses = new Int32Array(receiver.inputCount);
    this.#valuesRaw = new Int32Array(receiver.inputCount);
  }

  /** Replaces the events by those of these values, shape (inputCount). */
  take(valuesRaw: Int32Array): void {
    const threshold = this.#threshold;
    const isDense = this.#isDense;
    const addresses = this.#addresses;
    const kept = this.#valuesRaw;
    let count = 0;
    let address = 0;
    for (const valueRaw of valuesRaw) {
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
